import { autogrowFaults } from "./autogrow";
import { backupFaults } from "./backup";
import { networkFault } from "./cidr";
import { LIMITS, MAX_MEMBERS, volumeFaults, type LimitOverrides, type VolumeShape } from "./limits";
import type { Fault } from "./errors";
import { publicKeyFault } from "./public-key";
import { nameTakenBy, OPERATOR_ID, ownerFault } from "./reserved";
import { regionOf, zoneFault } from "./zones";

/** What the configuration is judged against besides itself. */
export interface CheckContext {
    /** The stack's region (`aws:region`). */
    readonly region?: string | undefined;
    /** Nothing of the drive is there yet: what a drive that has it may keep is refused for a new one. */
    readonly isNew?: boolean | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks across fields. They read the raw value, so that they run beside the schema's and all faults come at once; what
 * has the wrong type is the schema's to refuse and is passed over here.
 */
export function crossFaults(value: unknown, context: CheckContext): Fault[] {
    const drive = fields(value);
    return [
        ...nameFaults(drive["name"]),
        ...zoneFaults(drive["zone"], context.region),
        ...sshFaults(drive["network"]),
        ...slotFaults(drive["slots"], fields(drive["limits"])),
        ...shareFaults(fields(drive["share"])),
        ...uploadFaults(fields(drive["uploads"])),
        ...ownerFaults(fields(drive["uploads"]), context.isNew === true),
        ...autogrowFaults(fields(drive["autogrow"]), "autogrow."),
        ...backupFaults(fields(drive["backup"]), "backup."),
    ];
}

/** The engine keeps settings as text and guesses their types; EC2 keeps a prefix for its own ids. */
function nameFaults(name: unknown): Fault[] {
    if (name === "true" || name === "false")
        return [{ path: "name", reason: `got '${name}'; a settings file takes it for yes or no, choose another` }];
    if (typeof name !== "string" || !name.startsWith("sg-")) return [];
    return [
        {
            path: "name",
            reason: `got '${name}'; EC2 takes no security group whose name begins with sg-, choose another`,
        },
    ];
}

function zoneFaults(zone: unknown, region: string | undefined): Fault[] {
    if (typeof zone !== "string" || region === undefined || zoneFault(zone) !== undefined) return [];
    if (regionOf(zone) === region) return [];
    return [
        {
            path: "zone",
            reason: `got '${zone}'; the stack's region is '${region}' (aws:region), so ${region}a or a sister zone`,
        },
    ];
}

function slotFaults(value: unknown, overrides: LimitOverrides): Fault[] {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    const slots = Object.entries(value as Fields).map(([name, slot]) => ({ name, slot: fields(slot) }));
    const named = (state: string) =>
        slots.filter(({ slot }) => (slot["state"] ?? "member") === state).map(({ name }) => name);
    const [members, leaving] = [named("member"), named("leaving")];
    const faults: Fault[] = [];
    if (members.length === 0)
        faults.push({ path: "slots", reason: "no member; a drive has at least one slot that stays" });
    // A copy has no volume before the slot that it copies is put aside: the two are never members at once.
    const copies = slots.filter(({ name, slot }) => members.includes(name) && members.includes(String(slot["copies"])));
    const count = members.length - copies.length;
    if (count > MAX_MEMBERS) {
        faults.push({
            path: "slots",
            reason: `${count} members; a drive has at most ${MAX_MEMBERS} (and one more while a slot is leaving)`,
        });
    }
    const going = [...leaving, ...named("released")];
    for (const name of named("coming").filter(
        (one) =>
            going.length === 0 || !slots.some(({ name: other, slot }) => other === one && Array.isArray(slot["takes"])),
    ))
        faults.push({
            path: `slots.${name}.state`,
            reason: "coming, and nothing is leaving whose data it takes; set by elastic-drive consolidate",
        });
    // 20 members and one that leaves make 21: the volume that takes over is counted before the old one is gone.
    if (leaving.length > 1)
        faults.push({ path: "slots", reason: `${leaving.join(" and ")} are leaving; one at a time` });
    faults.push(...copyFaults(slots, leaving));
    for (const { name } of slots.filter(({ slot }) => slot["unattached"] !== undefined && slot["state"] !== "released"))
        faults.push({
            path: `slots.${name}.unattached`,
            reason: "true, but the slot is not released; set by the driver",
        });
    for (const { name, slot } of slots) {
        const shape = { type: "gp3", ...slot };
        if (isShape(shape)) {
            for (const { field, reason } of volumeFaults(shape, overrides))
                faults.push({ path: `slots.${name}.${field}`, reason });
        }
    }
    return faults;
}

/** One slot at a time is copied, by one other, and nothing leaves meanwhile. */
function copyFaults(
    slots: readonly { readonly name: string; readonly slot: Fields }[],
    going: readonly string[],
): Fault[] {
    const faults: Fault[] = [];
    const copies = slots.filter(({ slot }) => slot["copies"] !== undefined);
    const copying = slots.filter(({ slot }) => slot["state"] === "copying");
    if (copies.length > 1 || copying.length > 1 || (copies.length > 0 && going.length > 0)) {
        const names = [...copies, ...copying].map(({ name }) => name);
        faults.push({
            path: "slots",
            reason: `${[...names, ...going].join(", ")} are copied or leaving; one at a time`,
        });
    }
    for (const { name } of copying.filter((one) => copies.every(({ slot }) => slot["copies"] !== one.name)))
        faults.push({ path: `slots.${name}.state`, reason: "copying, and no slot copies it" });
    for (const { name, slot } of copies) {
        const of = slots.find((other) => other.name === slot["copies"]);
        const state = of === undefined ? "no slot" : (of.slot["state"] ?? "member");
        const isMade = slot["from"] !== undefined;
        // Before the snapshot the slot may still be a member, and it is released only after it.
        const isRight = state === "copying" || (isMade ? state === "released" : state === "member");
        if (isRight && of !== undefined && name !== of.name && (slot["state"] ?? "member") === "member") {
            if (Number(slot["sizeGiB"]) < Number(of.slot["sizeGiB"]))
                faults.push({
                    path: `slots.${name}.sizeGiB`,
                    reason: `${String(slot["sizeGiB"])} GiB; the copy of slot ${of.name} is at least as large: ${String(of.slot["sizeGiB"])} GiB`,
                });
            continue;
        }
        faults.push({
            path: `slots.${name}.copies`,
            reason: `got '${String(slot["copies"])}', which is ${String(state)}; copies are begun by elastic-drive replace, and ended by up or cancel`,
        });
    }
    return faults;
}

/** Whether the schema finds the slot's own fields in order, so that the type's limits can be asked. */
function isShape(slot: Fields): slot is Fields & VolumeShape {
    const number = (key: string) =>
        slot[key] === undefined || (Number.isSafeInteger(slot[key]) && (slot[key] as number) > 0);
    if (typeof slot["type"] !== "string" || !(slot["type"] in LIMITS)) return false;
    return (
        Number.isSafeInteger(slot["sizeGiB"]) &&
        (slot["sizeGiB"] as number) > 0 &&
        number("iops") &&
        number("throughput")
    );
}

function shareFaults(share: Fields): Fault[] {
    const clients = Array.isArray(share["clients"]) ? share["clients"] : [];
    const groups = Array.isArray(share["securityGroups"]) ? share["securityGroups"] : [];
    const faults = networkFaults("share.clients", clients);
    if (groups.length > 0 && clients.length === 0) {
        faults.push({
            path: "share.clients",
            reason: "empty beside securityGroups; a group opens the port, nfsd also wants the addresses (the subnets of these servers)",
        });
    }
    return faults;
}

/** Without ssh nothing is ever made inside the server: the first `up` would dial until it gives up. */
function sshFaults(network: unknown): Fault[] {
    if (typeof network !== "object" || network === null) return [];
    const { sshFrom = [] } = fields(network);
    if (!Array.isArray(sshFrom) || sshFrom.length > 0) return networkFaults("network.sshFrom", sshFrom);
    return [
        {
            path: "network.sshFrom",
            reason: "empty; the driver and who uploads come by ssh: their networks, this machine's among them (init: --ssh-from)",
        },
    ];
}

function networkFaults(path: string, networks: unknown): Fault[] {
    if (!Array.isArray(networks)) return [];
    return networks.flatMap((network: unknown, index) => {
        if (typeof network !== "string") return [];
        const twice = networks.indexOf(network) < index ? `got '${network}' twice` : undefined;
        const reason = networkFault(network) ?? twice;
        return reason === undefined ? [] : [{ path: `${path}.${index}`, reason }];
    });
}

function uploadFaults(uploads: Fields): Fault[] {
    return Object.entries(fields(uploads["users"])).flatMap(([name, user]) => {
        const faults: Fault[] = [];
        const whose = nameTakenBy(name);
        if (whose !== undefined)
            faults.push({
                path: `uploads.users.${name}`,
                reason: `got '${name}'; on the server this is ${whose}, choose another name`,
            });
        // The schema's reader passes this key over in silence: its user would have no account.
        if (name === "__proto__")
            faults.push({ path: `uploads.users.${name}`, reason: `got '${name}'; not a user name` });
        const keys = fields(user)["publicKeys"];
        if (!Array.isArray(keys)) return faults;
        keys.forEach((key: unknown, index) => {
            const reason = typeof key === "string" ? publicKeyFault(key) : undefined;
            if (reason !== undefined) faults.push({ path: `uploads.users.${name}.publicKeys.${index}`, reason });
        });
        return faults;
    });
}

/**
 * Whose the files are. 1000 is what people's first account has, and the operator's on the server: a drive that has it keeps it,
 * since its files are his already; uploads.sh ends sessions by name and never by number.
 */
function ownerFaults(uploads: Fields, isNew: boolean): Fault[] {
    return (["uid", "gid"] as const).flatMap((kind) => {
        const id = uploads[kind];
        if (typeof id !== "number") return [];
        const isOperator = isNew && id === OPERATOR_ID;
        const reason = isOperator
            ? `got ${id}; on the server this is 'admin', who has sudo: give the web servers' account another one, such as 33 (www-data)`
            : ownerFault(kind, id);
        return reason === undefined ? [] : [{ path: `uploads.${kind}`, reason }];
    });
}

const fields = (value: unknown): Fields =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
