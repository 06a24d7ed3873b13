import type { DriveConfig } from "../../infra/model/config";
import { MAX_MEMBERS } from "../../infra/model/limits";
import type { VolumeType } from "../../infra/model/volume-types";
import type { PriceList } from "../../infra/model/prices";
import type { Budget } from "../reconcile/modifications";
import { freePlaces } from "../../infra/model/slots";
import { membersOf, sizeOf, type Members } from "../model/sizes";

export interface GrowthWish {
    /** GiB of all members together. */
    readonly targetGiB: number;
    /** Of what is added, of what replaces, and of what grows in place. */
    readonly type?: VolumeType | undefined;
    /** Of each of these volumes; undefined: as before where the type stays, else the type's default. */
    readonly iops?: number | undefined;
    /** MiB/s, the same. */
    readonly throughput?: number | undefined;
    readonly prices?: PriceList | undefined;
    /** MiB/s that data was seen to move at; without it what EC2 states for volumes and server. */
    readonly rate?: number | undefined;
}

/** What EC2 still lets be modified of one slot's volume. */
export interface SlotBudget extends Budget {
    readonly slot: string;
    /** The last one is not over. */
    readonly underWay: boolean;
}

/** One drive and one wish: what every way to a larger drive is worked out from. */
export class GrowthCase {
    readonly members: Members;
    /** GiB that are missing. */
    readonly deltaGiB: number;

    constructor(
        readonly drive: DriveConfig,
        readonly wish: GrowthWish,
        private readonly budget: readonly SlotBudget[] = [],
    ) {
        this.members = membersOf(drive.slots);
        this.deltaGiB = wish.targetGiB - sizeOf(drive.slots);
    }

    /** Why a slot's volume cannot be modified now; undefined: it can. */
    unmodifiable(slot: string): string | undefined {
        const found = this.budget.find((entry) => entry.slot === slot);
        if (found === undefined) return undefined;
        if (found.underWay) return `EC2 is still modifying ${slot}`;
        if (found.left > 0) return undefined;
        const when = found.nextAt === undefined ? "" : `, the next is possible at ${found.nextAt}`;
        return `${slot} has had all its modifications of 24 hours${when}`;
    }

    /** Attachments that are free for data volumes, the server's root volume taken off. */
    get freePlaces(): number {
        return freePlaces(this.drive);
    }

    /** Why so many volumes cannot join; `spare`: attachments that stay free, `going`: members that leave first. */
    crowded(joining: number, { spare, going }: { spare: number; going: number }): string | undefined {
        const most = this.members.length - going + joining;
        if (most > MAX_MEMBERS)
            return `${this.members.length} volumes and ${joining} more are over ${MAX_MEMBERS}, the most of one drive`;
        const places = Math.max(0, this.freePlaces - spare);
        if (joining <= places) return undefined;
        return `${this.drive.server.instanceType} has attachments for ${places} more volumes, not for ${joining}`;
    }
}
