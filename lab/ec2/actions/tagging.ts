import { DONE } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error, KINDS, missingParameter, notFound } from "../errors";
import type { Kind } from "../errors";
import { filtered, page } from "../filters";
import type { LabState } from "../state";
import { readTags, requireKey, setTags, tagsOf, typeOf } from "../tags";
import type { Xml } from "../xml";

/** The object of an id of any kind that can carry tags. */
function known(state: LabState, id: string): boolean {
    return (
        [state.instances, state.volumes, state.snapshots, state.interfaces, state.addresses, state.groups].some((all) =>
            Object.hasOwn(all, id),
        ) ||
        [state.vpcs, state.subnets, state.images].some((all) => Object.hasOwn(all, id)) ||
        Object.values(state.keyPairs).some((pair) => pair.id === id) ||
        Object.values(state.groups).some((group) => group.rules.some((rule) => rule.id === id))
    );
}

function resources(call: Call): string[] {
    const ids = call.params.list("ResourceId");
    if (ids.length === 0) {
        throw missingParameter("ResourceId");
    }
    for (const id of ids) {
        const prefix = id.slice(0, id.lastIndexOf("-"));
        const kind = (Object.keys(KINDS) as Kind[]).find((each) => KINDS[each].prefix === prefix);
        if (typeOf(id) === undefined) {
            throw new Ec2Error("InvalidID", `The ID '${id}' is not valid`);
        }
        if (!known(call.draft, id)) {
            throw kind === undefined ? new Ec2Error("InvalidID", `The ID '${id}' is not valid`) : notFound(kind, id);
        }
    }
    return ids;
}

function createTags(call: Call): Xml {
    const tags = readTags(call.params);
    if (Object.keys(tags).length === 0) {
        throw missingParameter("Tag");
    }
    resources(call).forEach((id) => setTags(call, id, tags));
    return DONE;
}

function deleteTags(call: Call): Xml {
    const ids = resources(call);
    const tags = call.params.structs("Tag").map((tag) => ({
        key: tag.required("Key"),
        value: tag.has("Value") ? (tag.text("Value") ?? "") : undefined,
    }));
    tags.forEach((tag) => requireKey(tag.key));
    for (const id of ids) {
        const kept = Object.entries(tagsOf(call.draft, id)).filter(
            ([key, value]) =>
                tags.length > 0 &&
                !tags.some((tag) => tag.key === key && (tag.value === undefined || tag.value === value)),
        );
        call.draft.tags[id] = Object.fromEntries(kept);
    }
    return DONE;
}

function describeTags(call: Call): Xml {
    const { params, draft } = call;
    const rows = Object.entries(draft.tags).flatMap(([id, tags]) =>
        Object.entries(tags).map(([key, value]) => ({ id, key, value })),
    );
    type Row = (typeof rows)[number];
    const filters = {
        key: (row: Row) => row.key,
        "resource-id": (row: Row) => row.id,
        "resource-type": (row: Row) => typeOf(row.id),
        value: (row: Row) => row.value,
    };
    const found = filtered<Row>(params, rows, filters, (row) => ({ [row.key]: row.value }));
    const shown = page(call, found);
    return {
        tagSet: shown.items.map(({ id, key, value }) => ({ resourceId: id, resourceType: typeOf(id), key, value })),
        nextToken: shown.nextToken,
    };
}

export const tagActions: Handlers = { CreateTags: createTags, DeleteTags: deleteTags, DescribeTags: describeTags };
