import { READMIT } from "../../infra/model/access";
import type { DriveConfig } from "../../infra/model/config";
import { parseDriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import { sshPort } from "../../infra/model/ssh-port";
import { callerAccount, refuseOtherAccount } from "../ec2/account";
import { SdkEc2 } from "../ec2/client";
import type { Ec2 } from "../ec2/port";
import type { StackConfig } from "../engine/config";
import { Engine } from "../engine/engine";
import { CallerHost, type Answer } from "../io/caller";
import type { IoHost } from "../io/host";
import { Log } from "../io/log";
import { Lease } from "../guest/lease";
import { MSG, type Message } from "../io/messages";
import { RealWorld } from "./real-world";
import type { Loop } from "../reconcile/loop";
import { guestDialler, type GuestKeys } from "../guest/ssh-guest";
import { KeptGuest } from "../guest/kept";
import type { Clock } from "../io/wait";
import { systemClock } from "../io/wait";

export interface DriveOptions {
    /** The project's folder (Pulumi.yaml); its `stacks` folder holds the configuration. */
    readonly projectDir: string;
    readonly stack: string;
    /** Hears everything and is asked. Without it each operation's own messages are read from the operation. */
    readonly host?: IoHost | undefined;
    /** Answers what is asked, in the host's place. With neither, an operation that has to ask fails with ConfirmationNeeded. */
    readonly answer?: Answer | undefined;
    /** Instead of this process's own: engine, backend and AWS (keys or AWS_PROFILE) are taken from it. */
    readonly env?: NodeJS.ProcessEnv | undefined;
    /** Stops every operation at its next safe point. */
    readonly signal?: AbortSignal | undefined;
    readonly onAbort?: OnAbort | undefined;
    readonly clock?: Clock | undefined;
    /** Wait for another driver's end instead of leaving; so long as it takes. */
    readonly wait?: boolean | undefined;
    readonly readmit?: boolean | undefined;
}

export interface Configured {
    readonly config: StackConfig;
    readonly desired: DriveConfig;
}

/**
 * What becomes of a move that is running on the server when its operation is stopped: it goes on (`leave`, the default), or
 * rests at the end of its range (`pause`) until `pace` lets it go on.
 */
export type OnAbort = "leave" | "pause";

/** For `up` and `preview`, besides what every call takes. */
export interface UpCallOptions extends CallOptions {
    /** Networks and keys that an `up` has taken away may come back; else AccessComesBack. */
    readonly readmit?: boolean | undefined;
}

/** For one call, besides what was said of the drive. */
export interface CallOptions {
    readonly signal?: AbortSignal | undefined;
    readonly onAbort?: OnAbort | undefined;
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

    readonly signal: AbortSignal | undefined;
    private caller: Promise<string> | undefined;
    private kept: { readonly keys: GuestKeys; readonly guest: KeptGuest } | undefined;

    constructor(
        readonly options: DriveOptions,
        emit: (message: Message) => void,
    ) {
        const env = options.env ?? process.env;
        this.env = options.readmit === true ? { ...env, [READMIT]: "yes" } : env;
        this.clock = options.clock ?? systemClock;
        this.host = new CallerHost(emit, options);
        this.signal = options.signal;
        const { host, signal } = this;
        const { projectDir, stack, wait } = options;
        this.engine = new Engine({ projectDir, stack, host, signal, wait, env: this.env, clock: this.clock });
        this.log = Log.of(stack, this.env, ({ message }) =>
            host.emit(
                MSG.NO_LOG(`the log of what was done cannot be written (${message}); the drive does not need it`, {}),
            ),
        );
    }

    /**
     * The configuration, parsed and whole, or all its faults at once, and the credentials of its account; after another driver's end when that is waited for,
     * since it may have written it anew.
     */
    async configured(): Promise<Configured> {
        const found = await this.settings();
        const { account, name } = found.desired;
        if (account !== undefined) refuseOtherAccount(name, account, await this.account(found.config.region));
        if (this.options.wait !== true || this.lease.overrules) return found;
        const waited = await this.world(found.desired, found.config).othersEnd();
        return waited ? this.configured() : found;
    }

    /** The same, for who asks EC2 nothing. */
    async settings(): Promise<Configured> {
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

    /** The AWS account of the credentials. */
    account(region: string | undefined): Promise<string> {
        this.caller ??= callerAccount({ region, env: this.env });
        return this.caller;
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
            openGuest: this.guests(config).open,
            defaultTags: config.defaultTags ?? {},
            host,
            clock,
        };
        return new RealWorld(desired, { ...parts, lease, signal, wait, onAbort: this.options.onAbort });
    }

    loop(ports: Loop["ports"], operation: string): Loop {
        const note: Loop["note"] = (event, text, seconds) => this.log.append(operation, event, text, seconds);
        return { ports, host: this.host, clock: this.clock, signal: this.signal, note };
    }

    /** Ends the connection to the server. */
    close(): void {
        this.kept?.guest.close();
    }

    private guests({ operatorKey, hostKey }: StackConfig): KeptGuest {
        if (operatorKey === undefined || hostKey === undefined) {
            throw new DriveError("KeysMissing", "the stack has no operator key or no host key", {
                hint: "elastic-drive pull brings them from the backend",
            });
        }
        const { keys } = this.kept ?? {};
        if (keys?.operatorKey !== operatorKey || keys.hostKey !== hostKey) {
            this.close();
            const now = { operatorKey, hostKey };
            this.kept = { keys: now, guest: new KeptGuest(guestDialler(now, sshPort(this.env))) };
        }
        return this.kept!.guest;
    }
}
