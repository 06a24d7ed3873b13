import type { ResourceType, Tag } from "@aws-sdk/client-ec2";
import type { Context } from "../protocol/plugin";
import { isObject, type Props, same, type Value } from "../protocol/values";
import type { Api } from "./client";

type Tags = Record<string, string>;

const own = (tags: Value): Tags => (isObject(tags) ? (tags as Tags) : {});
const list = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The provider's default tags under the resource's own. */
export const allTags = (api: Api, inputs: Props): Tags => ({ ...api.defaultTags, ...own(inputs["tags"]) });

/** For the call that creates; absent when there are none, as EC2 wants it. */
export function tagSpecifications(
    api: Api,
    inputs: Props,
    type: ResourceType,
): { TagSpecifications?: { ResourceType: ResourceType; Tags: Tag[] }[] } {
    const tags = list(allTags(api, inputs));
    return tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType: type, Tags: tags }] };
}

/** What was read, as outputs: `tagsAll` is everything but AWS's own, `tags` without the provider's default tags. */
export function tagState(api: Api, tags: readonly Tag[] | undefined, inputs: Props): Props {
    const everything: Tags = {};
    for (const { Key, Value } of tags ?? []) {
        if (Key !== undefined && !Key.startsWith("aws:")) {
            everything[Key] = Value ?? "";
        }
    }
    const wanted = own(inputs["tags"]);
    const isOwn = ([key, value]: [string, string]): boolean =>
        wanted[key] !== undefined || api.defaultTags[key] !== value;
    return { tags: Object.fromEntries(Object.entries(everything).filter(isOwn)), tagsAll: everything };
}

/** Brings the tags of an existing object from what the state says to what the inputs say. */
export async function updateTags(api: Api, id: string, state: Props, news: Props, context: Context): Promise<void> {
    const before = own(state["tagsAll"]);
    const after = allTags(api, news);
    if (same(before, after)) {
        return;
    }
    const gone = Object.keys(before).filter((key) => after[key] === undefined);
    const put = Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value));
    const ec2 = api.ec2(context.signal);
    if (gone.length > 0) {
        await ec2.deleteTags({ Resources: [id], Tags: gone.map((Key) => ({ Key })) });
    }
    if (Object.keys(put).length > 0) {
        await ec2.createTags({ Resources: [id], Tags: list(put) });
    }
}
