import { randomBytes } from "node:crypto";
import type { Delays } from "./delays";
import type { Hardware } from "../hardware";
import { KINDS } from "./errors";
import type { Kind } from "./errors";
import type { InstanceTypes } from "./instance-types";
import type { Keys } from "./keys";
import type { Limits } from "./limits";
import type { Params } from "./params";
import type { LabState } from "./state";
import type { Xml } from "./xml";

/** One request at work. The draft becomes the state only if the handler returns and the state file is written. */
export interface Call {
    readonly action: string;
    readonly params: Params;
    readonly draft: LabState;
    readonly now: number;
    readonly delays: Delays;
    /** What this call begins does not come to a good end (fault `fails`): after so many milliseconds, where it has no end of its own. */
    readonly fails: number | undefined;
    /** Keys of KMS that EC2 may not use, and what it says of them. */
    readonly keys: Keys;
    readonly limits: Limits;
    readonly hardware: Hardware;
    readonly types: InstanceTypes;
    /** Work on hardware that belongs to the answer: done when the request was found good, before the state is written. */
    beforeCommit(effect: () => Promise<void>): void;
}

export type Handler = (call: Call) => Xml | Promise<Xml>;
export type Handlers = Readonly<Record<string, Handler>>;

export const newId = (kind: Kind): string => `${KINDS[kind].prefix}-0${randomBytes(8).toString("hex")}`;

/** When a state that begins now may end. */
export const inFlight = (call: Call, delay: number): { dueAt: number; handsDone: boolean } => ({
    dueAt: call.now + delay,
    handsDone: false,
});

export const DONE: Xml = { return: true };
