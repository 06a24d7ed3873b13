import { failureMessage } from "../io/failure";
import type { Message } from "../io/messages";

/** So many progress messages are kept for who reads late; all others are few, a handful a step, and are never dropped. */
export const MOST_PROGRESS = 1_000;

/**
 * A running operation: its result as a promise, and what it says as an async iterable. It runs whether or not anybody
 * reads. A loop over it begins with the first message whenever it begins, and ends with the operation, well or not: how it
 * went is told by the promise, and by the last message (`DRIVE_E9000` after a failure).
 * @example
 * const run = drive.grow({ to: 4096 });
 * for await (const message of run) console.log(message.code, message.text);
 * const { steps } = await run; // throws what the operation failed with
 */
export class Operation<T> implements Promise<T>, AsyncIterable<Message> {
    readonly [Symbol.toStringTag] = "Operation";
    readonly then: Promise<T>["then"];
    readonly catch: Promise<T>["catch"];
    readonly finally: Promise<T>["finally"];
    private readonly result: Promise<T>;
    private readonly said: { readonly number: number; readonly message: Message }[] = [];
    private count = 0;
    private progress = 0;
    private isOver = false;
    private waiting: (() => void)[] = [];

    constructor(work: (emit: (message: Message) => void) => Promise<T>) {
        const result = this.run(work);
        this.result = result;
        this.then = (onFulfilled, onRejected) => result.then(onFulfilled, onRejected);
        this.catch = (onRejected) => result.catch(onRejected);
        this.finally = (onFinally) => result.finally(onFinally);
    }

    private async run(work: (emit: (message: Message) => void) => Promise<T>): Promise<T> {
        try {
            return await work((message) => this.say(message));
        } catch (error) {
            this.say(failureMessage(error));
            throw error;
        } finally {
            this.isOver = true;
            this.wake();
        }
    }

    private say(message: Message): void {
        this.said.push({ number: this.count++, message });
        if (message.level === "progress" && ++this.progress > MOST_PROGRESS) {
            this.said.splice(
                this.said.findIndex((one) => one.message.level === "progress"),
                1,
            );
            this.progress--;
        }
        this.wake();
    }

    private wake(): void {
        for (const go of this.waiting.splice(0)) go();
    }

    async *[Symbol.asyncIterator](): AsyncGenerator<Message, void, undefined> {
        this.result.catch(() => undefined); // told by the last message; who awaits the result still gets it thrown
        for (let next = 0; ;) {
            const one = this.said.find(({ number }) => number >= next);
            if (one !== undefined) {
                next = one.number + 1;
                yield one.message;
            } else if (this.isOver) {
                return;
            } else {
                await new Promise<void>((resolve) => this.waiting.push(resolve));
            }
        }
    }
}
