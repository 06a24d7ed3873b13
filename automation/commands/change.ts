import type { SlotConfig } from "../../infra/model/config";
import { differsFrom, knownVolume } from "../model/observed";
import { existingSlot, given, performanceFor } from "../model/slots";
import { same } from "../model/same";
import type { Session } from "../world/session";
import { applyDesired } from "./apply-desired";
import type { UpResult } from "./up";
import { up } from "./up";

/** What is to be different of one slot's volume; the others stay. Values are judged by the schema. */
export interface ChangeInput {
    readonly slot: string;
    readonly sizeGiB?: number | undefined;
    readonly type?: SlotConfig["type"] | undefined;
    readonly iops?: number | undefined;
    readonly throughput?: number | undefined;
}

/**
 * Size, type, IOPS and throughput of a volume in one modification, while it is used. The same change again goes on with
 * what was interrupted.
 */
export async function change(session: Session, { slot, ...wanted }: ChangeInput): Promise<UpResult> {
    const { config, desired } = await session.configured();
    const old = existingSlot(desired, slot);
    const { iops: _iops, throughput: _throughput, ...rest } = old;
    const next = { ...rest, ...performanceFor(old, wanted.type), ...given(wanted) };
    if (same(old, next)) return up(session);
    const observed = await session.world(desired, config).observe({ preview: false });
    const slots = { ...desired.slots, [slot]: next };
    const volume = knownVolume(observed, slot);
    // The volume is so already, by somebody's hand: taken into the configuration also in the middle of a move, which waits for it.
    const underWay = volume !== undefined && !differsFrom(next, volume);
    return applyDesired(session, { config, desired, observed }, { ...desired, slots }, "change", {
        effect: !underWay,
        underWay,
    });
}
