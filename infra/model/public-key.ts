/** OpenSSH public keys an upload user may have: what Debian's sshd accepts by default, and the lengths of their fields in bytes. */
const KEY_TYPES: Readonly<Record<string, readonly ((field: Buffer) => boolean)[]>> = {
    "ssh-ed25519": [of(32)],
    "sk-ssh-ed25519@openssh.com": [of(32), of()],
    "ecdsa-sha2-nistp256": [named("nistp256"), of(65)],
    "ecdsa-sha2-nistp384": [named("nistp384"), of(97)],
    "ecdsa-sha2-nistp521": [named("nistp521"), of(133)],
    "sk-ecdsa-sha2-nistp256@openssh.com": [named("nistp256"), of(65), of()],
    "ssh-rsa": [of(), of()],
};
const LEGAL = Object.keys(KEY_TYPES)
    .filter((name) => !name.includes("@"))
    .join(", ");
/** Less is factored by whoever wants to; NIST SP 800-131A, and OpenSSH's own ssh-keygen makes 3072. */
const RSA_BITS = 2048;

function of(length?: number): (field: Buffer) => boolean {
    return (field) => (length === undefined ? field.length > 0 : field.length === length);
}
function named(name: string): (field: Buffer) => boolean {
    return (field) => field.toString("latin1") === name;
}

/** Why this line is no public key, or undefined when it is one. What people have in its place is refused by name. */
export function publicKeyFault(line: string): string | undefined {
    const other = otherFormat(line);
    if (other !== undefined) return other;
    if (/[\r\n]/.test(line.trim())) return "more than one line; write one key an entry";
    const [type = "", blob = ""] = line.trim().split(/\s+/);
    const seen = `got '${line.length > 40 ? `${line.slice(0, 37)}…` : line}'`;
    const shape = Object.hasOwn(KEY_TYPES, type) ? KEY_TYPES[type]! : undefined;
    if (shape === undefined) return `${seen}: ${notThisType(type, line)}`;
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line.trim())) return `${seen}: holds characters that are no text`;
    const bytes = Buffer.from(blob, "base64");
    const whole = bytes.toString("base64").replace(/=+$/, "") === blob.replace(/=+$/, "");
    const [first, ...fields] = fieldsOf(bytes);
    const isRight = fields.length === shape.length && shape.every((fits, at) => fits(fields[at]!));
    if (!whole || first?.toString("latin1") !== type || !isRight)
        return `${seen}: the key is damaged or cut short, copy it again`;
    const bits = type === "ssh-rsa" ? bitsOf(fields[1]!) : RSA_BITS;
    if (bits >= RSA_BITS) return undefined;
    return `${seen}: an RSA key of ${bits} bits, at least ${RSA_BITS} are expected; ssh-keygen -t ed25519 makes a good one`;
}

/** Whole files of other programs, which no line of is a key. */
export function otherFormat(text: string): string | undefined {
    if (/PRIVATE KEY/.test(text) || /^\s*PuTTY-User-Key-File/.test(text))
        return "this is a private key; write the public half (the line of the .pub file; in PuTTYgen the field for authorized_keys)";
    if (/^\s*---- BEGIN SSH2 PUBLIC KEY ----/.test(text))
        return "a key in the form of RFC 4716, as PuTTY saves it; ssh-keygen -i -f <file> prints it in OpenSSH's";
    if (/^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(text))
        return "a key in PEM form; ssh-keygen -i -m PKCS8 -f <file> prints it in OpenSSH's (-m PEM where it says RSA PUBLIC KEY)";
    if (text.includes("\0"))
        return "no text, or text of two bytes a letter (UTF-16); save the file as UTF-8, or ssh-keygen -y -f <private key> prints the key anew";
    return undefined;
}

function notThisType(type: string, line: string): string {
    if (/-cert-v0\d@openssh\.com$/.test(type))
        return "a certificate; write the key it was made for, since the server knows no authority";
    if (type === "ssh-dss") return "a DSA key, which no current sshd takes; ssh-keygen -t ed25519 makes a good one";
    if (/(?:^|[\s,"])(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-\S+|sk-\S+@openssh\.com)\s+AAAA/.test(line))
        return "options before a key are not taken; write the key alone (network.sshFrom says from where people may come)";
    return `not an OpenSSH public key (${LEGAL})`;
}

/** A key is a row of length-prefixed fields that ends exactly at the end; none where it does not. */
function fieldsOf(bytes: Buffer): Buffer[] {
    const fields: Buffer[] = [];
    let offset = 0;
    while (offset + 4 <= bytes.length) {
        const end = offset + 4 + bytes.readUInt32BE(offset);
        fields.push(bytes.subarray(offset + 4, end));
        offset = end;
    }
    return offset === bytes.length ? fields : [];
}

/** Of a number as ssh writes it: a zero byte in front where the first bit is set. */
function bitsOf(number: Buffer): number {
    const at = number.findIndex((byte) => byte !== 0);
    return at === -1 ? 0 : (number.length - at) * 8 - Math.clz32(number[at]!) + 24;
}
