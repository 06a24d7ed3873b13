import { pvUuid } from "../../../infra/guest/identity";
import type { GuestState } from "./guest-state";
import { Refusal, word } from "./fake-words";

/** What the verbs `freeze` and `thaw` of a healthy server say; it ends by itself at its limit. */
export class FakeFreeze {
    private held:
        { readonly id: string; readonly frozen: boolean; readonly began: number; readonly until: number } | undefined;
    private readonly told = new Map<string, unknown>();

    freeze(script: string, state: GuestState): unknown {
        if (!state.mounted) throw new Refusal("NotMounted", "nothing is mounted");
        if (this.holds()) throw new Refusal("ServerBusy", "another backup holds the drive");
        const frozen = script.includes("IN_FREEZE=yes") && state.notFrozen === "";
        const [began, limit] = [Date.now(), Number(word(script, "IN_LIMIT_SECONDS"))];
        this.held = { id: word(script, "IN_ID"), frozen, began, until: began + limit * 1000 };
        return {
            ...{ frozen, freezeMs: 0, drive: "content", group: state.group, clients: [] },
            ...(frozen || !script.includes("IN_FREEZE=yes") ? {} : { why: state.notFrozen }),
            members: state.members.map(({ serial, bytes }) => ({
                serial,
                pvUuid: pvUuid(serial.replace(/^vol/, "vol-")),
                bytes: String(bytes),
            })),
        };
    }

    thaw(script: string): unknown {
        const id = word(script, "IN_ID");
        const { held } = this;
        if (held?.id === id && !this.told.has(id)) {
            const isHeld = this.holds();
            const windowMs = held.frozen ? Math.min(Date.now(), held.until) - held.began : 0;
            this.told.set(id, { thawed: held.frozen && isHeld, held: isHeld, windowMs });
            this.held = undefined;
        }
        return this.told.get(id) ?? { thawed: false, held: false, windowMs: 0 };
    }

    private holds(): boolean {
        return this.held !== undefined && Date.now() < this.held.until;
    }
}
