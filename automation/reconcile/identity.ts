import { randomBytes } from "node:crypto";
import type { DriveConfig } from "../../infra/model/config";
import { DriveError } from "../../infra/model/errors";
import type { Observed } from "../model/observed";

/** A letter comes first: `pulumi config set --path` would make a number of digits alone. */
export function makeNonce(): string {
    const hex = randomBytes(8).toString("hex");
    return `${"abcdef"[Number.parseInt(hex[0]!, 16) % 6]}${hex.slice(1)}`;
}

/** Whether the configuration says which account the drive is in, and what its things bear. A drive of an older version says neither. */
export const isIdentified = ({ account, nonce }: DriveConfig): boolean => account !== undefined && nonce !== undefined;

/**
 * With what an older version did not write. The account is that of the credentials only where the drive is seen to be in it; a nonce
 * that an `up` has given already is the drive's, whatever this checkout knows.
 */
export function identified(desired: DriveConfig, observed: Observed, account: string): DriveConfig {
    if (desired.account === undefined) refuseUnseen(observed, account);
    const { desired: applied } = observed.stack;
    return {
        ...desired,
        revision: applied === undefined ? desired.revision : desired.revision + 1,
        account: desired.account ?? account,
        nonce: desired.nonce ?? applied?.nonce ?? makeNonce(),
    };
}

function refuseUnseen({ stack, ec2 }: Observed, account: string): void {
    const known = [...Object.values(stack.volumes), ...(stack.serverId === undefined ? [] : [stack.serverId])];
    const shown = new Set([...ec2.volumes, ...ec2.servers].map(({ id }) => id));
    if (known.length === 0 || known.some((id) => shown.has(id))) return;
    throw new DriveError(
        "AccountUnproven",
        `the credentials are of AWS account ${account}, and nothing of the drive is there (${known.join(", ")})`,
        {
            hint: "give the credentials of the account that the drive is in: its number is then written into the configuration; look for the volumes there (aws ec2 describe-volumes --volume-ids) before anything else",
        },
    );
}
