import { z } from "zod";
import { nfsClient } from "../../infra/guest/observed";
import type { Held, Thawed } from "./port";
import { volumeIdOf } from "./report";

const bytes = z.string().regex(/^\d+$/).transform(Number);

/** What the verb `freeze` answers (automation/guest/verbs/freeze.sh). */
export const FreezeResult = z.object({
    frozen: z.boolean(),
    why: z.string().optional(),
    freezeMs: z.number(),
    drive: z.string(),
    group: z.string(),
    members: z.array(z.object({ serial: z.string(), pvUuid: z.string(), bytes })).min(1),
    clients: z.array(nfsClient),
});

export const ThawResult = z.object({ thawed: z.boolean(), held: z.boolean(), windowMs: z.number() });

export function heldOf(said: z.infer<typeof FreezeResult>, thaw: () => Promise<Thawed>): Held {
    const { frozen, why, freezeMs, drive, group } = said;
    return {
        ...{ frozen, freezeMs, drive, group, thaw },
        ...(why === undefined ? {} : { why }),
        members: said.members
            .map(({ serial, pvUuid, bytes: sizeBytes }) => ({ volumeId: volumeIdOf(serial), pvUuid, sizeBytes }))
            .sort((one, other) => (one.volumeId < other.volumeId ? -1 : 1)),
        clients: said.clients.filter(({ status }) => status !== "unconfirmed").map(({ address }) => address),
    };
}
