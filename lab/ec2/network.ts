import { randomBytes, randomInt } from "node:crypto";
import { Ec2Error, invalidValue } from "./errors";
import type { Instance, LabState, NetworkInterface, Subnet } from "./state";

const toNumber = (ip: string): number => ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const toIp = (number: number): string => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");

export const isIpv4 = (ip: string): boolean =>
    /^\d{1,3}(\.\d{1,3}){3}$/.test(ip) && ip.split(".").every((part) => Number(part) < 256);

export function parseCidr(cidr: string): { base: number; prefix: number } | undefined {
    const [ip = "", prefix = ""] = cidr.split("/");
    return isIpv4(ip) && /^\d{1,2}$/.test(prefix) && Number(prefix) <= 32
        ? { base: toNumber(ip), prefix: Number(prefix) }
        : undefined;
}

/** The network of a CIDR as EC2 keeps it: bits beyond the prefix are cleared. */
export function canonicalCidr(cidr: string): string {
    const parsed = parseCidr(cidr);
    if (parsed === undefined) {
        throw invalidValue(`CIDR block ${cidr} is malformed`);
    }
    const size = 2 ** (32 - parsed.prefix);
    return `${toIp(Math.floor(parsed.base / size) * size)}/${parsed.prefix}`;
}

export const prefixOf = (subnet: Subnet): number => Number(subnet.cidr.split("/")[1]);

const used = (state: LabState, subnet: Subnet): Set<string> =>
    new Set(Object.values(state.interfaces).flatMap((card) => (card.subnetId === subnet.id ? [card.privateIp] : [])));

const range = (subnet: Subnet): { first: number; last: number } => {
    const { base, prefix } = parseCidr(subnet.cidr) as { base: number; prefix: number };
    // EC2 keeps the first four addresses and the last for itself.
    return { first: base + 4, last: base + 2 ** (32 - prefix) - 2 };
};

export function freeAddresses(state: LabState, subnet: Subnet): number {
    const { first, last } = range(subnet);
    return last - first + 1 - used(state, subnet).size;
}

/** The wished address if it is free and in the subnet, else the next one. */
export function privateAddress(state: LabState, subnet: Subnet, wish: string | undefined): string {
    const { first, last } = range(subnet);
    const taken = used(state, subnet);
    if (wish !== undefined) {
        if (!isIpv4(wish) || toNumber(wish) < first || toNumber(wish) > last) {
            throw invalidValue("Address does not fall within the subnet's address range");
        }
        if (taken.has(wish)) {
            throw new Ec2Error("InvalidIPAddress.InUse", `The specified address is already in use.`);
        }
        return wish;
    }
    // From .10 on: the low addresses are left to those who wish for one.
    for (let number = first + 6; number <= last; number++) {
        if (!taken.has(toIp(number))) {
            return toIp(number);
        }
    }
    throw new Ec2Error(
        "InsufficientFreeAddressesInSubnet",
        `There are not enough free addresses in subnet '${subnet.id}'`,
    );
}

/** A public address: one of 127.77.0.0/16, at random so that two labs on one host hardly ever meet. */
export function publicAddress(state: LabState): string {
    const taken = new Set([
        ...Object.values(state.addresses).map((address) => address.publicIp),
        ...Object.values(state.interfaces).map((card) => card.autoPublicIp),
    ]);
    for (;;) {
        const ip = `127.77.${randomInt(0, 256)}.${randomInt(1, 255)}`;
        if (!taken.has(ip)) {
            return ip;
        }
    }
}

/** Locally administered, so it meets no real card. */
export const newMac = (): string =>
    ["0e", ...[...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, "0"))].join(":");

export const interfacesOf = (state: LabState, instanceId: string): NetworkInterface[] =>
    Object.values(state.interfaces)
        .filter((card) => card.attachment?.instanceId === instanceId)
        .sort((a, b) => (a.attachment?.deviceIndex ?? 0) - (b.attachment?.deviceIndex ?? 0));

export const primaryInterface = (state: LabState, instanceId: string): NetworkInterface | undefined =>
    interfacesOf(state, instanceId)[0];

/** What the world reaches an interface by: its elastic IP, else what EC2 gave it. */
export function publicIpOf(state: LabState, card: NetworkInterface): string | undefined {
    const elastic = Object.values(state.addresses).find((address) => address.interfaceId === card.id);
    return elastic?.publicIp ?? card.autoPublicIp;
}

export const publicAddressesOf = (state: LabState, instance: Instance): string[] =>
    interfacesOf(state, instance.id).flatMap((card) => publicIpOf(state, card) ?? []);

export const hostName = (ip: string): string => `ip-${ip.replaceAll(".", "-")}`;
export const privateDns = (ip: string): string => `${hostName(ip)}.ec2.internal`;
export const publicDns = (ip: string): string => `ec2-${ip.replaceAll(".", "-")}.compute-1.amazonaws.com`;
