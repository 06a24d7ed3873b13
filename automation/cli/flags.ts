import { homedir } from "node:os";
import type { Fault } from "../../infra/model/errors";
import type { InitInput } from "../commands/init";

export interface InitFlags {
    readonly name: string;
    readonly zone?: string;
    readonly subnet?: string;
    readonly region?: string;
    readonly instanceType: string;
    readonly image?: string;
    readonly slots: string;
    readonly clients?: readonly string[];
    readonly sshFrom?: readonly string[];
    readonly publicAddress?: boolean;
    readonly lease?: string;
    readonly uid?: string;
    readonly gid?: string;
    readonly uploadUser?: readonly string[];
    readonly secretsProvider?: string;
}

/** Flags to what `init` takes. Values go through as they are: the schema judges them, with what is wrong in the flags themselves. */
export function initInput(flags: InitFlags): InitInput {
    const faults: Fault[] = [];
    const input: InitInput = {
        name: flags.name,
        zone: flags.zone,
        subnet: flags.subnet,
        region: flags.region,
        instanceType: flags.instanceType,
        image: flags.image,
        slots: slots(flags.slots, faults),
        clients: list(flags.clients),
        sshFrom: list(flags.sshFrom),
        publicAddress: flags.publicAddress ?? false,
        leaseSeconds: number(flags.lease) as number | undefined,
        uid: number(flags.uid) as number | undefined,
        gid: number(flags.gid) as number | undefined,
        secretsProvider: flags.secretsProvider,
        uploadUsers: uploadUsers(flags.uploadUser, faults),
    };
    return { ...input, faults };
}

/** `ba=8,bb=500:st1` */
function slots(text: string, faults: Fault[]): InitInput["slots"] {
    const found: Record<string, { sizeGiB: unknown; type?: string }> = {};
    for (const pair of list([text])) {
        for (const [slot, value] of split(pair, "--slots", faults)) {
            const [size = "", type] = value.split(":");
            if (Object.hasOwn(found, slot))
                faults.push({ path: `slots.${slot}`, reason: "is given twice: one volume a slot" });
            found[slot] = { sizeGiB: number(size), ...(type === undefined ? {} : { type }) };
        }
    }
    return found;
}

/** `anna=a.pub`, and once more for her other key. */
function uploadUsers(pairs: readonly string[] | undefined, faults: Fault[]): InitInput["uploadUsers"] {
    const keys = new Map<string, string[]>();
    for (const [user, key] of (pairs ?? []).flatMap((pair) => split(pair, "--upload-user", faults)))
        keys.set(user, [...(keys.get(user) ?? []), atHome(key)]);
    return Object.fromEntries(keys);
}

/** Few shells do this behind a `name=`. */
const atHome = (file: string): string => file.replace(/^~(?=\/)/, homedir());

/** Name and value; none when it is no pair, which is one more fault. */
function split(pair: string, flag: string, faults: Fault[]): [string, string][] {
    const at = pair.indexOf("=");
    if (at > 0 && at < pair.length - 1) return [[pair.slice(0, at), pair.slice(at + 1)]];
    const example = flag === "--slots" ? "ba=8" : "name=keyfile.pub";
    faults.push({ path: flag, reason: `expected ${example}, got '${pair}'` });
    return [];
}

/** A number where it is one, else the text, which the schema then names as wrong. */
function number(text: string | undefined): unknown {
    return text !== undefined && text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Flags may be repeated, and each may hold several values. */
function list(values: readonly string[] | undefined): string[] {
    return (values ?? [])
        .flatMap((value) => value.split(","))
        .map((value) => value.trim())
        .filter((value) => value !== "");
}
