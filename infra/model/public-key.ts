/** OpenSSH public keys an upload user may have: what Debian's sshd accepts by default. */
const KEY_TYPES = [
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
] as const;

/** Why this line is no public key, or undefined when it is one. Private keys and options are refused by name. */
export function publicKeyFault(line: string): string | undefined {
    if (/PRIVATE KEY/.test(line)) return "this is a private key; write the public half (the line of the .pub file)";
    if (/[\r\n]/.test(line.trim())) return "more than one line; write one key an entry";
    const [type = "", blob = ""] = line.trim().split(/\s+/);
    const seen = line.length > 40 ? `${line.slice(0, 37)}…` : line;
    if (!(KEY_TYPES as readonly string[]).includes(type)) {
        return `got '${seen}': not an OpenSSH public key (${KEY_TYPES.filter((name) => !name.includes("@")).join(", ")})`;
    }
    const bytes = Buffer.from(blob, "base64");
    const length = bytes.length >= 4 ? bytes.readUInt32BE(0) : 0;
    const named = bytes.subarray(4, 4 + length).toString("latin1");
    const whole = bytes.toString("base64").replace(/=+$/, "") === blob.replace(/=+$/, "");
    if (!whole || named !== type || !fieldsEnd(bytes))
        return `got '${seen}': the key is damaged or cut short, copy it again`;
    return undefined;
}

/** A key is a row of length-prefixed fields, at least two, that ends exactly at the end. */
function fieldsEnd(bytes: Buffer): boolean {
    let offset = 0;
    let fields = 0;
    while (offset + 4 <= bytes.length) {
        offset += 4 + bytes.readUInt32BE(offset);
        fields++;
    }
    return offset === bytes.length && fields >= 2;
}
