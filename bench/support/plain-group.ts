import { setTimeout as sleep } from "node:timers/promises";
import { AttachVolumeCommand, CreateVolumeCommand, DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import { CONFIG, serialOf } from "../../infra/model/names";
import type { Outputs } from "../../lab/rig/drive";
import { Shell, type Login } from "../../lab/rig/shell";
import { ZONE, type Site } from "../../lab/rig/site";

const GROUP = "plain";
const POINT = "/srv/plain";
/** The provider's pace: the second look after 200 ms, then half as much again each time, at most 2 s. */
const FIRST_WAIT_MS = 200;
const WAIT_FACTOR = 1.5;
const LONGEST_WAIT_MS = 2_000;

/** What a plain addition took, by its two halves. */
export interface Addition {
    readonly ec2Seconds: number;
    readonly sshSeconds: number;
}

/**
 * A volume group and file system beside the drive's on the same server, grown as by hand: SDK, then ssh. No volume of it
 * carries a tag of the drive, no name of it is the drive's.
 */
export class PlainGroup {
    private devices = 0;

    private constructor(
        private readonly site: Site,
        private readonly serverId: string,
        private readonly login: Login,
    ) {}

    /** Makes the group with its first volume. Not timed. */
    static async make(site: Site): Promise<PlainGroup> {
        const { serverId, sshHost, hostKey }: Outputs = await site.drive.outputs();
        const { checkout, stack } = site.drive;
        const privateKey = await checkout.pulumi("config", "get", CONFIG.operatorKey, "-s", stack);
        const login = { host: sshHost, user: "admin", privateKey, hostKey: hostKey.split(" ")[1]! };
        const plain = new PlainGroup(site, serverId, login);
        const serial = await plain.attachVolume();
        await plain.session(serial, [
            "pvcreate -q $disk",
            `vgcreate -q ${GROUP} $disk`,
            `lvcreate -q -l 100%FREE -n content ${GROUP}`,
            `mkfs.xfs -q -K /dev/${GROUP}/content`,
            `mkdir -p ${POINT}`,
            `mount /dev/${GROUP}/content ${POINT}`,
        ]);
        return plain;
    }

    /** Creates a volume, attaches it, and lets the file system have it: five commands in one ssh session. */
    async add(): Promise<Addition> {
        const began = performance.now();
        const serial = await this.attachVolume();
        const attached = performance.now();
        await this.session(serial, [
            "pvcreate -q $disk",
            `vgextend -q ${GROUP} $disk`,
            `lvextend -q -l +100%FREE ${GROUP}/content`,
            `xfs_growfs -d ${POINT}`,
            `findmnt -bno SIZE ${POINT}`,
        ]);
        return { ec2Seconds: (attached - began) / 1_000, sshSeconds: (performance.now() - attached) / 1_000 };
    }

    /** One connection, one sudo: by hand it does not go faster. `$disk` is the disk of that serial. */
    private async session(serial: string, commands: readonly string[]): Promise<void> {
        const find = [
            `until file=$(grep -lsx ${serial} /sys/block/vd*/serial); do sleep 0.25; done`, // attached is not yet plugged in
            "disk=${file%/serial} && disk=/dev/${disk##*/}",
        ];
        const shell = await Shell.open(this.login);
        try {
            await shell.run("sudo bash -e", [...find, ...commands].join("\n"));
        } finally {
            shell.close();
        }
    }

    /** The serial of a new volume that is attached. */
    private async attachVolume(): Promise<string> {
        const { ec2 } = this.site;
        const request = { AvailabilityZone: ZONE, Size: 2, VolumeType: "gp3", Encrypted: true } as const;
        const VolumeId = (await ec2.send(new CreateVolumeCommand(request))).VolumeId!;
        await this.until(VolumeId, "available");
        const Device = `/dev/sd${"fghijklmnop"[this.devices++]!}`;
        await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: this.serverId, Device }));
        await this.until(VolumeId, "attached");
        return serialOf(VolumeId);
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
