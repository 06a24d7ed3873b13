import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What happens to one freeze; times are seconds of the simulated server, counted from its beginning. */
export interface Scenario {
    readonly freeze?: boolean;
    readonly limit?: number;
    /** What each sync takes; the last one is repeated. */
    readonly syncs?: readonly number[];
    /** What the freeze takes. */
    readonly takes?: number;
    /** After the answer, when it is asked to thaw. */
    readonly thawAfter?: number;
    /** Before which call of the guard it is killed, and whether instead behind it. */
    readonly killAt?: number;
    readonly killBehind?: boolean;
    /** The guard gets no processor from its freeze on, for so long. */
    readonly stops?: number;
    /** When the switch is killed, and whether it comes again. */
    readonly killSwitch?: readonly number[];
    readonly switchReturns?: boolean;
    /** Whether the unit's last command runs behind the guard. */
    readonly release?: boolean;
    /** When the unit is stopped, as by a shutdown. */
    readonly stopAt?: number;
    /** Somebody else has frozen the file system before. */
    readonly foreign?: boolean;
    /** What arming says, and what writing the mark says. */
    readonly armFails?: string;
    readonly markFails?: string;
    /** Errno of the freeze. */
    readonly freezeFails?: number;
}

export interface Outcome {
    readonly answer: { readonly frozen: boolean; readonly why?: string; readonly freezeMs: number } | null;
    readonly result: { readonly thawed: boolean; readonly held: boolean; readonly windowMs: number } | null;
    /** At the end. */
    readonly frozen: boolean;
    /** From the freeze's call to its end, whoever ended it; null: nothing was frozen. */
    readonly window: number | null;
    readonly thawedBy: string | null;
    readonly calls: readonly string[];
    readonly running: readonly string[];
    readonly said: string | null;
}

/**
 * A server of one file system. Time passes in steps; a kill is an exception out of a call, and a freeze that was begun goes on without the
 * guard: its process is not gone before the freeze has ended, and a thaw says EINVAL until then (fs/super.c, 6.12).
 */
