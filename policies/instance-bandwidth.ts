import type { StackValidationPolicy } from "@pulumi/policy";
import { instanceLimits, INSTANCES_AS_OF } from "../infra/model/instances";
import { LIMITS } from "../infra/model/limits";
import { checkStack, settings } from "./kit/policy";
import { byServer, type Attached } from "./kit/stack";
import { quote } from "./kit/text";
import { TYPE } from "./kit/types";
import { known, remark, UNKNOWN } from "./kit/unknown";

const NAME = "instance-bandwidth";
const DEFAULTS = { needMiBps: 0, instanceTypes: {} as Readonly<Record<string, { readonly baselineMBps: number }>> };

/** gp3 comes with this much; only what was asked for above it is a declared need. */
const INCLUDED_MIBPS = LIMITS.gp3.throughput?.default ?? 0;
const MB_PER_MIB = 1.048576;

export const instanceBandwidth: StackValidationPolicy = {
    name: NAME,
    description: "An instance carries the throughput that is declared for its volumes.",
    enforcementLevel: "advisory",
    severity: "low",
    remediationSteps:
        "Choose a larger instance type, or do not pay for throughput that it cannot carry. The declared need is `needMiBps`, or else " +
        "the largest throughput that one of its volumes was given: a linear drive reads and writes one volume at a time.",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ebs-optimized.html",
    configSchema: {
        properties: {
            needMiBps: {
                type: "integer",
                minimum: 0,
                default: DEFAULTS.needMiBps,
                description: "MiB/s that every server with data volumes must carry; 0: what its volumes declare.",
            },
            instanceTypes: {
                type: "object",
                description: `Types that are missing or have changed since ${INSTANCES_AS_OF.date}, by name.`,
                additionalProperties: {
                    type: "object",
                    properties: { baselineMBps: { type: "number", exclusiveMinimum: 0 } },
                    required: ["baselineMBps"],
                    additionalProperties: false,
                },
                default: {},
            },
        },
    },
    validateStack: checkStack(TYPE.attachment, (stack, report, args) => {
        const { needMiBps, instanceTypes } = settings(args, DEFAULTS);
        for (const [server, pairs] of byServer(stack)) {
            const type = known(() => server.props.instanceType);
            if (type === undefined) continue;
            const table = Object.hasOwn(instanceTypes, type) ? instanceTypes[type] : instanceLimits(type);
            const need = needMiBps > 0 ? { mibps: needMiBps, who: "the policy's settings" } : declared(pairs);
            if (need === undefined) continue;
            const mbps = table?.baselineMBps;
            const what = `instance ${quote(server.name)} (${type})`;
            const wanted = `${need.mibps} MiB/s are declared by ${need.who} (${INSTANCES_AS_OF.date})`;
            if (mbps === undefined) {
                const message = `the EBS bandwidth of ${what} is not known; set it in instanceTypes: ${wanted}`;
                remark(report, NAME, message, server.urn);
            } else if (mbps < need.mibps * MB_PER_MIB) {
                const carried = Math.floor(mbps / MB_PER_MIB);
                report(`${what} carries ${carried} MiB/s of EBS for ever: ${wanted}`, server.urn);
            }
        }
    }),
};

function declared(pairs: readonly Attached[]): { mibps: number; who: string } | undefined {
    let most: { mibps: number; who: string } | undefined;
    for (const { volume } of pairs) {
        if (volume === undefined || volume === UNKNOWN) continue;
        const mibps = known(() => volume.props.throughput) ?? 0;
        if (mibps <= INCLUDED_MIBPS || (most !== undefined && mibps <= most.mibps)) continue;
        most = { mibps, who: `volume ${quote(volume.name)}` };
    }
    return most;
}
