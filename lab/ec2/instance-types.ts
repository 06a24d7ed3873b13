import { Ec2Error } from "./errors";

/** What the lab must know of a type to refuse what EC2 refuses. */
export interface InstanceType {
    readonly name: string;
    readonly maximumEbsAttachments: number;
    /** `shared`: network interfaces count as well. */
    readonly attachmentLimit: "shared" | "dedicated";
    readonly maximumInterfaces: number;
    readonly architectures: readonly string[];
    readonly burstable: boolean;
    readonly vcpus: number;
}

export interface InstanceTypes {
    /** Undefined when EC2 has no type of that name. */
    find(name: string): Promise<InstanceType | undefined>;
}

export async function requireType(types: InstanceTypes, name: string): Promise<InstanceType> {
    const type = await types.find(name);
    if (type === undefined) {
        throw new Ec2Error("InvalidParameterValue", `Invalid value '${name}' for InstanceType.`);
    }
    return type;
}

const all = (xml: string, name: string): string[] =>
    [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map((match) => match[1] ?? "");

/** Reads one `<item>` of DescribeInstanceTypes. */
export function parseInstanceType(xml: string): InstanceType {
    const number = (name: string, otherwise: number): number => Number(all(xml, name)[0] ?? otherwise);
    const architectures = /<supportedArchitectures>(.*?)<\/supportedArchitectures>/s.exec(xml)?.[1] ?? "";
    return {
        name: all(xml, "instanceType")[0] ?? "",
        maximumEbsAttachments: number("maximumEbsAttachments", 28),
        attachmentLimit: all(xml, "attachmentLimitType")[0] === "dedicated" ? "dedicated" : "shared",
        maximumInterfaces: number("maximumNetworkInterfaces", 3),
        architectures: all(architectures, "item"),
        burstable: all(xml, "burstablePerformanceSupported")[0] === "true",
        vcpus: number("defaultVCpus", 1),
    };
}
