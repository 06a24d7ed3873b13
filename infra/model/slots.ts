import type { DriveConfig } from "./config";
import { instanceLimits, UNLISTED_ATTACHMENTS } from "./instances";

/**
 * What there is of a slot. One that never was attached stays so until it is gone. A slot that is being copied has a volume that lies on no server, and so it stays until it is gone: were it
 * attached beside its copy, two disks would answer for one physical volume. The copy is not there before its snapshot is.
 */
export function placeOf(slots: DriveConfig["slots"], name: string): "nothing" | "volume" | "attached" {
    const slot = slots[name];
    if (slot === undefined || slot.state === "coming" || (slot.copies !== undefined && slot.from === undefined))
        return "nothing";
    const isCopied = Object.values(slots).some(({ copies }) => copies === name);
    const isOnItsOwn = slot.state === "released" && (isCopied || slot.unattached === true);
    return slot.state === "copying" || isOnItsOwn ? "volume" : "attached";
}

/** The slots of which there is that much, by name. */
export const slotsThatAre = (slots: DriveConfig["slots"], ...places: ReturnType<typeof placeOf>[]): string[] =>
    Object.keys(slots)
        .filter((name) => places.includes(placeOf(slots, name)))
        .sort();

/** Attachments of the server that are free for data volumes; its root volume and what the slots have are taken off. */
export function freePlaces({ slots, server }: Pick<DriveConfig, "slots" | "server">): number {
    const all = instanceLimits(server.instanceType)?.attachments ?? UNLISTED_ATTACHMENTS;
    return all - 1 - slotsThatAre(slots, "attached").length;
}
