import type { ReportViolation, StackValidationPolicy } from "@pulumi/policy";
import { FAILURE_RATES, FAILURE_RATES_AS_OF, yearlyLoss } from "../infra/model/durability";
import type { VolumeType } from "../infra/model/volume-types";
import { drivesOf, driveNameOf } from "./kit/drives";
import { checkStack, settings } from "./kit/policy";
import { byServer } from "./kit/stack";
import { quote } from "./kit/text";
import { TYPE, type Seen } from "./kit/types";
import { known, UNKNOWN } from "./kit/unknown";

const DEFAULTS = { maxYearlyPercent: 1 };
type Volume = Seen<typeof TYPE.volume>;

export const largeFailureDomain: StackValidationPolicy = {
    name: "large-failure-domain",
    description:
        "A file system over several volumes is lost with any of them: few large volumes are safer than many small ones.",
    enforcementLevel: "advisory",
    severity: "low",
    remediationSteps:
        "Replace small volumes by few large ones (`elastic-drive plan` shows how, online), take io2, and have a backup plan.",
    url: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html",
    configSchema: {
        properties: {
            maxYearlyPercent: {
                type: "number",
                exclusiveMinimum: 0,
                maximum: 100,
                default: DEFAULTS.maxYearlyPercent,
                description: "Yearly chance, in percent, that nobody need be told of.",
            },
        },
    },
    validateStack: checkStack(TYPE.volume, (stack, report, args) => {
        const { maxYearlyPercent } = settings(args, DEFAULTS);
        for (const { name, volumes } of drivesOf(stack)) {
            // A volume that is being copied, and its copy, are one.
            const members = volumes
                .filter(({ state }) => state === "member" || state === "leaving")
                .map(({ volume }) => volume);
            judge(`drive ${quote(name)}`, members, maxYearlyPercent, report);
        }
        for (const [server, pairs] of byServer(stack)) {
            const volumes = pairs.flatMap(({ volume }) => (volume === undefined || volume === UNKNOWN ? [] : [volume]));
            const others = volumes.filter((volume) => driveNameOf(volume) === undefined);
            judge(`a file system over the volumes of instance ${quote(server.name)}`, others, maxYearlyPercent, report);
        }
    }),
};

function judge(what: string, volumes: readonly Volume[], most: number, report: ReportViolation): void {
    if (volumes.length < 2) return;
    const { low, high } = yearlyLoss(volumes.map(typeOf));
    if (high * 100 <= most) return;
    const range = low === high ? percent(high) : `${percent(low)} to ${percent(high)}`;
    report(
        `${what} is lost when one of ${volumes.length} volumes fails: ${range} % a year (${FAILURE_RATES_AS_OF.date}); ` +
            `a single gp3 has ${percent(FAILURE_RATES.gp3.low)} to ${percent(FAILURE_RATES.gp3.high)} %`,
        volumes[0]?.urn,
    );
}

/** A type that is not said or not known is taken for a usual one. */
function typeOf(volume: Volume): VolumeType {
    const type = known(() => volume.props.type);
    return typeof type === "string" && Object.hasOwn(FAILURE_RATES, type) ? (type as VolumeType) : "gp2";
}

const percent = (share: number): string => String(Number((share * 100).toPrecision(2)));
