"""The world of guard.py on a server: the kernel, systemd, and the files under /run that calls and processes meet by. Nothing here needs
the drive that is frozen: programs and files are on the root disk or in memory, and the mount point is open before the freeze begins.

guard HOME POINT: what the unit of a freeze runs, with the drive's lock open; switch HOME POINT: the dead man's; release HOME POINT: what
the guard's unit runs behind it, whatever ended it.
"""

import errno
import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from guard import Order, Stopped, Waits, dead_man, guard, limit_of, result

FIFREEZE, FITHAW = 0xC0045877, 0xC0045878  # linux/fs.h
MARK = "trusted.elastic-drive.set"
LEASE = "/proc/fs/nfsd/nfsv4leasetime"


class Home:
    """The folder of one freeze. What is there is there whole, and what is told first stays."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def at(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def has(self, name: str) -> bool:
        return os.path.exists(self.at(name))

    def text(self, name: str) -> str:
        try:
            with open(self.at(name), encoding="utf-8") as file:
                return file.read().strip()
        except OSError:
            return ""

    def put(self, name: str, text: str) -> None:
        new = self.at(f"{name}.{os.getpid()}")
        with open(new, "w", encoding="utf-8") as file:
            file.write(f"{text}\n")
        try:
            os.link(new, self.at(name))
        except FileExistsError:
            pass
        os.unlink(new)


class Server:
    """What guard and switch share. `point`: the one file system that is ever frozen or thawed."""

    def __init__(self, home: Home, point: str) -> None:
        self.home = home
        self.mount = os.open(point, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.wakes, self.wake = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self.stopping = False

    def now(self) -> float:
        return time.monotonic()

    def thaw(self) -> int:
        return self.asked(FITHAW)

    def asked(self, request: int) -> int:
        try:
            fcntl.ioctl(self.mount, request, 0)
            return 0
        except OSError as error:
            return error.errno or errno.EIO

    def tell(self, result: dict[str, Any]) -> None:
        self.home.put("result", json.dumps(result))

    def stop(self, *_: Any) -> None:
        self.stopping = True
        os.write(self.wake, b"s")

    def wait(self, seconds: float) -> Optional[str]:
        self.heard(select.select([self.wakes], [], [], seconds)[0])
        return self.stopped()

    def heard(self, ready: list[int]) -> None:
        if self.wakes in ready:
            os.read(self.wakes, 64)

    def stopped(self) -> Optional[str]:
        """Once: who was told thaws, and is not told again."""
        told, self.stopping = self.stopping, False
        return "stop" if told else None


class Frozen(Server):
    """The guard's world."""

    def __init__(self, home: Home, point: str) -> None:
        super().__init__(home, point)
        self.point = point
        self.syncing: Optional[subprocess.Popen[bytes]] = None
        self.code: Optional[int] = None
        self.ask = os.open(home.at("ask"), os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self.request = f"thaw {home.text('id')}"

    def sync(self) -> None:
        self.syncing = subprocess.Popen(["sync", "-f", self.point], stdin=subprocess.DEVNULL)

    def synced(self) -> Optional[int]:
        code = self.syncing.poll() if self.syncing else 0
        return code if code is None or code == 0 else errno.EIO

    def mark(self) -> str:
        try:
            os.setxattr(self.mount, MARK, self.home.text("id").encode())
            return ""
        except OSError as error:
            return str(error)

    def arm(self, limit: float) -> str:
        self.home.put("guard", f"{os.getpid()} {started(os.getpid())}")
        self.home.put("armed", str(limit))
        unit = ["systemd-run", "-q", "--collect", f"--unit={self.home.text('switch')}", "--service-type=notify"]
        for setting in self.home.text("settings").split("\n"):
            unit += ["-p", setting]
        # Killed, it is there again at once, and knows what it knew.
        for setting in ("Restart=on-failure", "RestartSec=100ms", "StartLimitIntervalSec=0", "TimeoutStartSec=60"):
            unit += ["-p", setting]
        program = ["/usr/bin/python3", "-IS", self.home.at("guard.py"), "switch", self.home.folder, self.point]
        done = subprocess.run([*unit, *program], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else done.stderr.strip() or f"systemd-run ended with {done.returncode}"

    def begin(self, began: float) -> None:
        self.home.put("begun", str(began))

    def freeze(self) -> None:
        """In a thread: a freeze that hangs keeps nobody from answering, and cannot outlive this process unseen."""

        def call() -> None:
            self.code = self.asked(FIFREEZE)
            os.write(self.wake, b"f")

        threading.Thread(target=call, daemon=True).start()

    def frozen(self) -> Optional[int]:
        return self.code

    def disarm(self) -> None:
        self.home.put("over", self.home.text("id"))

    def answer(self, said: dict[str, Any]) -> None:
        self.home.put("answer", json.dumps({**said, **json.loads(self.home.text("facts"))}))
        ready()

    def wait(self, seconds: float) -> Optional[str]:
        found = select.select([self.wakes, self.ask], [], [], seconds)[0]
        self.heard(found)
        if self.ask in found and self.request in os.read(self.ask, 4096).decode(errors="replace").split("\n"):
            return "thaw"
        return self.stopped()


class Switch(Server):
    """The dead man's world: it sees the guard's end at once."""

    def __init__(self, home: Home, point: str) -> None:
        super().__init__(home, point)
        pid, since = home.text("guard").split()
        self.guard: Optional[int] = None
        try:
            self.guard = os.pidfd_open(int(pid))
            if started(int(pid)) != since:
                self.guard = None  # another one has its number
        except OSError:
            pass

    def disarmed(self) -> bool:
        return self.home.has("over")

    def begun(self) -> Optional[float]:
        return float(self.home.text("begun")) if self.home.has("begun") else None

    def gone(self) -> bool:
        return self.guard is None or bool(select.select([self.guard], [], [], 0)[0])

    def wait(self, seconds: float) -> Optional[str]:
        watched = [] if self.guard is None or self.gone() else [self.guard]
        self.heard(select.select([self.wakes, *watched], [], [], seconds)[0])
        return self.stopped()


def run(waits: "Waits", world: Server) -> Any:
    try:
        seconds = next(waits)
        while True:
            seconds = waits.send(world.wait(seconds))
    except StopIteration as end:
        return end.value


def started(pid: int) -> str:
    """In ticks since the boot: with it a process is known for ever, whoever gets its number later."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def lease_seconds() -> Optional[int]:
    try:
        with open(LEASE, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None  # nobody is served


def ready() -> None:
    where = os.environ.get("NOTIFY_SOCKET", "")
    if where:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.sendto(b"READY=1", f"\0{where[1:]}" if where[0] == "@" else where)


def guarded(home: Home, point: str) -> None:
    wish = home.text("wish") == "yes"
    order = Order(home.text("id"), wish, limit_of(float(home.text("limit")), lease_seconds(), wish))
    world = Frozen(home, point)
    signal.signal(signal.SIGTERM, world.stop)
    try:
        run(guard(order, world), world)
    except Stopped:
        world.disarm()


def switched(home: Home, point: str) -> None:
    watch = Switch(home, point)
    signal.signal(signal.SIGTERM, watch.stop)
    ready()
    how = run(dead_man(float(home.text("armed")), watch), watch)
    print(f"elastic-drive: {how}", file=sys.stderr, flush=True)


def main(what: str, folder: str, point: str) -> None:
    home = Home(folder)
    if what == "guard":
        guarded(home, point)
    elif home.has("armed"):
        switched(home, point)
    else:  # nothing can have been frozen, and what held the lock is gone
        home.put("result", json.dumps(result(False, False, 0)))


if __name__ == "__main__":
    main(*sys.argv[1:])
