import type { Site } from "../../lab/rig/site";
import { ByHand, findDisk, secondsFor } from "./by-hand";

const GROUP = "plain";
const POINT = "/srv/plain";
const SIZE_GIB = 2;

/** What a plain addition took, by its two halves. */
export interface Addition {
    readonly ec2Seconds: number;
    readonly sshSeconds: number;
}

/**
 * A volume group and file system beside the drive's on the same server, grown as by hand: SDK, then ssh. No name of it is
 * the drive's.
 */
export class PlainGroup {
    private constructor(private readonly hand: ByHand) {}

    /** Makes the group with its first volume. Not timed. */
    static async make(site: Site): Promise<PlainGroup> {
        const hand = await ByHand.at(site);
        await hand.session([
            ...findDisk(await hand.attachVolume(SIZE_GIB)),
            "pvcreate -q $disk",
            `vgcreate -q ${GROUP} $disk`,
            `lvcreate -q -l 100%FREE -n content ${GROUP}`,
            `mkfs.xfs -q -K /dev/${GROUP}/content`,
            `mkdir -p ${POINT}`,
            `mount /dev/${GROUP}/content ${POINT}`,
        ]);
        return new PlainGroup(hand);
    }

    /** Creates a volume, attaches it, and lets the file system have it: five commands in one ssh session. */
    async add(): Promise<Addition> {
        let volumeId = "";
        const ec2Seconds = await secondsFor(async () => (volumeId = await this.hand.attachVolume(SIZE_GIB)));
        const sshSeconds = await secondsFor(() =>
            this.hand.session([
                ...findDisk(volumeId),
                "pvcreate -q $disk",
                `vgextend -q ${GROUP} $disk`,
                `lvextend -q -l +100%FREE ${GROUP}/content`,
                `xfs_growfs -d ${POINT}`,
                `findmnt -bno SIZE ${POINT}`,
            ]),
        );
        return { ec2Seconds, sshSeconds };
    }
}
