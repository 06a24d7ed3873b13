"""The guard of a freeze, and the dead man's switch that frees the drive when the guard cannot. Decisions alone, as generators over a
world that kernel.py makes real: they yield the seconds that they can wait and are sent what came meanwhile ("thaw", "stop" or nothing).

Whatever dies, the freeze ends: the switch is another unit's process, armed before the freeze begins. A thaw that meets a freeze that
still hangs on a disk says EINVAL as one that meets none does, and the freeze ends afterwards. So nobody believes EINVAL who has not
seen, before he thawed, that no freeze can be on its way any more: the call has returned, or the process that made it is gone.
"""

import errno
from typing import Any, Generator, NamedTuple, Optional, Protocol

Waits = Generator[float, Optional[str], Any]

LONGEST_FREEZE = 10.0
# A client renews its lease after two thirds of it: a third is what blocked threads of nfsd may cost (fs/nfs/nfs4renewd.c, 6.12, 2026-11).
LEASE_SHARE = 3
LONGEST_HOLD = 120.0
# A freeze flushes while writers stand still already: what is left to flush must be little.
SHORT_SYNC, SYNCS, LONGEST_SYNC = 1.0, 3, 60.0
# The guard is first at its limit, and the switch not much later.
GRACE = 0.5
AGAIN = 0.5
LOOKS = 0.05
# For errors of a thaw that are no EINVAL, when nobody is left who could still freeze.
GIVES_UP = 600.0


class Order(NamedTuple):
    """Seconds from the beginning of the freeze, or of the hold, to the thaw that nobody has to ask for."""

    id: str
    freeze: bool
    limit: float


class Thawing(Protocol):
    """What both need of the world. `thaw` gives errno, 0 when it met a freeze and ended it."""

    def now(self) -> float: ...
    def thaw(self) -> int: ...
    def tell(self, result: dict[str, Any]) -> None: ...


class World(Thawing, Protocol):
    """The guard's. `synced` and `frozen`: errno of the call that was begun, None while it has not returned; `mark` and `arm`: what failed."""

    def sync(self) -> None: ...
    def synced(self) -> Optional[int]: ...
    def arm(self, limit: float) -> str: ...
    def mark(self) -> str: ...
    def begin(self, began: float) -> None: ...
    def freeze(self) -> None: ...
    def frozen(self) -> Optional[int]: ...
    def disarm(self) -> None: ...
    def answer(self, said: dict[str, Any]) -> None: ...


class Watch(Thawing, Protocol):
    """The switch's. `begun`: when the freeze began, told before it was called; None: it has not been."""

    def disarmed(self) -> bool: ...
    def gone(self) -> bool: ...
    def begun(self) -> Optional[float]: ...


class Stopped(Exception):
    """The unit is to end before anything is frozen."""


def limit_of(asked: float, lease: Optional[int], freeze: bool) -> float:
    """The driver's limit, within what the guard itself allows."""
    if not freeze:
        return min(asked, LONGEST_HOLD)
    return min(asked, LONGEST_FREEZE, lease / LEASE_SHARE if lease else LONGEST_FREEZE)


def guard(order: Order, world: World) -> Waits:
    """Freezes or not, answers, and holds until it is told, or until its limit."""
    began, begun, why = world.now(), False, ""
    if order.freeze:
        why = yield from prepared(order, world)
        if not why:
            began, begun = world.now(), True
            why = yield from froze(order, world, began)
    mine = begun and not why
    world.answer({"frozen": mine, "freezeMs": ms(world.now() - began if mine else 0), **({"why": why} if why else {})})
    if not begun or world.frozen() not in (0, None):
        request = yield from told(world, world.now() + (LONGEST_HOLD if order.freeze else order.limit))
        world.tell(result(False, request == "thaw", 0))
        world.disarm()
        return
    request = (yield from told(world, began + order.limit)) if mine else None
    yield from ended(world, began, request == "thaw")


