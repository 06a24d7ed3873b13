import type { DriveConfig } from "../infra/model/config";
import { parseDriveConfig } from "../infra/model/config";
import { DriveError } from "../infra/model/errors";
import { SdkEc2 } from "./ec2/client";
import type { Ec2 } from "./ec2/port";
import type { StackConfig } from "./engine/config";
import { Engine } from "./engine/engine";
import type { GuestOpener } from "./guest";
import type { IoHost } from "./io/host";
import { Log } from "./io/log";
import { Lease } from "./lease";
import { RealWorld } from "./real-world";
import type { Loop } from "./reconcile";
import { guestOpener } from "./ssh/guest";
import type { Clock } from "./wait";
import { systemClock } from "./wait";

export interface DriveOptions {
    /** The project's folder (Pulumi.yaml); its `stacks` folder holds the configuration. */
    readonly projectDir: string;
    readonly stack: string;
    readonly host: IoHost;
    readonly env?: NodeJS.ProcessEnv | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly clock?: Clock | undefined;
    /** Wait for another driver's end instead of leaving; so long as it takes. */
    readonly wait?: boolean | undefined;
}

export interface Configured {
    readonly config: StackConfig;
    readonly desired: DriveConfig;
}

/** What one operation works with: the ports, opened late and once. */
export class Session {
    readonly engine: Engine;
    readonly log: Log;
    readonly env: NodeJS.ProcessEnv;
    readonly clock: Clock;
    readonly host: IoHost;
    /** This operation's, whatever worlds it opens. */
    readonly lease = new Lease();

    constructor(readonly options: DriveOptions) {
        this.env = options.env ?? process.env;
        this.clock = options.clock ?? systemClock;
        this.host = options.host;
        const { projectDir, stack, host, signal, wait } = options;
        this.engine = new Engine({ projectDir, stack, host, signal, wait, env: this.env, clock: this.clock });
        this.log = Log.of(stack, this.env);
    }

    /**
     * The configuration, parsed and whole, or all its faults at once; after another driver's end when that is waited for,
     * since it may have written it anew.
     */
    async configured(): Promise<Configured> {
        const found = await this.read();
        if (this.options.wait !== true || this.lease.overrules) return found;
        const waited = await this.world(found.desired, found.config).othersEnd();
        return waited ? this.configured() : found;
    }

    private async read(): Promise<Configured> {
        const config = await this.engine.config();
        if (config.drive === undefined) {
            throw new DriveError(
                "NotConfigured",
                `stack '${this.options.stack}' has no elastic-drive:drive in this checkout`,
                {
                    hint: "elastic-drive pull brings it from the backend, elastic-drive init makes a new one",
                },
            );
        }
        return { config, desired: parseDriveConfig(config.drive, { region: config.region }) };
    }

    ec2(region: string | undefined): Ec2 {
        return new SdkEc2({ region, env: this.env });
    }

    world(desired: DriveConfig, config: StackConfig): RealWorld {
        const { host, clock, lease } = this;
        const { signal, wait } = this.options;
        const parts = {
            engine: this.engine,
            ec2: this.ec2(config.region),
            openGuest: this.guests(config),
            host,
            clock,
        };
        return new RealWorld(desired, { ...parts, lease, signal, wait });
    }

    loop(ports: Loop["ports"], operation: string): Loop {
        const note: Loop["note"] = (event, text, seconds) => this.log.append(operation, event, text, seconds);
        return { ports, host: this.host, clock: this.clock, signal: this.options.signal, note };
    }

    private guests({ operatorKey, hostKey }: StackConfig): GuestOpener {
        if (operatorKey === undefined || hostKey === undefined) {
            throw new DriveError("KeysMissing", "the stack has no operator key or no host key", {
                hint: "elastic-drive pull brings them from the backend",
            });
        }
        return guestOpener({ operatorKey, hostKey });
    }
}
