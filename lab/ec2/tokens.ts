import type { Call } from "./call";
import { Ec2Error } from "./errors";

/** EC2 remembers a client token for a day. */
const LIFETIME = 24 * 60 * 60 * 1000;

/**
 * The ids that an earlier request with the same client token made, if any. The same token with other arguments is
 * refused. A caller's token is remembered by `remember` in the same draft, hence in the same write, as what it made.
 */
export function madeEarlier(call: Call): readonly string[] | undefined {
    const token = call.params.text("ClientToken");
    const known = token === undefined ? undefined : call.draft.tokens[key(call, token)];
    if (known === undefined || call.now - known.at > LIFETIME) {
        return undefined;
    }
    if (known.fingerprint !== fingerprint(call)) {
        throw new Ec2Error(
            "IdempotentParameterMismatch",
            "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
        );
    }
    call.params.ignoreAll();
    return known.resourceIds;
}

export function remember(call: Call, resourceIds: readonly string[]): void {
    const token = call.params.text("ClientToken");
    if (token !== undefined) {
        call.draft.tokens[key(call, token)] = { fingerprint: fingerprint(call), resourceIds, at: call.now };
    }
    for (const [name, known] of Object.entries(call.draft.tokens)) {
        if (call.now - known.at > LIFETIME) {
            delete call.draft.tokens[name];
        }
    }
}

const key = (call: Call, token: string): string => `${call.action} ${token}`;
const fingerprint = (call: Call): string => call.params.fingerprint(["ClientToken", "DryRun", "Action", "Version"]);
