import { HOWS, type Way } from "./way";
import type { DriveConfig } from "../../../infra/model/config";
import { type SlotBudget, type GrowthWish, GrowthCase } from "../case";
import { added } from "./add";
import { consolidating } from "./consolidating";
import { inPlace } from "./in-place";
import { largerCopy } from "./larger-copy";
import { replacing } from "./replacing";
import { unfinished } from "../../model/slots";

/** All ways, in the order of HOWS. Pure and total. */
export function growthWays(drive: DriveConfig, wish: GrowthWish, budget: readonly SlotBudget[] = []): Way[] {
    const going = unfinished(drive.slots);
    if (going !== undefined)
        return HOWS.map((how) => ({ how, impossible: `${going}: another operation has not ended` }));
    const growth = new GrowthCase(drive, wish, budget);
    return [inPlace(growth), added(growth), replacing(growth), consolidating(growth), largerCopy(growth)];
}
