import { TAG } from "../../infra/model/names";
import type { AwsData } from "./aws-data";
import type { Context, Named, Question } from "./judge";

export type Tags = Readonly<Record<string, string>>;

/** Something in an account that a call names. */
export interface Thing {
    readonly type: string;
    readonly id: string;
    /** What it carries already. */
    readonly tags?: Tags;
    /** What the call wants it to carry. */
    readonly asked?: Tags;
    /** Where it is and what it is, as condition keys. */
    readonly facts?: Context;
}

/** What somebody does, in one call or in several. */
export interface Deed {
    readonly sentence: string;
    readonly questions: readonly Question[];
}

export const REGION = "us-east-1";
export const ACCOUNT = "111122223333";
export const DRIVE = "content";
export const VPC = "vpc-0123456789abcdef0";
export const OTHER_VPC = "vpc-0fedcba9876543210";
export const INTERFACE = "eni-0123456789abcdef0";
export const DEBIAN = "136693071363";

/** Things of the drive, of others, and of the network, by AWS's own ARN formats. */
export class World {
    constructor(private readonly aws: AwsData) {}

    arn(type: string, id: string): string {
        const format = this.aws.arnFormat("ec2", type);
        return format
            .replace("${Partition}", "aws")
            .replace("${Region}", REGION)
            .replace("${Account}", ACCOUNT)
            .replace(/\$\{\w+\}$/, id);
    }

    /**
     * One call. What it asks tags for is judged as CreateTags too, with the creating action's name (EC2 user guide, "Grant permission to
     * tag Amazon EC2 resources during creation", read November 2026).
     */
    call(name: string, things: readonly Thing[] = [], facts: Context = {}): Question[] {
        const context = { "ec2:Region": REGION, ...facts };
        const main = { action: `ec2:${name}`, named: things.map((thing) => this.named(thing)), context };
        const tagged = /^(Create|Delete)Tags$/.test(name) ? [] : things.filter(({ asked }) => asked !== undefined);
        return [
            main,
            ...tagged.map((thing) => ({
                action: "ec2:CreateTags",
                named: [this.named(thing)],
                context: { ...context, "ec2:CreateAction": name },
            })),
        ];
    }

    private named({ type, id, tags = {}, asked, facts = {} }: Thing): Named {
        const keys = (prefix: string, of: Tags): [string, string][] =>
            Object.entries(of).map(([key, value]) => [`${prefix}/${key}`, value]);
        return {
            type,
            arn: this.arn(type, id),
            context: {
                ...Object.fromEntries([...keys("aws:ResourceTag", tags), ...keys("aws:RequestTag", asked ?? {})]),
                ...(asked !== undefined && Object.keys(asked).length > 0 && { "aws:TagKeys": Object.keys(asked) }),
                ...this.facts(type, id),
                ...facts,
            },
        };
    }

    private facts(type: string, id: string): Context {
        switch (type) {
            case "subnet":
                return { "ec2:Vpc": this.arn("vpc", VPC), "ec2:SubnetID": id };
            case "security-group":
                return { "ec2:Vpc": this.arn("vpc", VPC), "ec2:SecurityGroupID": id };
            case "network-interface":
                return { "ec2:Vpc": this.arn("vpc", VPC), "ec2:NetworkInterfaceID": id };
            case "instance":
                return { "ec2:InstanceType": "m7i.large" };
            case "image":
                return { "ec2:Owner": DEBIAN, "ec2:Public": "true" };
            default:
                return {};
        }
    }
}

const IDS: Readonly<Record<string, string>> = { "network-interface": INTERFACE };

/** A part of the drive that is there. */
export const own = (type: string, tags: Tags = {}): Thing => ({
    type,
    id: IDS[type] ?? `own-${type}`,
    tags: { [TAG.drive]: DRIVE, ...tags },
});

/** Somebody else's: untagged, or tagged as it is given. */
export const foreign = (type: string, tags: Tags = {}): Thing => ({ type, id: `foreign-${type}`, tags });

/** What a call is about to make, with the drive's tag or as it is given. */
export const made = (type: string, asked: Tags | undefined = { Name: "content-ba", [TAG.drive]: DRIVE }): Thing => ({
    type,
    id: `new-${type}`,
    ...(asked === undefined ? {} : { asked }),
});

/** Made without a word about tags. */
export const untagged = (type: string): Thing => ({ type, id: `new-${type}` });

export const place = (type: "subnet" | "image" | "vpc"): Thing => ({ type, id: type === "vpc" ? VPC : `the-${type}` });

/** The same, with other tags asked for. */
export const asking = (thing: Thing, asked: Tags): Thing => ({ ...thing, asked });
