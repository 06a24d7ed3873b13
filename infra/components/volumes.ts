import { Volume } from "@pulumi/aws/ebs/volume";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment";
import * as pulumi from "@pulumi/pulumi";
import { performanceOf } from "../model/limits";
import { deviceName } from "../model/names";
import { slotsThatAre } from "../model/slots";
import { slotTags } from "../model/tags";
import type { Scope } from "./scope";

export interface VolumesArgs {
    readonly serverId: pulumi.Input<string>;
    /** Volumes that exist already and are taken into the state, by slot. */
    readonly adopt: Readonly<Record<string, string>>;
}

/**
 * One volume and one attachment a slot, all protected but for a slot that nothing needs any more. A slot that is being copied has no
 * attachment, and its copy nothing before its snapshot is there (`infra/model/slots.ts`).
 */
export class Volumes extends pulumi.ComponentResource {
    /** By slot. */
    readonly volumeIds: Readonly<Record<string, pulumi.Output<string>>>;
    readonly attachmentIds: readonly pulumi.Output<string>[];

    constructor(scope: Scope, args: VolumesArgs, opts: pulumi.ComponentResourceOptions) {
        const { name, slots } = scope.config;
        super("elastic-drive:index:Volumes", `${name}-volumes`, {}, opts);
        const isProtected = (slot: string): boolean => !scope.destroyData && slots[slot]!.state !== "released";
        const volumeIds: Record<string, pulumi.Output<string>> = {};
        for (const slot of slotsThatAre(slots, "volume", "attached")) {
            const adopted = args.adopt[slot];
            const isKept = slots[slot]!.state === "released" && slots[slot]!.keepHours !== undefined;
            volumeIds[slot] = this.volume(scope, slot, {
                protect: isProtected(slot),
                // Read by the next `up`, which takes the slot out: the volume then leaves the state, and stays in EC2.
                ...(isKept && { retainOnDelete: true }),
                ...(adopted !== undefined && { import: adopted }),
            }).id;
        }
        this.attachmentIds = slotsThatAre(slots, "attached").map(
            (slot) =>
                new VolumeAttachment(
                    `${name}-${slot}`,
                    { deviceName: deviceName(slot), instanceId: args.serverId, volumeId: volumeIds[slot]! },
                    { parent: this, protect: isProtected(slot) },
                ).id,
        );
        this.volumeIds = volumeIds;
        this.registerOutputs({ volumeIds });
    }

    private volume(scope: Scope, slot: string, opts: pulumi.CustomResourceOptions): Volume {
        const { name, slots, zone } = scope.config;
        const wanted = slots[slot]!;
        return new Volume(
            `${name}-${slot}`,
            {
                availabilityZone: zone,
                size: wanted.sizeGiB,
                type: wanted.type,
                ...performanceOf(wanted),
                encrypted: true,
                ...(wanted.from !== undefined && { snapshotId: wanted.from }),
                tags: slotTags(scope.config, slot),
            },
            { parent: this, ...opts },
        );
    }
}
