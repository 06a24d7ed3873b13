import { Volume } from "@pulumi/aws/ebs/volume";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment";
import * as pulumi from "@pulumi/pulumi";
import { performanceOf } from "../model/limits";
import { deviceName } from "../model/names";
import { slotTags, type Scope } from "./scope";

export interface VolumesArgs {
    readonly serverId: pulumi.Input<string>;
    /** Volumes that exist already and are taken into the state, by slot. */
    readonly adopt: Readonly<Record<string, string>>;
}

/** One volume and one attachment a slot, all protected but for a slot whose data LVM has let go. */
export class Volumes extends pulumi.ComponentResource {
    /** By slot. */
    readonly volumeIds: Readonly<Record<string, pulumi.Output<string>>>;
    readonly attachmentIds: readonly pulumi.Output<string>[];

    constructor(scope: Scope, args: VolumesArgs, opts: pulumi.ComponentResourceOptions) {
        const { name, slots, zone } = scope.config;
        super("elastic-drive:index:Volumes", `${name}-volumes`, {}, opts);
        const volumeIds: Record<string, pulumi.Output<string>> = {};
        this.attachmentIds = Object.entries(slots).map(([slot, wanted]) => {
            const protect = !scope.destroyData && wanted.state !== "released";
            const adopted = args.adopt[slot];
            const volume = new Volume(
                `${name}-${slot}`,
                {
                    availabilityZone: zone,
                    size: wanted.sizeGiB,
                    type: wanted.type,
                    ...performanceOf(wanted),
                    encrypted: true,
                    ...(wanted.from !== undefined && { snapshotId: wanted.from }),
                    tags: slotTags(scope, slot),
                },
                { parent: this, protect, ...(adopted !== undefined && { import: adopted }) },
            );
            volumeIds[slot] = volume.id;
            return new VolumeAttachment(
                `${name}-${slot}`,
                { deviceName: deviceName(slot), instanceId: args.serverId, volumeId: volume.id },
                { parent: this, protect },
            ).id;
        });
        this.volumeIds = volumeIds;
        this.registerOutputs({ volumeIds });
    }
}
