import type { ResourceValidationPolicy } from "@pulumi/policy";
import { check } from "./kit/policy";
import { quote } from "./kit/text";
import { TYPE } from "./kit/types";
import { ask, elements, known, notYet, UNKNOWN } from "./kit/unknown";

const NAME = "data-kept-on-termination";

export const dataKeptOnTermination: ResourceValidationPolicy = {
    name: NAME,
    description: "No data volume is deleted when its instance is terminated.",
    enforcementLevel: "mandatory",
    severity: "critical",
    remediationSteps:
        "Set deleteOnTermination: false on every data device (it is true where nothing is said), or better, declare the volume as a " +
        "resource of its own. The root volume may go with the instance: it holds no data.",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/preserving-volumes-on-termination.html",
    validateResource: check(TYPE.instance, (server, report) => {
        const devices = ask(() => server.props.ebsBlockDevices);
        if (devices === UNKNOWN)
            return notYet(report, NAME, `ebsBlockDevices of instance ${quote(server.name)}`, server.urn);
        elements(devices).forEach((device, index) => {
            const name = device === UNKNOWN ? undefined : known(() => device?.deviceName);
            const which = name === undefined ? `number ${index + 1}` : quote(name);
            const what = `volume ${which} of instance ${quote(server.name)}`;
            const deleted = device === UNKNOWN ? UNKNOWN : ask(() => device?.deleteOnTermination);
            if (deleted === UNKNOWN) return notYet(report, NAME, `deleteOnTermination of ${what}`, server.urn);
            if (deleted === false) return;
            const why = deleted === undefined ? "is not said, so it is true" : "is true";
            report(`${what} is deleted with the instance: deleteOnTermination ${why}`);
        });
    }),
};
