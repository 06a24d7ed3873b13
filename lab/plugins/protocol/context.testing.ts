import type { Context } from "./plugin";

/** A context for specs: what was said is kept, `abort` is the engine's cancel. */
export class TestContext implements Context {
    readonly urn = "urn:pulumi:test::test::test:index:Test::it";
    readonly said: string[] = [];
    private readonly stop = new AbortController();

    constructor(readonly timeoutMs: number | undefined = undefined) {}

    get signal(): AbortSignal {
        return this.stop.signal;
    }

    log(_severity: string, message: string): void {
        this.said.push(message);
    }

    status(message: string): void {
        this.said.push(message);
    }

    abort(): void {
        this.stop.abort(new Error("cancelled by the engine"));
    }
}
