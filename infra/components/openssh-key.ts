import { DriveError } from "../model/errors";

const MAGIC = "openssh-key-v1\0";

/** The public line of an unencrypted OpenSSH private key: `ssh-ed25519 AAAA…`. `what` names it in the error. */
export function publicHalf(privateKey: string, what: string): string {
    const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END OPENSSH PRIVATE KEY-----/.exec(privateKey)?.[1];
    const bytes = Buffer.from(body ?? "", "base64");
    if (bytes.subarray(0, MAGIC.length).toString("latin1") !== MAGIC)
        throw unusable(what, "it is no private key in OpenSSH's format");
    let offset = MAGIC.length;
    const field = (): Buffer => {
        const start = offset + 4;
        offset = bytes.length < start ? Infinity : start + bytes.readUInt32BE(offset);
        if (offset > bytes.length) throw unusable(what, "it is cut short");
        return bytes.subarray(start, offset);
    };
    const cipher = field().toString("latin1");
    if (cipher !== "none") throw unusable(what, `it is encrypted (${cipher})`);
    field(); // key derivation
    field(); // and its options
    offset += 4; // number of keys
    const blob = field();
    const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1");
    return `${type} ${blob.toString("base64")}`;
}

/** Never shows the key. */
const unusable = (what: string, why: string): DriveError =>
    new DriveError("KeyUnusable", `${what} cannot be used: ${why}; expected an unencrypted OpenSSH private key`, {
        hint: `ssh-keygen -t ed25519 -N '' -f key; pulumi config set --secret ${what} < key`,
    });
