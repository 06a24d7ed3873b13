import { createHash } from "node:crypto";
import { parseDriveConfig, type DriveConfig } from "../../infra/model/config";
import { CONFIG, MOUNT_POINT } from "../../infra/model/names";
import { sshPort } from "../../infra/model/ssh-port";
import type { Checkout } from "./checkout";
import { Shell } from "./shell";
import { waitFor } from "./wait";

const BOOT_ID = "cat /proc/sys/kernel/random/boot_id";

export interface Outputs {
    readonly serverId: string;
    readonly privateIp: string;
    readonly sshHost: string;
    readonly hostKey: string;
    readonly volumes: Readonly<Record<string, string>>;
}

/** A drive as its operator handles it: the stack's configuration, `pulumi up`, and ssh to the server. */
export class OperatedDrive {
    private shell: Shell | undefined;

    constructor(
        readonly checkout: Checkout,
        readonly stack: string,
    ) {}

    /** Where the machines of this lab answer ssh. */
    get sshPort(): number {
        return sshPort(this.checkout.env);
    }

    async outputs(): Promise<Outputs> {
        return JSON.parse(await this.checkout.pulumi("stack", "output", "--json", "-s", this.stack)) as Outputs;
    }

    up(...flags: string[]): Promise<string> {
        return this.checkout.pulumi("up", "--yes", "--skip-preview", "-s", this.stack, ...flags);
    }
    tryUp(...flags: string[]): ReturnType<Checkout["tryPulumi"]> {
        return this.checkout.tryPulumi("up", "--yes", "-s", this.stack, ...flags);
    }

    /** Sets one value of the desired state, e.g. `slots.bb.sizeGiB`. */
    async set(path: string, value: string | number | boolean): Promise<void> {
        await this.checkout.pulumi(
            "config",
            "set",
            "--path",
            `${CONFIG.drive}.${path}`,
            String(value),
            "-s",
            this.stack,
        );
    }
    async unset(path: string): Promise<void> {
        await this.checkout.pulumi("config", "rm", "--path", `${CONFIG.drive}.${path}`, "-s", this.stack);
    }

    /** The desired state as it stands in the configuration. */
    async config(): Promise<DriveConfig> {
        return parseDriveConfig(
            JSON.parse(await this.checkout.pulumi("config", "get", CONFIG.drive, "-s", this.stack)),
        );
    }

    /** ssh to the server as the operator, host key pinned; one connection until the server changes. */
    async server(): Promise<Shell> {
        this.shell ??= await this.connect();
        return this.shell;
    }
    /** After a reboot or a replacement the old connection is of no use. */
    async reconnect(): Promise<Shell> {
        this.shell?.close();
        this.shell = await this.connect();
        return this.shell;
    }

    async bootId(): Promise<string> {
        return (await this.server()).run(BOOT_ID);
    }
    /** Returns when the server answers from another boot. */
    async rebooted(oldBootId: string): Promise<void> {
        await waitFor("a new boot", async () => {
            const server = await this.reconnect();
            // The connection may still be the old boot's, and break.
            return server.try(`test "$(${BOOT_ID})" != ${oldBootId}`).catch(() => ({ code: 1 }));
        });
    }

    private async connect(): Promise<Shell> {
        const { sshHost, hostKey } = await this.outputs();
        const privateKey = await this.checkout.pulumi("config", "get", CONFIG.operatorKey, "-s", this.stack);
        return Shell.open({
            host: sshHost,
            port: this.sshPort,
            user: "admin",
            privateKey,
            hostKey: hostKey.split(" ")[1]!,
        });
    }

    /** One digest over the path, owner and content of every file on the drive. */
    async digest(folder = MOUNT_POINT): Promise<string> {
        const list = await (
            await this.server()
        ).run(`cd ${folder} && sudo find . -type f -print0 | sort -z | sudo xargs -0 -r sha256sum`);
        return createHash("sha256").update(list).digest("hex");
    }

    /** Usable size of the mounted file system in bytes. */
    async size(): Promise<number> {
        return Number(await (await this.server()).run(`findmnt -bno SIZE ${MOUNT_POINT}`));
    }

    close(): void {
        this.shell?.close();
        this.shell = undefined;
    }
}
