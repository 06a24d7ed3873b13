import { createHash } from "node:crypto";
import { utils } from "ssh2";

export interface KeyPair {
    /** OpenSSH format. */
    readonly privateKey: string;
    readonly publicKey: string;
}

export function makeKeyPair(comment: string): KeyPair {
    // ssh2 1.x drops the first byte of a key when it is zero: one pair in 256 is of no use to anybody.
    for (;;) {
        const pair = utils.generateKeyPairSync("ed25519", { comment });
        if (isPublicKey(pair.public) && publicKeyOf(pair.private) !== undefined) {
            return { privateKey: pair.private, publicKey: pair.public };
        }
    }
}

/** The public line of a private key; undefined when it cannot be read. */
export function publicKeyOf(privateKey: string): string | undefined {
    const parsed = utils.parseKey(privateKey);
    if (parsed instanceof Error) return undefined;
    const key = Array.isArray(parsed) ? parsed[0]! : parsed;
    return `${key.type} ${key.getPublicSSH().toString("base64")}`;
}

/** Whether a line is a public key that sshd understands. */
export function isPublicKey(line: string): boolean {
    const parsed = utils.parseKey(line);
    return !(parsed instanceof Error) && !(Array.isArray(parsed) ? parsed[0]! : parsed).isPrivateKey();
}

/** As ssh prints it: SHA256:… */
export function fingerprint(publicKey: string): string {
    const blob = Buffer.from(publicKey.trim().split(/\s+/)[1] ?? "", "base64");
    return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}
