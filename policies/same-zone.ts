import type { ReportViolation, StackValidationPolicy } from "@pulumi/policy";
import { drivesOf, type Drive } from "./kit/drives";
import { checkStack } from "./kit/policy";
import type { StackView } from "./kit/stack";
import { quote } from "./kit/text";
import { TYPE, type Seen } from "./kit/types";
import { ask, notYet, UNKNOWN, type Unknown } from "./kit/unknown";

const NAME = "same-zone";

export const sameZone: StackValidationPolicy = {
    name: NAME,
    description:
        "A volume is in the zone of the instance it is attached to, and all volumes of one drive are in one zone.",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps:
        "Give volume and instance the same availabilityZone. To move data to another zone, restore its snapshot there: a volume " +
        "never changes its zone.",
    url: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-attaching-volume.html",
    validateStack: checkStack(TYPE.volume, (stack, report) => {
        for (const { attachment, volume, server } of stack.attached) {
            if (volume === undefined || server === undefined) continue;
            if (volume === UNKNOWN || server === UNKNOWN) {
                notYet(report, NAME, `what attachment ${quote(attachment.name)} joins`, attachment.urn);
                continue;
            }
            const from = zoneOfVolume(volume);
            const to = zoneOfServer(stack, server);
            if (from === UNKNOWN) notYet(report, NAME, `the zone of volume ${quote(volume.name)}`, volume.urn);
            else if (to === UNKNOWN) notYet(report, NAME, `the zone of instance ${quote(server.name)}`, server.urn);
            else if (from !== undefined && to !== undefined && from !== to) {
                report(
                    `volume ${quote(volume.name)} is in ${quote(from)} but instance ${quote(server.name)} is in ${quote(to)}`,
                    attachment.urn,
                );
            }
        }
        for (const drive of drivesOf(stack)) oneZone(drive, report);
    }),
};

function oneZone(drive: Drive, report: ReportViolation): void {
    const zones = new Map<string, Seen<typeof TYPE.volume>[]>();
    for (const { volume } of drive.volumes) {
        const zone = zoneOfVolume(volume);
        if (zone === undefined || zone === UNKNOWN) continue;
        const sisters = zones.get(zone);
        if (sisters) sisters.push(volume);
        else zones.set(zone, [volume]);
    }
    // The zone of most is the drive's; of equals the first by name.
    const [home, ...others] = [...zones].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
    for (const [zone, volumes] of others) {
        for (const volume of volumes) {
            report(
                `volume ${quote(volume.name)} is in ${quote(zone)} but drive ${quote(drive.name)} is in ${quote(home?.[0] ?? "")}`,
                volume.urn,
            );
        }
    }
}

const zoneOfVolume = (volume: Seen<typeof TYPE.volume>) => ask(() => volume.props.availabilityZone);

/** Its own word, else the zone of its subnet, reached by itself or by its network interface. */
function zoneOfServer(stack: StackView, server: Seen<typeof TYPE.instance>): string | Unknown | undefined {
    const own = ask(() => server.props.availabilityZone);
    if (typeof own === "string") return own;
    const card = stack.target(server, "primaryNetworkInterface", TYPE.networkInterface);
    const older = card ?? stack.target(server, "networkInterfaces", TYPE.networkInterface);
    const host = older === undefined || older === UNKNOWN ? server : older;
    const subnet = stack.target(host, "subnetId", TYPE.subnet);
    if (subnet === undefined || subnet === UNKNOWN) return own;
    const zone = ask(() => subnet.props.availabilityZone);
    return zone === undefined ? own : zone;
}
