import { DriveError } from "../../infra/model/errors";
import type { DriveConfig } from "../../infra/model/config";
import { moveCall, paceCall } from "../../automation/guest/verbs";
import type { GuestCall } from "../../infra/guest/call";
import type { Site } from "../../lab/rig/site";
import { ByHand, findDisk, secondsFor } from "./by-hand";

const GROUP = "elastic_drive";
const LEAVING = "elastic-drive:leaving";
const UNIT = "elastic-drive-move.service";
const HOME = "/var/lib/elastic-drive/move";

/** All of a drive's data moved to and fro between its one volume and a spare one, by the job and by hand. */
export class Moves {
    private constructor(
        private readonly site: Site,
        private readonly hand: ByHand,
        private readonly drive: DriveConfig,
        private readonly volumes: Readonly<Record<string, string>>,
        /** What the spare volume took to become a member, by SDK and one ssh session. */
        readonly joinSeconds: number,
        private from: string,
        private to: string,
    ) {}

    /** For a drive that has the slot `ba` alone. */
    static async make(site: Site): Promise<Moves> {
        const hand = await ByHand.at(site);
        const [config, { volumes }] = [await site.drive.config(), await site.drive.outputs()];
        const slots = { ba: config.slots["ba"]!, bb: config.slots["ba"]! };
        let spare = "";
        const joinSeconds = await secondsFor(async () => {
            spare = await hand.attachVolume(slots.ba.sizeGiB);
            await hand.session([...findDisk(spare), "pvcreate -q $disk", `vgextend -q ${GROUP} $disk`]);
        });
        return new Moves(site, hand, { ...config, slots }, { ...volumes, bb: spare }, joinSeconds, "ba", "bb");
    }

    /** Seconds of pvmove alone, as the server's own clock has them. */
    async byHand(pvmove: string): Promise<number> {
        const microseconds = await this.hand.root(...this.disks(), ...timed(`${pvmove} $from $to >/dev/null`));
        this.turn();
        return Number(microseconds) / 1e6;
    }

    /** Seconds from the start to the end of the job's process. */
    async job(): Promise<number> {
        await this.startJob();
        return this.jobEnds();
    }

    async startJob(): Promise<void> {
        await this.hand.root(...this.disks(), `pvchange -q --addtag ${LEAVING} $from`);
        const { drive, volumes, from, to } = this;
        await this.call(moveCall({ drive, volumes, slot: from, to: [to] }));
    }

    async jobEnds(): Promise<number> {
        const shown = await this.hand.root(
            `while systemctl -q is-active ${UNIT}; do sleep 4; done`,
            `systemctl show -p Result,ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic ${UNIT}`,
        );
        const [result, started, ended] = [
            "Result",
            "ExecMainStartTimestampMonotonic",
            "ExecMainExitTimestampMonotonic",
        ].map((name) => new RegExp(`^${name}=(.*)$`, "m").exec(shown)?.[1]);
        if (result !== "success") throw new DriveError("BenchFailed", `the job ended so: ${shown}`);
        await this.hand.root(...this.disks(), `pvchange -q --deltag ${LEAVING} $from`);
        this.turn();
        return (Number(ended) - Number(started)) / 1e6;
    }

    pace(mibPerSecond: number | undefined): Promise<void> {
        return this.call(paceCall(mibPerSecond));
    }

    /** Seconds of a plain copy of the same bytes past the cache, over the free extents of the other disk; LVM's own first MiB is spared. */
    async dd(): Promise<number> {
        const copy = "dd if=$from of=$to bs=4M skip=1 seek=1 iflag=direct oflag=direct status=none";
        return Number(await this.hand.root(...this.disks(), ...timed(copy))) / 1e6;
    }

    /** The spare volume goes again, as by hand; all data must be on `ba`. Seconds. */
    async retire(): Promise<number> {
        if (this.from !== "ba") await this.byHand("pvmove -q -i 0");
        await this.hand.root(`rm -rf ${HOME}`); // without a job its unit does nothing
        return secondsFor(async () => {
            const spare = this.volumes["bb"]!;
            await this.hand.session([...findDisk(spare), `vgreduce -q ${GROUP} $disk`, "pvremove -q $disk"]);
            await this.hand.deleteVolume(spare);
        });
    }

    private disks(): readonly string[] {
        return [...findDisk(this.volumes[this.from]!, "from"), ...findDisk(this.volumes[this.to]!, "to")];
    }

    private turn(): void {
        [this.from, this.to] = [this.to, this.from];
    }

    private async call({ command, stdin }: GuestCall): Promise<void> {
        await (await this.site.drive.server()).run(command, stdin);
    }
}

/** Shell commands that print the microseconds of one. */
const timed = (command: string): readonly string[] => [
    "began=${EPOCHREALTIME/./}",
    command,
    "echo $((${EPOCHREALTIME/./} - began))",
];
