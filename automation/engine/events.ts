import type { EngineEvent, PolicyEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import type { IoHost } from "../io/host";
import { MSG } from "../io/messages";
import type { Change } from "../model/observed";
import type { Judgement } from "./policies";

/** Turns the engine's event log into changes, progress and diagnostics. */
export class Events {
    private readonly changes: Change[] = [];
    private readonly said: string[] = [];
    private readonly judgements: Judgement[] = [];
    private readonly began = new Map<string, number>();
    private readonly taken = new Set<number>();

    constructor(private readonly host?: IoHost) {}

    /** Each event once: the SDK follows the engine's log by polling, and at its end two polls may read the same lines. */
    readonly take = (event: EngineEvent): void => {
        if (this.taken.has(event.sequence)) return;
        this.taken.add(event.sequence);
        if (event.resourcePreEvent !== undefined) this.begin(event.resourcePreEvent.metadata, event.timestamp);
        if (event.resOutputsEvent !== undefined) this.end(event.resOutputsEvent.metadata, event.timestamp);
        if (event.diagnosticEvent !== undefined) this.diagnose(event.diagnosticEvent);
        if (event.policyEvent !== undefined) this.judge(event.policyEvent);
    };

    /** Everything but what stays as it is. */
    planned(): Change[] {
        return this.changes.filter(
            (change) => change.operation !== "same" && change.operation !== "read" && change.operation !== "refresh",
        );
    }

    /** For another attempt: what the last one said does not count any more. */
    reset(): void {
        this.changes.length = 0;
        this.said.length = 0;
        this.judgements.length = 0;
        this.taken.clear();
    }

    /** What the policies said, refusals and remarks. */
    judged(): readonly Judgement[] {
        return this.judgements;
    }

    diagnostics(): string {
        return this.said.join("\n");
    }

    private begin({ op, type, urn, new: after, old: before }: StepEventMetadata, timestamp: number): void {
        this.changes.push({
            operation: op,
            type: shortType(type),
            name: nameOf(urn),
            inner: isInner(type, after ?? before),
        });
        this.began.set(urn + op, timestamp);
    }

    private end({ op, type, urn, new: after, old: before }: StepEventMetadata, timestamp: number): void {
        const quiet = ["same", "refresh", "read"].includes(op) || isInner(type, after ?? before);
        if (this.host === undefined || quiet) return;
        const seconds = timestamp - (this.began.get(urn + op) ?? timestamp);
        const data = { operation: op, type: shortType(type), name: nameOf(urn), seconds };
        this.host.emit(MSG.RESOURCE(`${PAST[op] ?? op} ${data.type} ${data.name} (${seconds} s)`, data));
    }

    /** The policy's description stands on a line before what it says of the resource, the way out on one after. */
    private judge({ policyName, enforcementLevel, resourceUrn = "", message }: PolicyEvent): void {
        const [first = "", text = first] = message.trim().split("\n");
        this.judgements.push({
            policy: policyName,
            level: enforcementLevel,
            resource: nameOf(resourceUrn),
            message: text.replace(MARKS, ""),
        });
    }

    private diagnose({ severity, message }: { severity: string; message: string }): void {
        const text = message.replace(MARKS, "").trim();
        if (text === "") return;
        if (severity === "error" || severity === "info#err") this.said.push(text);
        if (severity === "warning" && this.host !== undefined && !NOISE.test(text))
            this.host.emit(MSG.ENGINE_SAYS(text, { severity }));
    }
}

/** The engine's marks for colours. */
const MARKS = /<\{%[^%]*%\}>/g;

const PAST: Record<string, string> = {
    create: "created",
    update: "updated",
    delete: "deleted",
    import: "adopted",
    "create-replacement": "created anew",
    "delete-replaced": "deleted the old",
    replace: "replaced",
};

/** True, but of no use to a person who runs the drive. */
const NOISE = /package\.json|pending operations|using pulumi-resource-|from \$PATH/i;

/** Components and providers. */
function isInner(type: string, state: { custom?: boolean } | undefined): boolean {
    return state?.custom !== true || type.startsWith("pulumi:");
}

function nameOf(urn: string): string {
    return urn.split("::").at(-1) ?? urn;
}

/** `aws:ec2/volumeAttachment:VolumeAttachment` → `volumeAttachment` */
function shortType(type: string): string {
    const [, module, name] = type.split(":");
    return module?.includes("/") === true ? module.split("/").at(-1)! : (name ?? type);
}