def prepared(order: Order, world: World) -> Waits:
    """
    Why nothing may be frozen, or nothing. Arming takes longest, so it comes first. The mark is not synced: who finds it in a copy knows that
    this freeze flushed it.
    """
    why = world.arm(order.limit)
    if why:
        why = f"the thaw could not be armed: {why}"
    else:
        yield from pause(0)
        why = yield from flushed(world)
        if not why:
            why = world.mark()
            why = why and f"the mark could not be written: {why}"
    if why:
        world.disarm()
    return why


def flushed(world: World) -> Waits:
    """Why a freeze would take long, or nothing."""
    took = 0.0
    for _ in range(SYNCS):
        began = world.now()
        world.sync()
        while world.synced() is None:
            if world.now() - began > LONGEST_SYNC:
                return f"one sync has taken more than {LONGEST_SYNC:.0f} s: a disk hardly answers"
            yield from pause(LOOKS)
        took = world.now() - began
        if world.synced() != 0:
            return f"a sync failed: {errno.errorcode.get(world.synced() or 0, 'error')}"
        if took < SHORT_SYNC:
            return ""
    return f"{SYNCS} syncs in a row have taken more than {SHORT_SYNC:.0f} s, the last one {took:.1f} s: too much is being written"


def froze(order: Order, world: World, began: float) -> Waits:
    """Why the drive is not frozen at the limit, or nothing."""
    world.begin(began)  # from here on the switch may have to thaw
    world.freeze()
    while (code := world.frozen()) is None and world.now() < began + order.limit:
        if (yield LOOKS) == "stop":
            break
    if code is None:
        return f"the freeze has not ended in {order.limit:.1f} s: a disk does not answer"
    if code == 0:
        return ""
    world.disarm()  # before anything is thawed: what is frozen is not ours
    return "somebody else has frozen it" if code == errno.EBUSY else f"the kernel refused: {errno.errorcode.get(code, str(code))}"


def told(world: World, until: float) -> Waits:
    while (left := until - world.now()) > 0:
        request = yield left
        if request is not None:
            return request
    return None


def ended(world: World, began: float, asked: bool) -> Waits:
    """Thaws until that is over. What is told comes with the first thaw: a driver does not wait for a disk, on which a thaw can hang too."""
    first = True
    if world.frozen() is None:
        world.tell(result(False, False, world.now() - began))
    while True:
        over = world.frozen() is not None  # before the thaw
        code = world.thaw()
        if first:
            world.tell(result(asked and code == 0, asked, world.now() - began))
        if code == 0 or (over and code == errno.EINVAL):
            break
        first = False
        yield AGAIN
    world.disarm()


def dead_man(limit: float, watch: Watch) -> Waits:
    """From the limit on, or from the guard's end, thaws until it is over. Says how it ended."""
    refused, last, stopped = 0, None, False
    while not watch.disarmed():
        gone = watch.gone()  # before the thaw, and before the look at what it has begun
        began = watch.begun()
        seconds = AGAIN
        if began is None:
            if gone:
                watch.tell(result(False, False, 0))
                return "never begun"
        elif gone or stopped or watch.now() >= began + limit + GRACE:
            code = watch.thaw()
            over = gone and code == errno.EINVAL
            refused = refused + 1 if over else 0
            if code == 0 or refused == 2:
                watch.tell(result(False, False, watch.now() - began))
                return "thawed" if code == 0 else "not frozen"
            if gone and not over:
                last = watch.now() + GIVES_UP if last is None else last
                if watch.now() > last:
                    return f"gave up: {errno.errorcode.get(code, str(code))}"
        else:
            seconds = min(AGAIN, began + limit + GRACE - watch.now())
        stopped = (yield seconds) == "stop" or stopped
    return "disarmed"


def pause(seconds: float) -> Waits:
    if (yield seconds) == "stop":
        raise Stopped


def result(thawed: bool, held: bool, window: float) -> dict[str, Any]:
    """`thawed`: frozen until it was asked to thaw; `held`: the drive's lock lasted so long; the window is what writers waited, at most."""
    return {"thawed": thawed, "held": held, "windowMs": ms(window)}


def ms(seconds: float) -> int:
    return round(seconds * 1000)
