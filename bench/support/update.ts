import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import type { OperatedDrive } from "../../lab/rig/drive";

/** What the engine did with one resource; seconds since `pulumi up` was started. */
export interface Step {
    readonly name: string;
    readonly type: string;
    readonly from: number;
    readonly to: number;
    readonly outputs: Readonly<Record<string, unknown>>;
}

export interface Update {
    readonly seconds: number;
    readonly steps: readonly Step[];
}

/** One bare `pulumi up`. The events are timed as they arrive: the engine's own stamps are whole seconds. */
export async function update({ checkout, stack }: OperatedDrive): Promise<Update> {
    const started = process.hrtime.bigint();
    const now = (): number => Number(process.hrtime.bigint() - started) / 1e9;
    const begun = new Map<string, number>();
    const steps: Step[] = [];
    const args = ["up", "--yes", "--skip-preview", "--json", "--non-interactive", "--stack", stack];
    await checkout.run("pulumi", args, (line) => {
        const { resourcePreEvent, resOutputsEvent } = JSON.parse(line) as EngineEvent;
        if (resourcePreEvent !== undefined && isWork(resourcePreEvent.metadata))
            begun.set(resourcePreEvent.metadata.urn, now());
        if (resOutputsEvent !== undefined && isWork(resOutputsEvent.metadata)) {
            const { urn, type, new: made } = resOutputsEvent.metadata;
            const name = urn.split("::").at(-1)!;
            steps.push({ name, type, from: begun.get(urn) ?? now(), to: now(), outputs: made?.outputs ?? {} });
        }
    });
    return { seconds: now(), steps };
}

/** Whether a plugin has something to do for it: components, providers and what stays as it is cost the engine alone. */
const isWork = ({ op, type }: StepEventMetadata): boolean =>
    /^(aws|command):/.test(type) && ["create", "update", "create-replacement"].includes(op);
