import { isIPv4, isIPv6 } from "node:net";

/** A rule that lets someone in, in one shape for the three resources that can say it. */
export interface Opening {
    readonly protocol: unknown;
    readonly fromPort: unknown;
    readonly toPort: unknown;
    readonly networks: readonly unknown[];
    /** Lists of networks that are kept elsewhere: ids, or UNKNOWN. */
    readonly lists: readonly unknown[];
}

/** A door that the world must not find open. */
export interface Service {
    readonly name: string;
    readonly ports: readonly number[];
    readonly protocols: readonly ("tcp" | "udp")[];
}

export const SERVICES: readonly Service[] = [
    { name: "NFS", ports: [2049], protocols: ["tcp", "udp"] },
    { name: "SSH", ports: [22], protocols: ["tcp"] },
    { name: "FTP", ports: [20, 21, 990], protocols: ["tcp"] },
];

const PROTOCOLS: ReadonlyMap<string, string> = new Map([
    ["-1", "all"],
    ["6", "tcp"],
    ["17", "udp"],
]);

/** EC2 takes a name in any case, a number, or -1 for all. */
export function protocolName(protocol: unknown): string {
    const text = typeof protocol === "string" || typeof protocol === "number" ? String(protocol).toLowerCase() : "?";
    return PROTOCOLS.get(text) ?? text;
}

/**
 * Whether so wide a network counts as the world: wider than these prefixes there are no private networks, and 0.0.0.0/1
 * beside 128.0.0.0/1 is the same as 0.0.0.0/0.
 */
export function isWorld(network: string, widestV4: number, widestV6: number): boolean {
    const [address = "", bits] = network.trim().split("/");
    if (bits === undefined || !/^\d{1,3}$/.test(bits)) return false;
    if (isIPv4(address)) return Number(bits) < widestV4;
    return isIPv6(address) && Number(bits) < widestV6;
}

/** The services an opening reaches, each with the ports that it does: every port of a range counts, not only its ends. */
export function reached(opening: Opening): Service[] {
    const protocol = protocolName(opening.protocol);
    if (protocol === "all") return [...SERVICES];
    const from = Number(opening.fromPort ?? 0);
    const to = Number(opening.toPort ?? 65_535);
    return SERVICES.filter(({ protocols }) => protocols.some((known) => known === protocol))
        .map((service) => ({
            ...service,
            ports: service.ports.filter((port) => (from <= port && port <= to) || from === -1),
        }))
        .filter(({ ports }) => ports.length > 0);
}
