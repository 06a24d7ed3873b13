import { closest } from "./faults";

/** eu-west-1, us-gov-west-1, eusc-de-east-1: a country or two, then where in it, then a number. */
const REGION = "[a-z]{2,4}(?:-[a-z]+)+-\\d{1,2}";
const ZONE = new RegExp(`^(${REGION})[a-z]$`);
const WHERE = "east west north south central northeast northwest southeast southwest".split(" ");

const EXAMPLE = "an availability zone such as us-east-1a";

/**
 * The region of a zone, by its name. Of a Local Zone and a Wavelength Zone too, which are not its last letter longer than their
 * region. Undefined for what is no zone's name.
 */
export function regionOf(zone: string): string | undefined {
    return (ZONE.exec(zone) ?? new RegExp(`^(${REGION})-[a-z]+\\d*-(?:\\d+[a-z]|[a-z]+-wlz-\\d+)$`).exec(zone))?.[1];
}

/** Why a drive cannot be in a zone of that name; undefined: nothing in the name speaks against it. */
export function zoneFault(zone: string): string | undefined {
    if (/-wlz-\d+$/.test(zone))
        return `a Wavelength Zone: EBS has only gp2 there and the network is a carrier's; ${EXAMPLE} is expected`;
    if (new RegExp(`^${REGION}-[a-z]+\\d*-\\d+[a-z]$`).test(zone))
        return `a Local Zone: EBS has not every volume type there, and few instance types; ${EXAMPLE} is expected`;
    if (/^[a-z]+\d+(?:-[a-z]+\d+)*-az\d+$/.test(zone))
        return `a zone's id, which is another zone's name in every account (aws ec2 describe-availability-zones); ${EXAMPLE} is expected`;
    if (new RegExp(`^${REGION}$`).test(zone)) return `a region; a zone of it is expected, such as ${zone}a`;
    const region = ZONE.exec(zone)?.[1];
    if (region === undefined) return EXAMPLE;
    const words = region.split("-");
    const where = words.at(-2)!;
    if (WHERE.includes(where)) return undefined;
    const near = closest(where, WHERE);
    const meant = near === undefined ? "" : `; did you mean '${zone.replace(`-${where}-`, `-${near}-`)}'?`;
    return `there is no region ${region}${meant || `; ${EXAMPLE} is expected`}`;
}
