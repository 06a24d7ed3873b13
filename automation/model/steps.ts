import type { DriveConfig } from "../../infra/model/config";
import type { PartView, SnapshotStage } from "./observed";

/** What the driver can do in one go, as data. One interpreter carries it out; the simulated world is another. */
export type Step =
    /** `pulumi up`. `adopt`: volumes to import, by slot. `redo`: run the guest commands again although their inputs are the same. */
    | {
          readonly kind: "up";
          readonly refresh: boolean;
          readonly adopt: Readonly<Record<string, string>>;
          readonly redo: boolean;
      }
    /** Deletes what a killed `up` created and nothing uses: a server without data volumes, an address, a door or a rule of it; not when a living `up` made it. */
    | { readonly kind: "sweep"; readonly what: "server" | PartView["kind"]; readonly id: string }
    /** Takes half-known creations out of the state; what they made is found by its tags, then adopted or swept. */
    | { readonly kind: "forgetPending" }
    /** A slot's data moves onto others, online, by a job on the server; ends when nothing is left on it. */
    | { readonly kind: "move"; readonly slot: string; readonly to: readonly string[] }
    /** LVM lets the empty volume of a slot go: vgreduce, pvremove. */
    | { readonly kind: "letGo"; readonly slot: string }
    /** A slot that was leaving stays a member; what was moved already stays where it is. */
    | { readonly kind: "stay"; readonly slot: string }
    /** The next desired state of a slot's life is written; it is what the loop goes on with. */
    | { readonly kind: "configure"; readonly desired: DriveConfig; readonly why: string }
    | { readonly kind: "waitModification"; readonly slot: string; readonly volumeId: string }
    | { readonly kind: "waitServer"; readonly serverId: string }
    | { readonly kind: "waitVolume"; readonly volumeId: string }
    | { readonly kind: "waitGuest"; readonly serverId: string }
    | { readonly kind: "startServer"; readonly serverId: string }
    /**
     * Ends uploads and exports, unmounts, deactivates: nothing uses a disk of ours afterwards. `aside`: a slot whose volume is to be
     * copied; then no reboot brings the drive back, only an `up`.
     */
    | { readonly kind: "quiesce"; readonly serverId: string; readonly aside?: string }
    /** `ahead`: while the drive is used, so that the final one has little left to copy. `final`: of the detached volume. */
    | { readonly kind: "snapshot"; readonly slot: string; readonly volumeId: string; readonly stage: SnapshotStage }
    | { readonly kind: "waitSnapshot"; readonly slot: string; readonly volumeId: string; readonly stage: SnapshotStage }
    | { readonly kind: "deleteSnapshot"; readonly snapshotId: string }
    /** Until when a volume is kept whose slot is gone is written on it. */
    | { readonly kind: "keep"; readonly volumeId: string; readonly hours: number }
    /** The volume of a slot that is put aside leaves the server, which stays. */
    | { readonly kind: "detach"; readonly slot: string; readonly volumeId: string; readonly serverId: string }
    | { readonly kind: "stopServer"; readonly serverId: string }
    | { readonly kind: "terminateServer"; readonly serverId: string };

/** One line for people. */
export function describe(step: Step): string {
    switch (step.kind) {
        case "up":
            return describeUp(step);
        case "sweep":
            return `delete the unused ${step.what} ${step.id} that an interrupted up left behind`;
        case "forgetPending":
            return "clear the stack's state of half-known creations";
        case "move":
            return `move the data of slot ${step.slot} to ${step.to.join(", ")}, online`;
        case "letGo":
            return `take slot ${step.slot}'s empty volume out of the volume group`;
        case "stay":
            return `let slot ${step.slot} stay, and end the move off it`;
        case "configure":
            return `configuration: ${step.why} (revision ${step.desired.revision})`;
        case "waitModification":
            return `wait until the modification of slot ${step.slot} (${step.volumeId}) is over`;
        case "waitServer":
            return `wait until server ${step.serverId} has settled`;
        case "waitVolume":
            return `wait until volume ${step.volumeId} has settled`;
        case "waitGuest":
            return `wait until server ${step.serverId} answers over ssh`;
        case "startServer":
            return `start server ${step.serverId}`;
        case "quiesce":
            return `end uploads and exports on ${step.serverId}, unmount, deactivate the volume group${step.aside === undefined ? "" : ": DOWNTIME begins, clients wait"}`;
        case "snapshot":
            return `take ${step.stage === "ahead" ? "a snapshot ahead, while the drive is used," : "the final snapshot"} of slot ${step.slot} (${step.volumeId})`;
        case "waitSnapshot":
            return `wait until the ${step.stage === "ahead" ? "snapshot ahead" : "final snapshot"} of slot ${step.slot} (${step.volumeId}) is completed`;
        case "deleteSnapshot":
            return `delete snapshot ${step.snapshotId}, which nothing needs any more`;
        case "keep":
            return `keep volume ${step.volumeId} for ${step.hours} h, for elastic-drive gc to delete then`;
        case "detach":
            return `detach slot ${step.slot} (${step.volumeId}) from ${step.serverId}`;
        case "stopServer":
            return `stop server ${step.serverId}`;
        case "terminateServer":
            return `terminate server ${step.serverId}`;
    }
}

function describeUp(step: Extract<Step, { kind: "up" }>): string {
    const adopted = Object.entries(step.adopt).map(([slot, id]) => `adopt volume ${id} as slot ${slot}`);
    const flags = [
        ...(step.refresh ? ["after a refresh"] : []),
        ...(step.redo ? ["guest commands again"] : []),
        ...adopted,
    ];
    return `pulumi up${flags.length === 0 ? "" : ` (${flags.join(", ")})`}`;
}
