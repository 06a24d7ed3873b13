import type { Fault } from "../../infra/model/errors";
import { DriveError } from "../../infra/model/errors";
import { regionOf, zoneFault } from "../../infra/model/zones";
import type { Ec2, Subnet } from "../ec2/port";
import { architectureOf, machineFacts, type MachineFacts } from "./machine";
import { placeFaults } from "./place";

/** What is said of a new drive's place and server; what is not is chosen. */
export interface Wish {
    readonly zone?: string | undefined;
    readonly subnet?: string | undefined;
    readonly instanceType: string;
    readonly image?: string | undefined;
    readonly slots: Readonly<Record<string, unknown>>;
}

/** What EC2 has for the drive. */
export interface Found {
    readonly subnet: Subnet | undefined;
    readonly imageId: string;
    /** Undefined: EC2 could not be asked. */
    readonly facts?: MachineFacts;
    readonly faults: readonly Fault[];
    /** There is no image to choose: said alone, or with everything else that is wrong. */
    readonly noImage?: DriveError;
}

/** By its zone, where that is one. */
export const zoneRegion = ({ zone }: Wish): string | undefined =>
    zone === undefined || zoneFault(zone) !== undefined ? undefined : regionOf(zone);

/** Where there is no region, or it is not served, nothing can be looked up, and what cannot be looked up is no fault. */
export function nowhere({ zone = "us-east-1a", image = "ami-00000000" }: Wish, ...faults: Fault[]): Found {
    const subnet = { id: "subnet-00000000", vpcId: "vpc-00000000", zone, cidr: "", isDefault: false };
    return { subnet, imageId: image, faults };
}

/** Subnet, type and image, chosen where they are not given. */
export async function look(ec2: Ec2, input: Wish): Promise<Found> {
    try {
        const [subnets, facts] = await Promise.all([
            ec2.subnets(undefined),
            machineFacts(ec2, input.instanceType, input.image),
        ]);
        const subnet = chooseSubnet(subnets, input, facts.zones);
        if (input.image !== undefined) return { subnet, imageId: input.image, facts, faults: [] };
        return { subnet, ...(await chooseImage(ec2, facts)) };
    } catch (error) {
        if (!(error instanceof DriveError) || error.code !== "WrongRegion") throw error;
        return nowhere(input, { path: "zone", reason: `${error.message}; ${error.details.hint}` });
    }
}

/** A default one before others, and where the type is before where it is not (us-east-1e has few of today's). */
function chooseSubnet(
    subnets: readonly Subnet[],
    { subnet, zone }: Wish,
    zones: readonly string[],
): Subnet | undefined {
    if (subnet !== undefined) return subnets.find((candidate) => candidate.id === subnet);
    const isMeant = zone !== undefined && zoneFault(zone) === undefined;
    const fitting = subnets.filter((candidate) => !isMeant || candidate.zone === zone);
    const best = (of: readonly Subnet[]): Subnet | undefined =>
        of.find((candidate) => candidate.isDefault) ?? [...of].sort((a, b) => (a.zone < b.zone ? -1 : 1))[0];
    return best(fitting.filter((candidate) => zones.includes(candidate.zone))) ?? best(fitting);
}

/** Debian's newest of the type's architecture. */
async function chooseImage(ec2: Ec2, facts: MachineFacts): Promise<Omit<Found, "subnet">> {
    const { type } = facts;
    try {
        const [image] = await ec2.debianImages((type && architectureOf(type)) ?? "x86_64");
        return { imageId: image!.id, facts: { ...facts, image }, faults: [] };
    } catch (error) {
        if (!(error instanceof DriveError) || error.code !== "ImageNotFound") throw error;
        const is = type === undefined ? "" : ` (a ${type.name} is ${type.architectures.join(" or ")})`;
        const noImage = new DriveError(error.code, `${error.message}${is}`, error.details);
        return { imageId: "ami-00000000", facts, faults: [], noImage };
    }
}

/** What speaks against what was found. */
export async function judged(ec2: Ec2, input: Wish, found: Found): Promise<Fault[]> {
    const { subnet, imageId, facts, noImage } = found;
    if (facts === undefined) return [];
    const isMeant = input.zone !== undefined && zoneFault(input.zone) === undefined;
    const place = {
        zone: isMeant ? input.zone : subnet?.zone,
        subnetId: input.subnet ?? subnet?.id,
        instanceType: input.instanceType,
        imageId: noImage === undefined ? imageId : undefined,
        carries: { slots: Object.keys(input.slots).length, spare: 1 },
    };
    return placeFaults(ec2, place, facts);
}
