import type { Props } from "./values";

/** What a running operation may use of the engine. */
export interface Context {
    readonly urn: string;
    /** Aborted when the engine cancels or is gone. */
    readonly signal: AbortSignal;
    /** From the resource's customTimeouts, for the operation at hand; undefined = the provider's own default. */
    readonly timeoutMs: number | undefined;
    /** A line under the resource: kept (`log`), or shown only while it works (`status`). */
    log(severity: "info" | "warning" | "error", message: string): void;
    status(message: string): void;
}

export interface Failure {
    readonly property: string;
    readonly reason: string;
}

export type Change = "add" | "delete" | "update";
export interface PropertyChange {
    readonly change: Change;
    readonly replace: boolean;
}
/** Property path → what happens to it. Empty = nothing to do. */
export type Changes = Map<string, PropertyChange>;

export interface Resource {
    check(news: Props, olds: Props, name: string): { inputs: Props; failures: Failure[] };
    diff(state: Props, news: Props, oldInputs: Props, ignore: readonly string[]): Changes;
    /** What a preview may say of the outputs: inputs, and unknown for the rest. `state` is absent when it will be created. */
    preview(news: Props, state: Props | undefined): Props;
    create(inputs: Props, context: Context, name: string): Promise<{ id: string; state: Props }>;
    /** `undefined` = it is gone. Without `state` it is an import. */
    read(id: string, state: Props, inputs: Props, context: Context): Promise<Found | undefined>;
    update(id: string, state: Props, news: Props, context: Context): Promise<Props>;
    delete(id: string, state: Props, context: Context): Promise<void>;
}

export interface Found {
    readonly id: string;
    readonly state: Props;
    readonly inputs: Props;
}

export interface Plugin {
    readonly name: string;
    readonly version: string;
    /** Faults of the provider's own configuration. */
    checkConfig(config: Props): Failure[];
    configure(config: Props, signal: AbortSignal): void | Promise<void>;
    readonly resources: Readonly<Record<string, Resource>>;
    readonly functions: Readonly<Record<string, (args: Props, signal: AbortSignal) => Promise<Props>>>;
}

/** It was made, but did not become what it should: the engine keeps it in its state and the next update goes on with it. */
export class InitializationFailed extends Error {
    constructor(
        readonly id: string,
        readonly state: Props,
        cause: unknown,
    ) {
        super(messageOf(cause), { cause });
    }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
