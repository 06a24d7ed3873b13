import { DriveError } from "../../infra/model/errors";
import type { FreezeOrder, Held, Thawed } from "../guest/port";
import type { Cloud } from "./cloud";
import type { Machine } from "./things";

/**
 * The drive's lock on its server, as a backup set holds it. No time passes in a simulated world: who waits for the lock outwaits the hold,
 * which ends at its limit, and what was frozen is thawed by then.
 */
export class SimLock {
    private holder: { readonly id: string; readonly frozen: boolean } | undefined;

    constructor(private readonly cloud: Cloud) {}

    /** Whether writers stand still. */
    get isFrozen(): boolean {
        return this.holder?.frozen === true;
    }

    wait(): void {
        this.holder = undefined;
    }

    hold(machine: Machine | undefined, { id, freeze }: FreezeOrder, drive: string): Held {
        const { cloud } = this;
        if (machine?.state !== "running") throw new DriveError("SshUnreachable", "no server runs", { retryable: true });
        if (cloud.aside) throw new DriveError("OperationUnderWay", "the drive is put aside for a copy");
        if (!machine.mounted) throw new DriveError("NotMounted", "nothing is mounted");
        if (this.holder !== undefined)
            throw new DriveError("ServerBusy", "another backup holds the drive", { retryable: true });
        const mine = { id, frozen: freeze };
        cloud.effect(() => (this.holder = mine));
        const members = cloud.members.map((volumeId) => {
            const { pv, sizeGiB } = cloud.disks.get(volumeId)!;
            return { volumeId, pvUuid: pv, sizeBytes: sizeGiB * 1024 ** 3 };
        });
        let said: Thawed | undefined;
        const thaw = (): Promise<Thawed> => {
            try {
                said ??= cloud.effect(() => this.end(mine));
                return Promise.resolve(said);
            } catch (error) {
                return Promise.reject(error);
            }
        };
        return { frozen: freeze, freezeMs: 0, drive, group: "the one", members, clients: [], thaw };
    }

    private end(mine: NonNullable<SimLock["holder"]>): Thawed {
        const held = this.holder === mine;
        if (held) this.holder = undefined;
        return { thawed: held && mine.frozen, held, windowMs: 0 };
    }
}
