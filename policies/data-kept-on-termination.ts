import type { ReportViolation, ResourceValidationPolicy } from "@pulumi/policy";
import { checkAny } from "./kit/policy";
import { quote } from "./kit/text";
import { isOf, TYPE, type Judged } from "./kit/types";
import { ask, elements, known, notYet, UNKNOWN } from "./kit/unknown";

const NAME = "data-kept-on-termination";

/** What images call their root volume; in a template nothing else tells it from data. */
const ROOTS = ["/dev/sda1", "/dev/xvda"];

export const dataKeptOnTermination: ResourceValidationPolicy = {
    name: NAME,
    description: "No data volume is deleted when its instance is terminated.",
    enforcementLevel: "mandatory",
    severity: "critical",
    remediationSteps:
        "Set deleteOnTermination: false on every data device (it is true where nothing is said), or better, declare the volume as a " +
        "resource of its own. The root volume may go with the instance: it holds no data. In a launch template /dev/sda1 and /dev/xvda count as root.",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/preserving-volumes-on-termination.html",
    validateResource: checkAny([TYPE.instance, TYPE.launchTemplate], (resource, report) => {
        if (isOf(resource, TYPE.instance)) inlineDevices(resource, report);
        if (isOf(resource, TYPE.launchTemplate)) templateDevices(resource, report);
    }),
};

function inlineDevices(server: Judged<typeof TYPE.instance>, report: ReportViolation): void {
    const devices = ask(() => server.props.ebsBlockDevices);
    if (devices === UNKNOWN)
        return notYet(report, NAME, `ebsBlockDevices of instance ${quote(server.name)}`, server.urn);
    elements(devices).forEach((device, index) => {
        const name = device === UNKNOWN ? undefined : known(() => device?.deviceName);
        const what = `volume ${nameOrNumber(name, index)} of instance ${quote(server.name)}`;
        const deleted = device === UNKNOWN ? UNKNOWN : ask(() => device?.deleteOnTermination);
        if (deleted === UNKNOWN) return notYet(report, NAME, `deleteOnTermination of ${what}`, server.urn);
        if (deleted === false) return;
        const why = deleted === undefined ? "is not said, so it is true" : "is true";
        report(`${what} is deleted with the instance: deleteOnTermination ${why}`);
    });
}

/** A template's values are text, and it may name devices that are no EBS volumes. */
function templateDevices(template: Judged<typeof TYPE.launchTemplate>, report: ReportViolation): void {
    const devices = ask(() => template.props.blockDeviceMappings);
    if (devices === UNKNOWN)
        return notYet(report, NAME, `blockDeviceMappings of launch template ${quote(template.name)}`, template.urn);
    elements(devices).forEach((device, index) => {
        const name = device === UNKNOWN ? undefined : known(() => device?.deviceName);
        if (name !== undefined && ROOTS.includes(name)) return;
        const what = `volume ${nameOrNumber(name, index)} of launch template ${quote(template.name)}`;
        const disk = device === UNKNOWN ? UNKNOWN : ask(() => device?.ebs);
        if (disk === undefined || disk === null) return;
        const deleted = disk === UNKNOWN ? UNKNOWN : ask(() => disk.deleteOnTermination);
        if (deleted === UNKNOWN) return notYet(report, NAME, `deleteOnTermination of ${what}`, template.urn);
        if (String(deleted) === "false") return;
        const why = deleted === undefined ? "is not said" : "is true";
        report(`${what} is deleted with its instances: deleteOnTermination ${why}`);
    });
}

const nameOrNumber = (name: string | undefined, index: number): string =>
    name === undefined ? `number ${index + 1}` : quote(name);
