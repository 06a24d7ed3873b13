import type { Call } from "./call";
import { Ec2Error, invalidValue } from "./errors";
import type { Params } from "./params";
import type { LabState } from "./state";
import type { Xml } from "./xml";

/** EC2's name of a resource's type, by the prefix of its id. */
const TYPES: Readonly<Record<string, string>> = {
    i: "instance",
    vol: "volume",
    snap: "snapshot",
    eni: "network-interface",
    eipalloc: "elastic-ip",
    sg: "security-group",
    sgr: "security-group-rule",
    vpc: "vpc",
    subnet: "subnet",
    ami: "image",
    key: "key-pair",
};
export const typeOf = (id: string): string | undefined => TYPES[id.slice(0, id.indexOf("-"))];

export const tagsOf = (state: LabState, id: string): Readonly<Record<string, string>> => state.tags[id] ?? {};

export const tagSet = (state: LabState, id: string): Xml =>
    Object.entries(tagsOf(state, id)).map(([key, value]) => ({ key, value }));

/** Reads `Tag.N.Key/Value` and refuses what EC2 refuses. */
export function readTags(params: Params): Record<string, string> {
    const tags: Record<string, string> = {};
    for (const tag of params.structs("Tag")) {
        const name = tag.required("Key");
        tag.has("Value");
        const value = tag.text("Value") ?? "";
        if (Object.hasOwn(tags, name)) {
            throw invalidValue(`Duplicate tag key '${name}' specified.`);
        }
        requireKey(name);
        if ([...value].length > 256) {
            throw invalidValue(`Tag value exceeds the maximum length of 256 characters`);
        }
        tags[name] = value;
    }
    return tags;
}

export function requireKey(name: string): void {
    if ([...name].length > 127) {
        throw invalidValue("Tag key exceeds the maximum length of 127 characters");
    }
    if (name.toLowerCase().startsWith("aws:")) {
        throw invalidValue(`Tag keys starting with 'aws:' are reserved for internal use`);
    }
}

/** The tags that a creating call carries for resources of that type; another type than the call makes is refused. */
export function specifiedTags(
    call: Call,
    ...types: readonly string[]
): Readonly<Record<string, Record<string, string>>> {
    const found: Record<string, Record<string, string>> = {};
    for (const specification of call.params.structs("TagSpecification")) {
        const type = specification.required("ResourceType");
        if (!types.includes(type)) {
            throw invalidValue(`'${type}' is not a valid taggable resource type for this operation.`);
        }
        if (found[type] !== undefined) {
            throw invalidValue(`Resource type '${type}' is specified more than once`);
        }
        found[type] = readTags(specification);
    }
    return found;
}

export function setTags(call: Call, id: string, tags: Readonly<Record<string, string>> | undefined): void {
    if (tags === undefined || Object.keys(tags).length === 0) {
        return;
    }
    const all = { ...tagsOf(call.draft, id), ...tags };
    if (Object.keys(all).length > call.limits.tagsPerResource) {
        throw new Ec2Error("TagLimitExceeded", `More than ${call.limits.tagsPerResource} tags specified.`);
    }
    call.draft.tags[id] = all;
}
