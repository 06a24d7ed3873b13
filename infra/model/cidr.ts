/** IPv4 networks that may reach the drive. */

/** Widest public network a drive may be opened to; inside private ranges any width is fine. */
export const WIDEST_PUBLIC_PREFIX = 16;

interface Network {
    readonly address: number;
    readonly prefix: number;
}

/** `10.0.0.0/16` or `10.0.1.7` (then /32); undefined when it is neither. */
function parseNetwork(text: string): Network | undefined {
    const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
    if (!match) return undefined;
    const octets = match.slice(1, 5).map(Number);
    const prefix = match[5] === undefined ? 32 : Number(match[5]);
    if (octets.some((octet) => octet > 255) || prefix > 32) return undefined;
    return { address: octets.reduce((sum, octet) => sum * 256 + octet, 0), prefix };
}

/** How it is written without leading zeros, blanks or a mask in place of the prefix; undefined when it is no network even then. */
function plainForm(text: string): string | undefined {
    const bare = text.trim().replace(/(^|[./])0+(?=\d)/g, "$1");
    const network = parseNetwork(bare);
    if (network !== undefined) return bare;
    const [address = "", mask = ""] = bare.split("/");
    const bits = parseNetwork(mask);
    const prefix =
        bits === undefined || mask.includes("/") ? -1 : PREFIXES.findIndex((at) => maskOf(at) === bits.address);
    return prefix === -1 || parseNetwork(address) === undefined ? undefined : `${address}/${prefix}`;
}

const PREFIXES = Array.from({ length: 33 }, (_, prefix) => prefix);
const maskOf = (prefix: number): number => (prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0);
const within = (inner: Network, outer: Network): boolean =>
    inner.prefix >= outer.prefix && (inner.address & maskOf(outer.prefix)) >>> 0 === outer.address;
const format = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");

/** Private use, shared carrier space (a VPC may use it) and loopback. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8"].map((text) =>
    parseNetwork(text)!,
);
const NOT_HOSTS = ["0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"].map((text) => parseNetwork(text)!);

/** Why this text may not be let in, or undefined when it may. */
export function networkFault(text: string): string | undefined {
    if (text === "::/0" || /^0+(\.0+){0,3}\/0+$/.test(text))
        return `got '${text}': open to the whole world; name the networks that may come in`;
    if (text.includes(":"))
        return `got '${text}': the drive is served over IPv4 only, write a network such as 10.0.0.0/16`;
    const network = parseNetwork(text);
    const plain = plainForm(text);
    if (plain !== undefined && plain !== text) {
        const worse = networkFault(plain);
        if (worse !== undefined) return worse.replace(`got '${plain}'`, `got '${text}'`);
        return `got '${text}': ${/(^|[./])0\d/.test(text) ? "a number that begins with 0 is ten to one program and eight to another" : "not how a network is written"}; write ${plain}`;
    }
    if (!network) return `got '${text}': not a network; write one such as 10.0.0.0/16 or an address such as 10.0.1.7`;
    const base = (network.address & maskOf(network.prefix)) >>> 0;
    if (base !== network.address) {
        return `got '${text}': bits are set behind the prefix; write ${format(base)}/${network.prefix} or ${format(network.address)}/32`;
    }
    if (PRIVATE.some((range) => within(network, range))) return undefined;
    if (NOT_HOSTS.some((range) => within(network, range))) return `got '${text}': no host has such an address`;
    if (network.prefix < WIDEST_PUBLIC_PREFIX) {
        return `got '${text}': ${2 ** (32 - network.prefix)} public addresses; a public network may be /${WIDEST_PUBLIC_PREFIX} at the widest`;
    }
    return undefined;
}

/** The CIDR of a network or of a single address, as security group rules want it. */
export const asCidr = (text: string): string => (text.includes("/") ? text : `${text}/32`);
