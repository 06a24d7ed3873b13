import { setTimeout as sleep } from "node:timers/promises";
import {
    AttachVolumeCommand,
    CreateVolumeCommand,
    DeleteVolumeCommand,
    DescribeVolumesCommand,
    DetachVolumeCommand,
} from "@aws-sdk/client-ec2";
import { CONFIG, serialOf } from "../../infra/model/names";
import { Shell, type Login } from "../../lab/rig/shell";
import { ZONE, type Site } from "../../lab/rig/site";

/** The provider's pace: the second look after 200 ms, then half as much again each time, at most 2 s. */
const FIRST_WAIT_MS = 200;
const WAIT_FACTOR = 1.5;
const LONGEST_WAIT_MS = 2_000;
/** Where no slot of a bench is attached. */
const DEVICES = [..."abcdefghijklmnopqrstuvwxyz"].map((letter) => `/dev/xvdd${letter}`);
/** One for each site, so that no device name is used twice. */
const HANDS = new WeakMap<Site, ByHand>();

/** What the benches' plain ways are made of: the SDK, and root's shell on the drive's server. No volume of it carries a tag of the drive. */
export class ByHand {
    private devices = 0;

    private constructor(
        private readonly site: Site,
        readonly serverId: string,
        readonly login: Login,
    ) {}

    static async at(site: Site): Promise<ByHand> {
        const known = HANDS.get(site);
        if (known !== undefined) return known;
        const { serverId, sshHost, hostKey } = await site.drive.outputs();
        const { checkout, stack } = site.drive;
        const privateKey = await checkout.pulumi("config", "get", CONFIG.operatorKey, "-s", stack);
        const login = {
            host: sshHost,
            port: site.drive.sshPort,
            user: "admin",
            privateKey,
            hostKey: hostKey.split(" ")[1]!,
        };
        const hand = new ByHand(site, serverId, login);
        HANDS.set(site, hand);
        return hand;
    }

    /** The id of a new volume that is attached. */
    async attachVolume(sizeGiB: number): Promise<string> {
        const { ec2 } = this.site;
        const request = { AvailabilityZone: ZONE, Size: sizeGiB, VolumeType: "gp3", Encrypted: true } as const;
        const VolumeId = (await ec2.send(new CreateVolumeCommand(request))).VolumeId!;
        await this.until(VolumeId, "available");
        const Device = DEVICES[this.devices++]!;
        await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: this.serverId, Device }));
        await this.until(VolumeId, "attached");
        return VolumeId;
    }

    async deleteVolume(VolumeId: string): Promise<void> {
        const { ec2 } = this.site;
        await ec2.send(new DetachVolumeCommand({ VolumeId }));
        await this.until(VolumeId, "available");
        await ec2.send(new DeleteVolumeCommand({ VolumeId }));
    }

    /** Commands of root's on a connection of their own, one session, one sudo: by hand it does not go faster. Its output. */
    async session(commands: readonly string[]): Promise<string> {
        const shell = await Shell.open(this.login);
        try {
            return await shell.run("sudo bash -e", commands.join("\n"));
        } finally {
            shell.close();
        }
    }

    /** The same on the connection that stays open: for what is measured from within. */
    async root(...commands: readonly string[]): Promise<string> {
        return (await this.site.drive.server()).run("sudo bash -e", commands.join("\n"));
    }

    private async until(volumeId: string, state: "available" | "attached"): Promise<void> {
        for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * WAIT_FACTOR, LONGEST_WAIT_MS)) {
            const { Volumes } = await this.site.ec2.send(new DescribeVolumesCommand({ VolumeIds: [volumeId] }));
            const volume = Volumes?.[0];
            if (volume?.State === state || volume?.Attachments?.[0]?.State === state) return;
            await sleep(wait);
        }
    }
}

/** Shell commands that set `$<name>` to the disk of that volume; attached is not yet plugged in. */
export const findDisk = (volumeId: string, name = "disk"): readonly string[] => [
    `until file=$(grep -lsx ${serialOf(volumeId)} /sys/block/vd*/serial); do sleep 0.25; done`,
    `${name}=\${file%/serial} && ${name}=/dev/\${${name}##*/}`,
];

/** Seconds that the work takes. */
export async function secondsFor(work: () => Promise<unknown>): Promise<number> {
    const began = performance.now();
    await work();
    return (performance.now() - began) / 1_000;
}
