import { volumeGroupCall } from "../../infra/guest/calls";
import type { DriveConfig } from "../../infra/model/config";
import type { Outcome } from "../rig/shell";
import { theSite } from "./shared";

/** The group's disks as LVM names them: by udev's links, as on EC2. */
export async function lvmNames(): Promise<string[]> {
    const server = await (await theSite()).drive.server();
    const names = await server.run("sudo pvs --noheadings -o pv_name -S vg_name=elastic_drive");
    return names.trim().split(/\s+/).sort();
}

interface Told {
    readonly config: DriveConfig;
    readonly volumes: Readonly<Record<string, string>>;
}

/** The volume group's call as the program makes it, but for what it is told. A wait for a disk that never comes is cut short. */
export async function asked(change: (real: Told) => Told): Promise<Outcome> {
    const { drive } = await theSite();
    const outputs = await drive.outputs();
    const { config, volumes } = change({ config: await drive.config(), volumes: outputs.volumes });
    const call = volumeGroupCall(config, volumes, { server: outputs.serverId, attachments: [] });
    return (await drive.server()).try(call.command, `DISK_WAIT=2\n${call.stdin}`);
}

/** One more member, made of that volume. */
export const withMember =
    (slot: string, volumeId: string) =>
    ({ config, volumes }: Told): Told => ({
        config: { ...config, slots: { ...config.slots, [slot]: { sizeGiB: 1, type: "gp3", state: "member" } } },
        volumes: { ...volumes, [slot]: volumeId },
    });

export const without =
    (slot: string) =>
    ({ config, volumes }: Told): Told => {
        const { [slot]: _, ...slots } = config.slots;
        return { config: { ...config, slots }, volumes };
    };
