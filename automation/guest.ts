import type { ReachableGuest } from "./observed";

/** What the driver asks of the inside of the server. */
export interface Guest {
    observe(): Promise<ReachableGuest>;
    quiesce(): Promise<void>;
    close(): void;
}

/** Opens a connection to a server; throws DriveError when it does not answer. */
export type GuestOpener = (host: string) => Promise<Guest>;
