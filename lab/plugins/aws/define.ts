import { setTimeout as sleep } from "node:timers/promises";
import { type Changes, type Context, InitializationFailed, type Failure, type Resource } from "../protocol/plugin";
import { hasUnknown, isObject, isUnknown, type Props, UNKNOWN } from "../protocol/values";
import type { Api } from "./client";
import { diff, faults, inputsOf, type Schema, withDefaults } from "./schema";
import { PROPAGATION_MS } from "./wait";

/** What one resource type must say; the rest of the protocol is the same for all. */
export interface Definition {
    readonly schema: Schema;
    /** Rules over several inputs, checked when all of them are known. */
    readonly rules?: (inputs: Props) => Failure[];
    /** Inputs the plugin makes up itself (a unique name); `olds` are the previous ones. */
    readonly complete?: (inputs: Props, olds: Props, name: string) => Props;
    /** Changes that one property's own rule cannot tell. */
    readonly adjust?: (changes: Changes, state: Props, news: Props) => void;
    /** Outputs that a change makes unknown until it is done. */
    readonly recomputed?: (changes: Changes) => readonly string[];
    /** Must call `made` as soon as the thing exists: from then on a failure leaves it in the engine's state. */
    readonly create: (api: Api, inputs: Props, context: Context, made: (id: string) => void) => Promise<void>;
    /** All outputs of what is there, or `undefined`. `state` has at least the inputs when it was made by us. */
    readonly read: (api: Api, id: string, state: Props, context: Context) => Promise<Props | undefined>;
    readonly update: (
        api: Api,
        id: string,
        state: Props,
        news: Props,
        changes: Changes,
        context: Context,
    ) => Promise<void>;
    readonly remove: (api: Api, id: string, state: Props, context: Context) => Promise<void>;
    /** The id that an import names may be another than the one kept. */
    readonly importId?: (id: string) => { id: string; state: Props };
}

const outputsOf = (schema: Schema): string[] =>
    Object.keys(schema).filter((key) => schema[key]?.output === true || schema[key]?.computed === true);

export function define(api: () => Api, definition: Definition): Resource {
    const { schema } = definition;
    // Inputs that EC2 does not know (finalSnapshot, skipDestroy …) are kept by carrying them along.
    const carried = (inputs: Props): Props =>
        Object.fromEntries(Object.entries(inputs).filter(([key]) => schema[key] !== undefined && key !== "tagsAll"));
    const fresh = async (id: string, known: Props, context: Context): Promise<Props | undefined> => {
        const found = await definition.read(api(), id, known, context);
        return found === undefined ? undefined : { ...carried(known), ...found };
    };
    // What was only just made may not be seen at once.
    const visible = async (id: string, inputs: Props, context: Context): Promise<Props> => {
        const until = Date.now() + PROPAGATION_MS;
        for (let every = 200; ; every = Math.min(every * 1.5, 3000)) {
            const state = await fresh(id, inputs, context);
            if (state !== undefined) {
                return state;
            }
            if (Date.now() > until) {
                throw new Error(`reading ${id}: couldn't find resource`);
            }
            await sleep(every, undefined, { signal: context.signal });
        }
    };
    const changesOf = (state: Props, news: Props, ignore: readonly string[]): Changes => {
        const changes = diff(schema, state, news, ignore);
        definition.adjust?.(changes, state, news);
        return changes;
    };
    return {
        check: (news, olds, name) => {
            const inputs = withDefaults(schema, definition.complete?.(news, olds, name) ?? news);
            const failures = faults(schema, news);
            const { region } = news;
            if (typeof region === "string" && !isUnknown(region) && region !== api().region) {
                failures.push({
                    property: "region",
                    reason: `is '${region}', the lab's provider is in ${api().region}`,
                });
            }
            const more = failures.length === 0 && definition.rules !== undefined ? definition.rules(inputs) : [];
            return { inputs, failures: [...failures, ...more] };
        },
        diff: (state, news, _oldInputs, ignore) => changesOf(state, news, ignore),
        preview: (news, state) => {
            if (state === undefined) {
                return { ...Object.fromEntries(outputsOf(schema).map((key) => [key, UNKNOWN])), ...news };
            }
            const unknown = definition.recomputed?.(changesOf(state, news, [])) ?? [];
            const merged: Props = { ...state, ...Object.fromEntries(unknown.map((key) => [key, UNKNOWN])), ...news };
            for (const [key, value] of Object.entries(news)) {
                // An object keeps the members that EC2 filled in.
                if (schema[key]?.type === "object" && isObject(value) && isObject(state[key])) {
                    merged[key] = { ...state[key], ...value };
                }
            }
            if (schema["tagsAll"] !== undefined) {
                merged["tagsAll"] = hasUnknown(news["tags"])
                    ? UNKNOWN
                    : { ...api().defaultTags, ...(news["tags"] as Props | undefined) };
            }
            return merged;
        },
        create: async (inputs, context) => {
            let id: string | undefined;
            try {
                await definition.create(api(), inputs, context, (made) => (id = made));
                if (id === undefined) {
                    throw new Error("created without an id");
                }
                return { id, state: await visible(id, inputs, context) };
            } catch (error) {
                throw id === undefined ? error : new InitializationFailed(id, inputs, error);
            }
        },
        read: async (id, state, inputs, context) => {
            const importing = Object.keys(state).length === 0;
            const start = importing ? (definition.importId?.(id) ?? { id, state }) : { id, state };
            const found = await fresh(start.id, { ...start.state, ...inputs }, context);
            return found === undefined
                ? undefined
                : { id: start.id, state: found, inputs: inputsOf(schema, found, inputs) };
        },
        update: async (id, state, news, context) => {
            try {
                await definition.update(api(), id, state, news, changesOf(state, news, []), context);
                const found = await fresh(id, news, context);
                if (found === undefined) {
                    throw new Error(`${id} is gone`);
                }
                return found;
            } catch (error) {
                // As the real plugin does: a failed update leaves the *wanted* values in the state (terraform-plugin-sdk keeps the
                // planned state unless a resource sets Partial), so that only a refresh shows what is still to do.
                throw new InitializationFailed(id, { ...state, ...news }, error);
            }
        },
        delete: (id, state, context) => definition.remove(api(), id, state, context),
    };
}