const SERVER = `
import json, sys

STEP, LAST = 0.05, 1500

class Killed(Exception):
    pass

class Actor:
    def __init__(self, waits, now):
        self.waits, self.wake, self.mail, self.begun = waits, now, [], False
    def resume(self, now):
        """True when it has ended."""
        message = self.mail.pop(0) if self.mail else None
        try:
            pause = self.waits.send(message) if self.begun else next(self.waits)
        except StopIteration as end:
            return end.value or "done"
        except (Killed, Stopped):
            return "dead"
        self.begun, self.wake = True, now + pause
        return None

class Simulated:
    def __init__(self, scenario):
        self.s = scenario
        self.t, self.actors, self.calls = 0.0, {}, []
        self.is_frozen = scenario.get("foreign", False)
        self.began = self.freezes_until = self.code = self.thawed_at = self.thawed_by = None
        self.limit = self.begun_at = self.answered_at = self.answered = self.results = self.said = None
        self.paused_until, self.syncs, self.synced_at = 0.0, 0, 0.0
        self.over = False

    def settle(self):
        if self.freezes_until is not None and self.t >= self.freezes_until:
            self.freezes_until, self.is_frozen, self.code = None, True, 0
            self.post("guard", None)
    def thaw_as(self, who):
        self.settle()
        if not self.is_frozen:
            return errno.EINVAL
        self.is_frozen, self.thawed_at, self.thawed_by = False, self.t, who
        return 0
    def gone(self):
        return "guard" not in self.actors and self.freezes_until is None
    def told(self, told):
        self.results = self.results or told

    def effect(self, name, change):
        self.calls.append(name)
        killed = len(self.calls) == self.s.get("killAt")
        if killed and not self.s.get("killBehind"):
            raise Killed
        value = change()
        if killed:
            raise Killed
        return value
    def now(self):
        return self.t
    def sync(self):
        self.effect("sync", self.begin_sync)
    def begin_sync(self):
        takes = self.s.get("syncs", [0.1])
        self.synced_at = self.t + takes[min(self.syncs, len(takes) - 1)]
        self.syncs += 1
    def synced(self):
        return 0 if self.t >= self.synced_at else None
    def mark(self):
        return self.effect("mark", lambda: self.s.get("markFails", ""))
    def arm(self, limit):
        return self.effect("arm", lambda: self.s.get("armFails") or self.begin_switch(limit))
    def begin_switch(self, limit):
        self.limit = limit
        self.watch("switch")
        return ""
    def watch(self, name):
        self.actors[name] = Actor(dead_man(self.limit, Watching(self, name)), self.t)
    def begin(self, began):
        self.effect("begin", lambda: setattr(self, "begun_at", began))
    def freeze(self):
        self.effect("freeze", self.begin_freeze)
    def begin_freeze(self):
        self.began, self.paused_until = self.t, self.t + self.s.get("stops", 0)
        self.code = self.s.get("freezeFails") or (errno.EBUSY if self.is_frozen else None)
        if self.code is None:
            self.freezes_until = self.t + self.s.get("takes", 0)
            self.settle()
    def frozen(self):
        self.settle()
        return self.code
    def thaw(self):
        return self.effect("thaw", lambda: self.thaw_as("guard"))
    def disarm(self):
        self.effect("disarm", lambda: setattr(self, "over", True))
    def answer(self, said):
        self.effect("answer", lambda: self.begin_hold(said))
    def begin_hold(self, said):
        self.answered, self.answered_at = said, self.t
    def tell(self, told):
        self.effect("tell", lambda: self.told(told))

    def post(self, name, message):
        if name in self.actors:
            self.actors[name].mail.append(message)
    def events(self):
        """Each at its time: a request, the end of the unit, a kill of the switch, its return."""
        if "stopAt" in self.s:
            yield self.s["stopAt"], lambda: self.post("guard", "stop")
        for at in self.s.get("killSwitch", []):
            yield at, lambda: self.actors.pop("switch", None)
            if self.s.get("switchReturns"):
                yield at + 0.1, lambda: self.limit and self.watch("switch")
    def run(self):
        order = Order("one", self.s.get("freeze", True), self.s.get("limit", 6.0))
        self.actors["guard"] = Actor(guard(order, self), 0.0)
        events, asked, ended = sorted(self.events(), key=lambda event: event[0]), False, False
        while self.t < LAST:
            self.settle()
            while events and self.t >= events[0][0]:
                events.pop(0)[1]()
            if self.answered and not asked and "thawAfter" in self.s and self.t >= self.answered_at + self.s["thawAfter"]:
                asked = True
                self.post("guard", "thaw")
            if self.gone() and not ended:
                ended = True
                self.post("switch", None)
                if self.s.get("release", True):
                    self.watch("release") if self.limit else self.told(result(False, False, 0))
            for name, actor in list(self.actors.items()):
                paused = name == "guard" and self.t < self.paused_until
                if not paused and (self.t >= actor.wake or actor.mail):
                    how = actor.resume(self.t)
                    if how is not None:
                        self.actors.pop(name, None)
                        self.said = how if name == "switch" else self.said
            if not self.actors and not events and ended and self.freezes_until is None:
                break
            self.t = self.next(events, asked, ended)
        window = (self.t if self.thawed_at is None else self.thawed_at) - self.began if self.code == 0 else None
        return {"answer": self.answered, "result": self.results, "frozen": self.is_frozen, "window": window, "thawedBy": self.thawed_by,
                "calls": self.calls, "running": list(self.actors), "said": self.said}

    def next(self, events, asked, ended):
        """A step, or to the next thing that can happen."""
        times = [max(actor.wake, self.paused_until if name == "guard" else 0) for name, actor in self.actors.items()]
        times += [at for at, _ in events[:1]] + [at for at in [self.freezes_until] if at is not None]
        times += [self.answered_at + self.s["thawAfter"]] if self.answered and not asked and "thawAfter" in self.s else []
        mail = any(actor.mail for actor in self.actors.values()) or not times or (self.gone() and not ended)
        return round(self.t + STEP if mail else max(self.t + STEP, min(times)), 2)

class Watching:
    def __init__(self, server, name):
        self.server, self.name = server, name
        self.now, self.gone, self.tell = server.now, server.gone, server.told
    def thaw(self):
        return self.server.thaw_as(self.name)
    def disarmed(self):
        return self.server.over
    def begun(self):
        return self.server.begun_at

print(json.dumps([Simulated(one).run() for one in json.load(sys.stdin)]))
`;

/** All of them in one interpreter. */
export function simulated(scenarios: readonly Scenario[]): Outcome[] {
    const program = `${readFileSync(join(__dirname, "guard.py"), "utf8")}\n${SERVER}`;
    const { stdout, stderr } = spawnSync("python3", ["-I", "-c", program], {
        input: JSON.stringify(scenarios),
        encoding: "utf8",
    });
    if (stderr !== "") throw new Error(stderr);
    return JSON.parse(stdout) as Outcome[];
}
