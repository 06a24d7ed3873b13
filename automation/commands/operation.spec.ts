import * as assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { DriveError, InvalidInput } from "../../infra/model/errors";
import { MSG, type Message } from "../io/messages";
import { MOST_PROGRESS, Operation } from "./operation";

const note = (text: string): Message => MSG.NOTE(text, {});
const progress = (text: string): Message => MSG.WAITING(text, { what: "it", seen: text });

async function texts(run: AsyncIterable<Message>): Promise<string[]> {
    const found: string[] = [];
    for await (const { text } of run) found.push(text);
    return found;
}

describe("an operation", () => {
    it("gives its result to who does not read what it says", async () => {
        assert.equal(await new Operation(async (emit) => (emit(note("a")), 42)), 42);
    });

    it("says everything in its order, also what was said before anybody read and between two reads", async () => {
        const run = new Operation(async (emit) => {
            emit(note("at once"));
            await setImmediate();
            emit(note("two"));
            emit(note("in one breath"));
            await setImmediate();
            emit(note("last"));
            return "done";
        });
        await setImmediate();
        assert.deepEqual(await texts(run), ["at once", "two", "in one breath", "last"]);
        assert.equal(await run, "done");
    });

    it("says it to each who reads, from the first, also when it is over", async () => {
        const run = new Operation(async (emit) => {
            emit(note("a"));
            await setImmediate();
            emit(note("b"));
        });
        assert.deepEqual(await Promise.all([texts(run), texts(run)]), [
            ["a", "b"],
            ["a", "b"],
        ]);
        assert.deepEqual(await texts(run), ["a", "b"]);
    });

    it("goes on when the reader leaves", async () => {
        const run = new Operation(async (emit) => {
            for (const text of ["a", "b", "c"]) {
                emit(note(text));
                await setImmediate();
            }
            return 3;
        });
        for await (const { text } of run) if (text === "a") break;
        assert.equal(await run, 3);
    });

    it("drops the oldest progress for who reads late, and nothing else", async () => {
        const run = new Operation(async (emit) => {
            emit(note("first"));
            for (let i = 0; i < MOST_PROGRESS + 5; i++) emit(progress(String(i)));
            emit(note("last"));
        });
        await run;
        const found = await texts(run);
        assert.equal(found.length, MOST_PROGRESS + 2);
        assert.deepEqual(
            [found[0], found[1], found.at(-2), found.at(-1)],
            ["first", "5", `${MOST_PROGRESS + 4}`, "last"],
        );
    });

    describe("that fails", () => {
        const failing = (error: Error): Operation<void> =>
            new Operation(async (emit) => {
                emit(note("a"));
                await setImmediate();
                throw error;
            });
        let unhandled: unknown[] = [];
        const hear = (error: unknown): void => void unhandled.push(error);
        let others: NodeJS.UnhandledRejectionListener[] = [];
        beforeEach(() => {
            unhandled = [];
            others = process.listeners("unhandledRejection");
            process.removeAllListeners("unhandledRejection").on("unhandledRejection", hear);
        });
        afterEach(() => {
            process.removeAllListeners("unhandledRejection");
            for (const other of others) process.on("unhandledRejection", other);
        });

        it("ends the loop with the coded failure, and throws once, where its result is awaited", async () => {
            const run = failing(new DriveError("NoSuchSlot", "there is no slot 'zz'", { hint: "status" }));
            const found: Message[] = [];
            for await (const message of run) found.push(message);
            await setImmediate(); // the loop's end and the await need not be in one breath
            assert.deepEqual(found.at(-1), {
                ...{ code: "DRIVE_E9000", level: "error", text: "there is no slot 'zz'" },
                data: { code: "NoSuchSlot", hint: "status" },
            });
            await assert.rejects(run, { code: "NoSuchSlot" });
            assert.deepEqual(unhandled, []);
        });

        it("does not throw into a reader beside", async () => {
            const run = failing(new Error("bug"));
            const reading = texts(run);
            await assert.rejects(run, { message: "bug" });
            assert.deepEqual(await reading, ["a", "bug"]);
            assert.deepEqual(unhandled, []);
        });

        it("carries all faults of an input in its last message", async () => {
            const faults = [{ path: "maxGiB", reason: "missing" }];
            const run = failing(new InvalidInput("autogrow", faults));
            const found: Message[] = [];
            for await (const message of run) found.push(message);
            assert.deepEqual((found.at(-1)?.data as { faults?: unknown }).faults, faults);
        });

        it("is not hidden from who neither reads nor awaits", async () => {
            void failing(new Error("nobody looks"));
            for (let i = 0; i < 3; i++) await setImmediate();
            assert.deepEqual(
                unhandled.map((error) => (error as Error).message),
                ["nobody looks"],
            );
        });
    });
});
