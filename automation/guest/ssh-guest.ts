import { z } from "zod";
import type { GuestCall } from "../../infra/guest/call";
import { observeCall } from "../../infra/guest/calls";
import { ObserveResult } from "../../infra/guest/observed";
import { parseAnswer } from "../../infra/guest/results";
import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import type { FreezeOrder, Guest, Held, LetGoOrder, MoveOrder, Pace, VolumeIds } from "./port";
import type { ReachableGuest } from "../model/observed";
import type { LeaseOrder } from "./lease";
import {
    asideCall,
    freezeCall,
    leaseCall,
    leasedObserveCall,
    letGoCall,
    moveCall,
    paceCall,
    quiesceCall,
    stayCall,
    thawCall,
} from "./verbs";
import { FreezeResult, heldOf, ThawResult } from "./held";
import { readReport } from "./report";
import { Ssh } from "./connection";
import { publicKeyOf } from "./keys";

const OPERATOR = "admin";
const DIAL_MS = 15_000;
/** LVM answers slowly under load; it never takes longer to look. */
const OBSERVE_MS = 120_000;
/** Unmounting writes back what the server still holds in memory. */
const QUIESCE_MS = 600_000;
/** A range that is under way ends first, and one that was cut off is finished. */
const MOVE_MS = 1_200_000;
/** The lock may be a move's for ten minutes; then the drive is synced three times. */
const FREEZE_MS = 900_000;
/** It waits for a guard that may just be killed; a server that is busy takes long to begin. */
const THAW_MS = 60_000;
const Done = z.looseObject({});
const Held = z.object({ held: z.boolean() });
const Moving = z.object({ started: z.boolean() });
const Leased = z.looseObject({ observe: ObserveResult });

export interface GuestKeys {
    readonly operatorKey: string;
    readonly hostKey: string;
}

/** Connections to the drive's server: the operator's key in, the drive's host key pinned. */
export function guestDialler(keys: GuestKeys, port = 22): (host: string) => Promise<SshGuest> {
    const hostKey = publicKeyOf(keys.hostKey);
    if (hostKey === undefined) {
        throw new DriveError(
            "KeyUnreadable",
            "the secret elastic-drive:hostKey is not a private key in OpenSSH format",
            {
                hint: "elastic-drive pull brings it from the backend",
            },
        );
    }
    return async (host) => {
        const ssh = await Ssh.open({ host, port, user: OPERATOR, privateKey: keys.operatorKey, hostKey }, DIAL_MS);
        return new SshGuest(ssh);
    };
}

export class SshGuest implements Guest {
    constructor(private readonly ssh: Ssh) {}

    get isOpen(): boolean {
        return this.ssh.isOpen;
    }

    async observe(lease?: LeaseOrder): Promise<ReachableGuest> {
        if (lease !== undefined) {
            const { observe } = await this.call(Leased, "observe", leasedObserveCall(lease), OBSERVE_MS);
            return readReport(observe);
        }
        return readReport(await this.call(ObserveResult, "observe", observeCall(), OBSERVE_MS));
    }

    async hold(lease: LeaseOrder): Promise<boolean> {
        return (await this.call(Held, "lease", leaseCall(lease), OBSERVE_MS)).held;
    }

    async release(lease: LeaseOrder): Promise<void> {
        await this.call(Held, "lease", leaseCall(lease), OBSERVE_MS);
    }

    async quiesce(aside?: { drive: DriveConfig; volumes: VolumeIds; slot: string }): Promise<void> {
        const call = aside === undefined ? quiesceCall() : asideCall(aside.drive, aside.volumes, aside.slot);
        await this.call(Done, "quiesce", call, QUIESCE_MS);
    }

    move(order: MoveOrder): Promise<{ readonly started: boolean }> {
        return this.call(Moving, "move", moveCall(order), MOVE_MS);
    }

    async letGo(order: LetGoOrder): Promise<void> {
        await this.call(Done, "let-go", letGoCall(order), MOVE_MS);
    }

    async stay(drive: DriveConfig, volumes: VolumeIds, slot: string): Promise<void> {
        await this.call(Done, "stay", stayCall(drive, volumes, slot), MOVE_MS);
    }

    async pace(pace: Pace): Promise<void> {
        await this.call(Done, "pace", paceCall(pace), OBSERVE_MS);
    }

    async freeze(order: FreezeOrder): Promise<Held> {
        const said = await this.call(FreezeResult, "freeze", freezeCall(order), FREEZE_MS);
        return heldOf(said, () => this.call(ThawResult, "thaw", thawCall(order.id), THAW_MS));
    }

    close(): void {
        this.ssh.close();
    }

    private async call<T>(schema: z.ZodType<T>, what: string, call: GuestCall, timeoutMs: number): Promise<T> {
        return parseAnswer(schema, what, await this.ssh.run(call.command, call.stdin, timeoutMs));
    }
}
