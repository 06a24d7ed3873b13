import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import type { FreezeOrder, Guest, GuestOpener, LetGoOrder, MoveOrder, Pace, VolumeIds } from "./port";
import type { LeaseOrder } from "./lease";
import type { ReachableGuest } from "../model/observed";

/** A connection knows whether it still stands. */
export type Standing = Guest & { readonly isOpen: boolean };
type Dial = (host: string, serverId: string | undefined) => Promise<Standing>;

/**
 * One connection for an operation: a handshake costs a server more than most questions. It is dialled for the first who
 * asks, lent to all, dialled anew once it broke or another server is meant, and ends with `close`.
 */
export class KeptGuest {
    private server: string | undefined;
    private dialled: Promise<Standing> | undefined;
    /** What `dialled` came to. */
    private guest: Standing | undefined;

    constructor(private readonly dial: Dial) {}

    /** What is lent is given back by its own `close`, which ends nothing. */
    readonly open: GuestOpener = async (host, serverId) => {
        const line = (): Promise<Standing> => this.line(host, serverId);
        return new Lent(await line(), line);
    };

    close(): void {
        this.dialled?.then(
            (guest) => guest.close(),
            () => undefined, // it was told to who dialled
        );
        this.dialled = this.guest = undefined;
    }

    private line(host: string, serverId: string | undefined): Promise<Standing> {
        const server = `${host} ${serverId ?? ""}`;
        if (this.server !== server || this.guest?.isOpen === false) this.close();
        this.server = server;
        if (this.dialled !== undefined) return this.dialled;
        const dialled = this.dial(host, serverId);
        this.dialled = dialled;
        dialled.then(
            (guest) => {
                if (this.dialled === dialled) this.guest = guest;
            },
            () => {
                if (this.dialled === dialled) this.dialled = undefined; // the next who asks dials anew
            },
        );
        return dialled;
    }
}

/** What only looks is asked once more when the connection turns out to be broken: the server was started again since. */
class Lent implements Guest {
    constructor(
        private readonly guest: Guest,
        private readonly again: () => Promise<Guest>,
    ) {}

    async observe(lease?: LeaseOrder): Promise<ReachableGuest> {
        try {
            return await this.guest.observe(lease);
        } catch (error) {
            if (!(error instanceof DriveError) || error.code !== "SshBroken") throw error;
            return (await this.again()).observe(lease);
        }
    }

    hold = (lease: LeaseOrder): Promise<boolean> => this.guest.hold(lease);
    release = (lease: LeaseOrder): Promise<void> => this.guest.release(lease);
    quiesce = (aside?: Parameters<Guest["quiesce"]>[0]): Promise<void> => this.guest.quiesce(aside);
    move = (order: MoveOrder): ReturnType<Guest["move"]> => this.guest.move(order);
    letGo = (order: LetGoOrder): Promise<void> => this.guest.letGo(order);
    stay = (drive: DriveConfig, volumes: VolumeIds, slot: string): Promise<void> =>
        this.guest.stay(drive, volumes, slot);
    pace = (pace: Pace): Promise<void> => this.guest.pace(pace);
    freeze = (order: FreezeOrder): ReturnType<Guest["freeze"]> => this.guest.freeze(order);
    close = (): void => undefined;
}
