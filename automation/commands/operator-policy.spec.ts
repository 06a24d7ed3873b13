import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidInput } from "../../infra/model/errors";
import { HOME } from "../engine/package-root";
import { program } from "../cli/program";
import { type OperatorPolicyInput, operatorPolicy } from "./operator-policy";

const least: OperatorPolicyInput = { name: "content", vpc: "vpc-0a1b2c3d" };
const statement = (sid: string, input: OperatorPolicyInput) =>
    operatorPolicy(input).Statement.find(({ Sid }) => Sid === sid)!;

describe("the operator's policy of one drive", () => {
    it("has every placeholder of the template filled, whatever is left out", () => {
        const template = readFileSync(join(HOME, "docs/iam-policy.json"), "utf8");
        assert.ok(template.includes("${DRIVE}"));
        const { Version, Statement } = operatorPolicy(least);
        assert.equal(Version, "2012-10-17");
        assert.equal(Statement.length, (JSON.parse(template) as { Statement: unknown[] }).Statement.length);
        assert.ok(!JSON.stringify(Statement).includes("${"));
    });

    it("is for one name, one VPC, every region, Debian's images and every type", () => {
        assert.deepEqual(statement("LaunchTagged", least), {
            Sid: "LaunchTagged",
            Effect: "Allow",
            Action: "ec2:RunInstances",
            Resource: "arn:aws:ec2:*:*:instance/*",
            Condition: {
                StringEquals: { "aws:RequestTag/elastic-drive:drive": "content" },
                StringLike: { "ec2:InstanceType": ["*"] },
            },
        });
        assert.deepEqual(statement("LaunchFromTrustedImages", least).Condition, {
            StringEquals: { "ec2:Owner": ["136693071363", "amazon"] },
        });
        assert.equal(statement("DoorInTheVpc", least).Resource, "arn:aws:ec2:*:*:vpc/vpc-0a1b2c3d");
    });

    it("takes lists where lists are, and narrows where it is told", () => {
        const input: OperatorPolicyInput = {
            ...least,
            region: "eu-central-1",
            imageOwners: ["111122223333"],
            instanceTypes: ["m7i.*", "r7i.large"],
            interface: "eni-0a1b2c3d",
            tagKeys: ["CostCenter", "Owner"],
        };
        assert.deepEqual(statement("LaunchTagged", input).Condition!["StringLike"], {
            "ec2:InstanceType": ["m7i.*", "r7i.large"],
        });
        assert.deepEqual(statement("LaunchFromTrustedImages", input).Condition!["StringEquals"], {
            "ec2:Owner": ["111122223333"],
        });
        assert.equal(
            statement("LaunchOnAnInterfaceOfTheVpc", input).Resource,
            "arn:aws:ec2:eu-central-1:*:network-interface/eni-0a1b2c3d",
        );
        assert.deepEqual(statement("TagTheDrivesOwn", input).Condition!["ForAllValues:StringLike"], {
            "aws:TagKeys": ["Name", "elastic-drive:*", "CostCenter", "Owner"],
        });
    });

    it("knows the region's partition, and has it said where images have another owner", () => {
        const owners = { imageOwners: ["111122223333"] };
        const partition = (input: Partial<OperatorPolicyInput>) =>
            String(statement("LaunchTagged", { ...least, ...input }).Resource).split(":")[1];
        assert.deepEqual(
            ["us-east-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1", "us-isob-east-1"].map((region) =>
                partition({ ...owners, region }),
            ),
            ["aws", "aws-us-gov", "aws-cn", "aws-eusc", "aws-iso-b"],
        );
        assert.equal(partition({ ...owners, region: "mars-north-1", partition: "aws-mars" }), "aws-mars");
        assert.throws(
            () => operatorPolicy({ ...least, region: "us-gov-west-1" }),
            (error) => error instanceof InvalidInput && /imageOwners: missing; .*aws-us-gov/.test(error.message),
        );
    });

    it("is refused with all faults at once: nothing of the input can widen it", () => {
        const wrong = {
            name: "*",
            vpc: "vpc-*",
            region: "*",
            partition: "aws:ec2:*:*:*",
            imageOwners: ["*"],
            instanceTypes: [],
            interface: "eni-*",
            tagKeys: ["elastic-drive:drive", "*"],
            regoin: "us-east-1",
        };
        assert.throws(
            () => operatorPolicy(wrong),
            (error) => {
                assert.ok(error instanceof InvalidInput);
                assert.deepEqual(
                    [...new Set(error.faults.map(({ path }) => path.split(/[.[]/)[0]))].sort(),
                    Object.keys(wrong).sort(),
                );
                return true;
            },
        );
    });

    it("is another one for the timer that takes backup sets, which takes no more than it means", () => {
        const policy = operatorPolicy({ for: "backup", name: "content", region: "us-gov-west-1" });
        const text = JSON.stringify(policy);
        assert.ok(!text.includes("${"));
        assert.ok(text.includes('"arn:aws-us-gov:ec2:us-gov-west-1::snapshot/*"'));
        assert.ok(text.includes('{"aws:RequestTag/elastic-drive:drive":"content"}'));
        const refusal = (input: object, of: RegExp): void =>
            assert.throws(
                () => operatorPolicy(input as OperatorPolicyInput),
                (error) => error instanceof InvalidInput && of.test(error.message),
            );
        refusal({ for: "backup", name: "*" }, /name: /);
        refusal({ for: "backup", name: "content", vpc: "vpc-0a1b2c3d" }, /vpc: /);
        refusal({ for: "nobody", name: "content", vpc: "vpc-0a1b2c3d" }, /for: got 'nobody'; one of operator, backup/);
        refusal({ name: "content" }, /vpc: missing/);
    });

    it("is a command of its own, which needs no project", async () => {
        const said = async (line: string): Promise<unknown> => {
            const lines: string[] = [];
            const write = process.stdout.write;
            process.stdout.write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
            try {
                const { signal } = new AbortController();
                const invocation = { signal, json: false, yes: false, exit: () => undefined };
                await program(invocation).parseAsync(line.split(" "), { from: "user" });
            } finally {
                process.stdout.write = write;
            }
            return JSON.parse(lines.join(""));
        };
        const plain = (value: object): unknown => JSON.parse(JSON.stringify(value));
        assert.deepEqual(
            await said(
                "policy --name content --vpc vpc-0a1b2c3d --image-owner 111122223333 --image-owner 444455556666",
            ),
            plain(operatorPolicy({ ...least, imageOwners: ["111122223333", "444455556666"] })),
        );
        assert.deepEqual(
            await said("policy --for backup --name content --region us-east-1"),
            plain(operatorPolicy({ for: "backup", name: "content", region: "us-east-1" })),
        );
        await assert.rejects(said("policy --for backup --name content --vpc vpc-0a1b2c3d"), { code: "InvalidInput" });
        await assert.rejects(said("policy --name content"), { code: "InvalidInput" });
    });
});
