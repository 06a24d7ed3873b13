import { mkdir, rm } from "node:fs/promises";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { endLeftover, startChild, type Child } from "./child";
import type { Layout } from "./layout";
import { until } from "./wait";

/** The common network of all machines: one Ethernet switch in user space. */
export class Switch {
    private child: Child | undefined;

    constructor(private readonly layout: Layout) {}

    get socket(): string {
        return this.layout.switch();
    }

    async start(): Promise<void> {
        if (this.child) return;
        await endLeftover(this.layout.switchPid());
        await rm(this.socket, { recursive: true, force: true });
        await mkdir(this.layout.sockets(), { recursive: true });
        const log = join(this.layout.sockets(), "switch.log");
        // Run without --daemon it ends when its standard input does: a second guard against outliving the lab.
        const child = await startChild("vde_switch", ["-s", this.socket, "-n", "64"], log, this.layout.switchPid());
        let end: string | undefined;
        void child.ended.then((how) => (end = how));
        await until(
            {
                what: `the network switch at '${this.socket}'`,
                hint: `see '${log}'`,
                deadlineMs: 10_000,
                everyMs: 20,
            },
            async () => {
                if (end !== undefined) {
                    throw new DriveError("SwitchFailed", `vde_switch ended with ${end}`, {
                        hint: `see '${log}'; is vde2 installed?`,
                    });
                }
                return exists(join(this.socket, "ctl"));
            },
        );
        this.child = child;
    }

    async stop(): Promise<void> {
        const child = this.child;
        this.child = undefined;
        if (!child) return;
        child.process.kill("SIGTERM");
        await child.ended;
        await rm(this.socket, { recursive: true, force: true });
    }
}

async function exists(path: string): Promise<{ ready: true } | { seen: string }> {
    try {
        await access(path);
        return { ready: true };
    } catch {
        return { seen: "no control socket" };
    }
}
