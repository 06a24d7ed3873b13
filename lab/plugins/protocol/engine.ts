import { fstatSync } from "node:fs";
import { credentials } from "@grpc/grpc-js";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as EngineProto from "@pulumi/pulumi/proto/engine_pb";

type Severity = "info" | "warning" | "error";

/** The engine's log; connected at the first line, for most runs have none. */
export class EngineLog {
    private client: EngineClient | undefined;

    constructor(private readonly address: string | undefined) {}

    write(severity: Severity, message: string, urn: string, ephemeral: boolean): void {
        if (this.address === undefined) {
            process.stderr.write(`${message}\n`);
            return;
        }
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- 30 ms that a run without a line is spared
        const proto = require("@pulumi/pulumi/proto/engine_pb") as typeof EngineProto;
        const request = new proto.LogRequest();
        const level = { info: 1, warning: 2, error: 3 } as const;
        request.setSeverity(level[severity]);
        request.setMessage(message);
        request.setUrn(urn);
        request.setEphemeral(ephemeral);
        this.connect(this.address).log(request, () => undefined);
    }

    private connect(address: string): EngineClient {
        if (this.client === undefined) {
            // eslint-disable-next-line @typescript-eslint/no-require-imports -- as above
            const { EngineClient: Client } = require("@pulumi/pulumi/proto/engine_grpc_pb") as {
                EngineClient: typeof EngineClient;
            };
            this.client = new Client(address, credentials.createInsecure());
        }
        return this.client;
    }
}

/**
 * Calls back once when the engine that started this process is gone: its end of our stdin closes, or (stdin being
 * something else) we get another parent. Neither keeps the process alive.
 */
export function whenEngineGone(callback: () => void): void {
    let called = false;
    const once = (): void => {
        if (!called) {
            called = true;
            callback();
        }
    };
    // A terminal or /dev/null says nothing about an engine.
    const stdin = fstatSync(0);
    if (stdin.isFIFO() || stdin.isSocket()) {
        process.stdin.on("end", once).on("close", once).on("error", once).resume();
        (process.stdin as unknown as { unref?: () => void }).unref?.();
    }
    const parent = process.ppid;
    setInterval(() => {
        if (process.ppid !== parent) {
            once();
        }
    }, 1000).unref();
}
