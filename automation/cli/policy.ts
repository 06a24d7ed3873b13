import type { Command } from "commander";
import type { Message } from "../index";
import { MSG, operatorPolicy } from "../index";

interface PolicyFlags {
    readonly for?: string;
    readonly name: string;
    readonly vpc?: string;
    readonly region?: string;
    readonly partition?: string;
    readonly imageOwner?: readonly string[];
    readonly instanceType?: readonly string[];
    readonly interface?: string;
    readonly tagKey?: readonly string[];
}

const collect = (value: string, all: readonly string[] | undefined): string[] => [...(all ?? []), value];

/** It needs no stack, no project and no account: whoever gives out rights runs it before there is any of these. */
export function policyVerb(command: Command, emit: (message: Message) => void): void {
    command
        .requiredOption("--name <name>", "the drive's name")
        .option("--for <whom>", "operator (default), or backup: a timer that takes backup sets and can delete nothing")
        .option("--vpc <id>", "the VPC that the drive's subnet is in; the operator's policy needs it")
        .option("--region <region>", "its region (default: every region of the partition aws)")
        .option("--partition <name>", "where the region's name does not tell it: aws, aws-us-gov, aws-cn …")
        .option("--image-owner <account>", "whose images a server may be started from (default: Debian's)", collect)
        .option("--instance-type <pattern>", "types that the server may have, such as m7i.* (default: every)", collect)
        .option("--interface <id>", "the drive's network interface, once it is there (default: every one of the VPC)")
        .option("--tag-key <key>", "a tag key of yours that may be set too, such as CostCenter", collect)
        .option("--json", "one JSON line for programs")
        .option("--debug", "show stack traces")
        .action((flags: PolicyFlags) => {
            const policy = operatorPolicy(policyInput(flags));
            emit(MSG.OPERATOR_POLICY(JSON.stringify(policy, undefined, 2), { policy }));
        });
}

type Input = Parameters<typeof operatorPolicy>[0];

/** What was not given is not there: a flag that means nothing to this policy is refused, not overlooked. */
function policyInput(flags: PolicyFlags): Input {
    const given = Object.entries(asInput(flags)).filter(([, value]) => value !== undefined);
    return Object.fromEntries(given) as unknown as Input;
}

const asInput = (flags: PolicyFlags) => ({
    for: flags.for,
    name: flags.name,
    vpc: flags.vpc,
    region: flags.region,
    partition: flags.partition,
    imageOwners: flags.imageOwner,
    instanceTypes: flags.instanceType,
    interface: flags.interface,
    tagKeys: flags.tagKey,
});

export const POLICY_EXAMPLES = [
    [
        "For one drive in one VPC",
        "elastic-drive policy --name content --vpc vpc-0123456789abcdef0 --region us-east-1 > policy.json\n" +
            "  aws iam create-policy --policy-name elastic-drive-content --policy-document file://policy.json",
    ],
    [
        "For the timer that takes its backup sets",
        "elastic-drive policy --for backup --name content --region us-east-1 > backup-policy.json",
    ],
    [
        "With images of your own account in GovCloud",
        "elastic-drive policy --name content --vpc vpc-0123456789abcdef0 --region us-gov-west-1 \\\n" +
            "      --image-owner 111122223333",
    ],
] as const;
