import type { IpPermission } from "@aws-sdk/client-ec2";
import { type Props, same } from "../protocol/values";

/** One permission to one peer: what EC2's grouped permissions and the provider's rule blocks both come down to. */
export interface Atom {
    readonly protocol: string;
    readonly from: number;
    readonly to: number;
    readonly kind: "cidr" | "cidr6" | "prefixList" | "group";
    readonly peer: string;
    readonly description: string;
}

const LISTS = {
    cidr: "cidrBlocks",
    cidr6: "ipv6CidrBlocks",
    prefixList: "prefixListIds",
    group: "securityGroups",
} as const;
const KINDS = Object.keys(LISTS) as Atom["kind"][];

/** Protocols by number are the same as by name. */
const NAMES: Record<string, string> = { all: "-1", "6": "tcp", "17": "udp", "1": "icmp" };
const protocolOf = (text: unknown): string => NAMES[String(text).toLowerCase()] ?? String(text).toLowerCase();

/** Of the `ingress` or `egress` blocks of a security group. */
export function atomsOfBlocks(blocks: readonly Props[], groupId: string): Atom[] {
    return blocks.flatMap((block) => {
        const protocol = protocolOf(block["protocol"]);
        const all = protocol === "-1";
        const shared = {
            protocol,
            from: all ? 0 : Number(block["fromPort"]),
            to: all ? 0 : Number(block["toPort"]),
            description: typeof block["description"] === "string" ? block["description"] : "",
        };
        const atoms = KINDS.flatMap((kind) =>
            ((block[LISTS[kind]] ?? []) as string[]).map((peer): Atom => ({ ...shared, kind, peer })),
        );
        return block["self"] === true ? [...atoms, { ...shared, kind: "group" as const, peer: groupId }] : atoms;
    });
}

/** Of what EC2 describes. */
export function atomsOfPermissions(permissions: readonly IpPermission[]): Atom[] {
    return permissions.flatMap((permission) => {
        const protocol = protocolOf(permission.IpProtocol);
        const shared = { protocol, from: permission.FromPort ?? 0, to: permission.ToPort ?? 0 };
        const atom = (kind: Atom["kind"], peer = "", description = ""): Atom => ({
            ...shared,
            kind,
            peer,
            description,
        });
        return [
            ...(permission.IpRanges ?? []).map((range) => atom("cidr", range.CidrIp, range.Description)),
            ...(permission.Ipv6Ranges ?? []).map((range) => atom("cidr6", range.CidrIpv6, range.Description)),
            ...(permission.PrefixListIds ?? []).map((list) => atom("prefixList", list.PrefixListId, list.Description)),
            ...(permission.UserIdGroupPairs ?? []).map((pair) => atom("group", pair.GroupId, pair.Description)),
        ];
    });
}

/** The calls' form, one permission an atom. */
export function permissionOf({ protocol, from, to, kind, peer, description }: Atom): IpPermission {
    const said = description === "" ? {} : { Description: description };
    const ports = protocol === "-1" ? {} : { FromPort: from, ToPort: to };
    const base = { IpProtocol: protocol, ...ports };
    switch (kind) {
        case "cidr":
            return { ...base, IpRanges: [{ CidrIp: peer, ...said }] };
        case "cidr6":
            return { ...base, Ipv6Ranges: [{ CidrIpv6: peer, ...said }] };
        case "prefixList":
            return { ...base, PrefixListIds: [{ PrefixListId: peer, ...said }] };
        case "group":
            return { ...base, UserIdGroupPairs: [{ GroupId: peer, ...said }] };
    }
}

const textOf = (atom: Atom): string =>
    [atom.protocol, atom.from, atom.to, atom.kind, atom.peer, atom.description].join(" ");

/** Of `wanted` those that are not in `there`. */
export function missing(wanted: readonly Atom[], there: readonly Atom[]): Atom[] {
    const have = new Set(there.map(textOf));
    return wanted.filter((atom) => !have.has(textOf(atom)));
}

/** The blocks as the user wrote them while they say what is there; else the atoms grouped by ports and description. */
export function blocksOf(atoms: readonly Atom[], wanted: readonly Props[], groupId: string): Props[] {
    const asked = atomsOfBlocks(wanted, groupId);
    if (same(asked.map(textOf).sort(), atoms.map(textOf).sort())) {
        return [...wanted];
    }
    const blocks = new Map<string, Props & Record<string, string[]>>();
    for (const atom of atoms) {
        const key = [atom.protocol, atom.from, atom.to, atom.description].join(" ");
        const block = blocks.get(key) ?? {};
        const start: Props = {
            protocol: atom.protocol,
            fromPort: atom.from,
            toPort: atom.to,
            description: atom.description,
        };
        Object.assign(block, start);
        if (atom.kind === "group" && atom.peer === groupId) {
            Object.assign(block, { self: true });
        } else {
            (block[LISTS[atom.kind]] ??= []).push(atom.peer);
        }
        blocks.set(key, block);
    }
    return [...blocks.values()];
}
