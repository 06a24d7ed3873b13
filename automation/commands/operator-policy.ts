import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { DriveConfig } from "../../infra/model/config";
import { InvalidInput } from "../../infra/model/errors";
import { schemaFaults } from "../../infra/model/faults";
import { PACKAGE } from "../engine/package-root";

export interface PolicyStatement {
    readonly Sid: string;
    readonly Effect: "Allow";
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** An IAM policy document, as `aws iam create-policy --policy-document` takes it. */
export interface OperatorPolicy {
    readonly Version: "2012-10-17";
    readonly Statement: readonly PolicyStatement[];
}

/**
 * Who publishes the images that `init` pins: Debian's own account. It is a verified provider, and EC2 shows such public images under
 * the alias `amazon`; AWS's reference gives alias or account id for the condition key ec2:Owner and does not say which of the two
 * a verified provider's image has ("Understand shared AMI usage", "Actions … for Amazon EC2", read November 2026), so both are here.
 */
const DEBIAN = ["136693071363", "amazon"] as const;

/** Parts of AWS that share nothing with each other, known by how their regions' names begin. */
const PARTITIONS = [
    ["us-gov-", "aws-us-gov"],
    ["cn-", "aws-cn"],
    ["eusc-", "aws-eusc"],
    ["us-iso-", "aws-iso"],
    ["us-isob-", "aws-iso-b"],
] as const;

const id = (prefix: string) =>
    z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `an id such as ${prefix}-0123456789abcdef0`);

const Input = z.strictObject({
    name: DriveConfig.shape.name,
    vpc: id("vpc"),
    region: z
        .string()
        .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, "a region such as us-east-1")
        .optional(),
    partition: z
        .string()
        .regex(/^aws(-[a-z]+)*$/, "a partition such as aws or aws-us-gov")
        .optional(),
    imageOwners: z
        .array(z.string().regex(/^(\d{12}|amazon|aws-marketplace)$/, "an account's 12 digits, or amazon"))
        .min(1)
        .optional(),
    instanceTypes: z
        .array(z.string().regex(/^[a-z0-9*?.-]+$/, "instance types such as m7i.large or m7i.*"))
        .min(1)
        .optional(),
    interface: id("eni").optional(),
    tagKeys: z
        .array(z.string().regex(/^(?!aws:|elastic-drive:)[\w.:/=+@ -]{1,127}$/i, "a tag key such as CostCenter"))
        .optional(),
});

export interface OperatorPolicyInput {
    /** The drive's name. */
    readonly name: string;
    /** The VPC its subnet is in. */
    readonly vpc: string;
    /** @default every region */
    readonly region?: string | undefined;
    /** @default what the region belongs to; without one `aws` */
    readonly partition?: string | undefined;
    /** Whose images a server may be started from. @default Debian's */
    readonly imageOwners?: readonly string[] | undefined;
    /** Patterns of types that the server may have. @default every type */
    readonly instanceTypes?: readonly string[] | undefined;
    /** The drive's network interface, once it is there. @default every one of the VPC that is free */
    readonly interface?: string | undefined;
    /** Tags beside the drive's own that may be set, such as the provider's default tags. */
    readonly tagKeys?: readonly string[] | undefined;
}

/**
 * The operator's rights for one drive: docs/iam-policy.json with its placeholders filled. Asks nobody and needs no account.
 * @throws InvalidInput with all faults at once
 */
export function operatorPolicy(input: OperatorPolicyInput): OperatorPolicy {
    const parsed = Input.safeParse(input);
    if (!parsed.success) throw new InvalidInput("policy", schemaFaults(Input, parsed.error.issues, input));
    const { name, vpc, region, imageOwners, instanceTypes, tagKeys } = parsed.data;
    const partition = parsed.data.partition ?? PARTITIONS.find(([prefix]) => region?.startsWith(prefix))?.[1] ?? "aws";
    if (partition !== "aws" && imageOwners === undefined) {
        const reason = `missing; the account that publishes your image in the partition ${partition}`;
        throw new InvalidInput("policy", [{ path: "imageOwners", reason }], `Debian's in it: ${DEBIAN_WIKI}`);
    }
    return filled({
        DRIVE: [name],
        VPC: [vpc],
        PARTITION: [partition],
        REGION: [region ?? "*"],
        IMAGE_OWNERS: imageOwners ?? DEBIAN,
        INSTANCE_TYPES: instanceTypes ?? ["*"],
        INTERFACE: [parsed.data.interface ?? "*"],
        TAG_KEYS: tagKeys ?? [],
    });
}

const DEBIAN_WIKI = "https://wiki.debian.org/Cloud/AmazonEC2Image";

/** A placeholder that is a whole member of a list may stand for several, or for none. */
function filled(values: Readonly<Record<string, readonly string[]>>): OperatorPolicy {
    const valuesOf = (placeholder: string): readonly string[] => {
        const found = values[placeholder];
        if (found === undefined) throw new Error(`docs/iam-policy.json has \${${placeholder}}, which nothing fills`);
        return found;
    };
    const fill = (part: unknown): unknown => {
        if (typeof part === "string") return part.replace(/\$\{(\w+)\}/g, (_, name: string) => valuesOf(name)[0]!);
        if (Array.isArray(part)) {
            return part.flatMap((member) => {
                const whole = typeof member === "string" ? /^\$\{(\w+)\}$/.exec(member)?.[1] : undefined;
                return whole === undefined ? [fill(member)] : [...valuesOf(whole)];
            });
        }
        if (typeof part !== "object" || part === null) return part;
        return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, fill(value)]));
    };
    return fill(JSON.parse(readFileSync(join(PACKAGE, "docs/iam-policy.json"), "utf8"))) as OperatorPolicy;
}
