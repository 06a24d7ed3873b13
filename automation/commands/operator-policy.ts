import type { OperatorPolicy } from "./policy-document";
import { z } from "zod";
import { DriveConfig } from "../../infra/model/config";
import { InvalidInput } from "../../infra/model/errors";
import { schemaFaults } from "../../infra/model/faults";
import { filledTemplate, partitionOf } from "./policy-template";

/**
 * Who publishes the images that `init` pins: Debian's own account. It is a verified provider, and EC2 shows such public images under
 * the alias `amazon`; AWS's reference gives alias or account id for the condition key ec2:Owner and does not say which of the two
 * a verified provider's image has ("Understand shared AMI usage", "Actions … for Amazon EC2", read November 2026), so both are here.
 */
const DEBIAN = ["136693071363", "amazon"] as const;

const id = (prefix: string) =>
    z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `an id such as ${prefix}-0123456789abcdef0`);

const Where = {
    name: DriveConfig.shape.name,
    region: z
        .string()
        .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, "a region such as us-east-1")
        .optional(),
    partition: z
        .string()
        .regex(/^aws(-[a-z]+)*$/, "a partition such as aws or aws-us-gov")
        .optional(),
};

const Operator = z.strictObject({
    for: z.enum(["operator", "backup"]).optional(),
    ...Where,
    vpc: id("vpc"),
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

const Backup = z.strictObject({ for: z.literal("backup"), ...Where });

export interface OperatorPolicyInput {
    /** Whose rights: of the person who makes, grows and deletes the drive. */
    readonly for?: "operator" | undefined;
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

export interface BackupPolicyInput extends Pick<OperatorPolicyInput, "name" | "region" | "partition"> {
    /** Of a timer that takes backup sets: it deletes nothing, makes no volume, and changes no set but its mark of consistency. */
    readonly for: "backup";
}

/**
 * Rights for one drive: docs/iam-policy.json or docs/iam-policy-backup.json with its placeholders filled. Asks nobody and needs no account.
 * @throws InvalidInput with all faults at once
 */
export function operatorPolicy(input: OperatorPolicyInput | BackupPolicyInput): OperatorPolicy {
    return input.for === "backup" ? backup(input) : operator(input);
}

function backup(input: BackupPolicyInput): OperatorPolicy {
    const { name, region, partition } = checked(Backup, input);
    return filledTemplate("docs/iam-policy-backup.json", {
        DRIVE: [name],
        PARTITION: [partition ?? partitionOf(region)],
        REGION: [region ?? "*"],
    });
}

function checked<T extends z.ZodObject>(schema: T, input: object): z.infer<T> {
    const parsed = schema.safeParse(input);
    if (parsed.success) return parsed.data;
    throw new InvalidInput("policy", schemaFaults(schema, parsed.error.issues, input));
}

function operator(input: OperatorPolicyInput): OperatorPolicy {
    const found = checked(Operator, input);
    const { name, vpc, region, imageOwners, instanceTypes, tagKeys } = found;
    const partition = found.partition ?? partitionOf(region);
    if (partition !== "aws" && imageOwners === undefined) {
        const reason = `missing; the account that publishes your image in the partition ${partition}`;
        throw new InvalidInput("policy", [{ path: "imageOwners", reason }], `Debian's in it: ${DEBIAN_WIKI}`);
    }
    return filledTemplate("docs/iam-policy.json", {
        DRIVE: [name],
        VPC: [vpc],
        PARTITION: [partition],
        REGION: [region ?? "*"],
        IMAGE_OWNERS: imageOwners ?? DEBIAN,
        INSTANCE_TYPES: instanceTypes ?? ["*"],
        INTERFACE: [found.interface ?? "*"],
        TAG_KEYS: tagKeys ?? [],
    });
}

const DEBIAN_WIKI = "https://wiki.debian.org/Cloud/AmazonEC2Image";
