import * as assert from "node:assert/strict";
import { hostname, userInfo } from "node:os";
import { RecordingHost } from "../io/recording";
import type { Clock } from "../io/wait";
import { Events } from "./events";
import { EngineNotes } from "./notes";
import { inTurn, type Turn } from "./turn";

const locked = (pid: number): Error =>
    new Error(
        `error: the stack is currently locked by 1 lock(s).\n  file:///locks/x.json: created by ${userInfo().username}@${hostname()} (pid ${pid}) at 2026-11-22T12:00:00Z`,
    );
/** Nobody's: over the kernel's highest. */
const DEAD = 4_999_999;

const far = (): Error =>
    new Error(
        "the stack is currently locked by 1 lock(s).\n x: created by me@elsewhere (pid 1) at 2026-11-22T12:00:00Z",
    );

/** This machine has started an engine of the dead number right before its lock, and no other. */
class Noted extends EngineNotes {
    constructor() {
        super("/nowhere", "");
    }
    override startOf(pid: number): number | undefined {
        return pid === DEAD ? Date.parse("2026-11-22T11:59:58Z") : undefined;
    }
    override forget(): void {}
}

function turn(change: Partial<Turn>, wait = false): { said: string[]; run: () => Promise<void> } {
    const said: string[] = [];
    const say = (what: string) => (): Promise<void> => Promise.resolve(void said.push(what));
    const all = { work: say("work"), touch: say("touch"), unlock: say("unlock"), lookAgain: false, ...change };
    let now = 0;
    const clock: Clock = { now: () => now, sleep: (ms) => Promise.resolve(void (now += ms)) };
    const setting = { stack: "a", host: new RecordingHost(), clock, wait, notes: new Noted() };
    return { said, run: () => inTurn(setting, { ...all, events: new Events() }) };
}

/** Locked by that process the first time, free afterwards. */
function busy(pid: number, said: string[]): () => Promise<void> {
    let tries = 0;
    return () => (tries++ === 0 ? Promise.reject(locked(pid)) : Promise.resolve(void said.push("work")));
}

describe("a turn under the stack's lock", () => {
    it("takes away the lock of a dead engine of this machine", async () => {
        const { said, run } = turn({});
        await turn({ work: busy(DEAD, said), unlock: () => Promise.resolve(said.push("unlock")) }).run();
        await run();
        assert.deepEqual(said, ["unlock", "work", "work"]);
    });
    it("waits for a living one, and works then", async () => {
        const said: string[] = [];
        await turn({ work: busy(process.pid, said) }).run();
        assert.deepEqual(said, ["work"]);
    });
    it("does not work on what was seen before a living one ended, where that matters", async () => {
        const said: string[] = [];
        const touch = (): Promise<void> => Promise.resolve(void said.push("touch"));
        await assert.rejects(turn({ work: busy(process.pid, said), touch, lookAgain: true }).run(), {
            code: "LookAgain",
        });
        assert.deepEqual(said, ["touch"]);
    });
    it("names a dead process that was not started from here, at once, and pulumi cancel: it may be another container's", async () => {
        const { said, run } = turn({ work: () => Promise.reject(locked(DEAD - 1)) });
        await assert.rejects(run(), {
            code: "StackLocked",
            message: new RegExp(`pid ${DEAD - 1} on .*another container`),
            details: {
                hint: "--wait waits for its end; if that process is surely gone: pulumi cancel",
                retryable: true,
            },
        });
        assert.deepEqual(said, []);
    });
    it("names whoever holds it on another host", async () => {
        await assert.rejects(turn({ work: () => Promise.reject(far()) }).run(), {
            code: "StackLocked",
            message: /pid 1 on elsewhere/,
        });
    });
    it("leaves after a while when a living one goes on, and names it", async () => {
        await assert.rejects(turn({ work: () => Promise.reject(locked(process.pid)) }).run(), {
            code: "StackLocked",
            message: new RegExp(`pid ${process.pid} on`),
        });
    });
    it("waits so long as it takes where that was chosen, also for another host", async () => {
        let tries = 0;
        const hour = 3_600;
        const work = (): Promise<void> => (tries++ < hour ? Promise.reject(far()) : Promise.resolve());
        await turn({ work }, true).run();
        assert.equal(tries, hour + 1);
    });
});
