import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { operatorPolicy } from "../automation";
import { attacks, narrowAttacks } from "./iam/attacks";
import type { AwsData } from "./iam/aws-data";
import { awsData } from "./iam/aws-data";
import { calls } from "./iam/calls";
import { denied } from "./iam/judge";
import { deadParts, parsePolicy, size } from "./iam/policy";
import { listOf, Trial } from "./iam/trial";
import type { Deed } from "./iam/world";
import { DEBIAN, DRIVE, INTERFACE, VPC, World } from "./iam/world";
import { REPOSITORY } from "./setup/key";
import { filesUnder } from "./test/tree";

/** As it is filled for the first `up`; and once the drive is there, with all that narrows it. */
const WIDE = operatorPolicy({ name: DRIVE, vpc: VPC });
const NARROW = operatorPolicy({
    name: DRIVE,
    vpc: VPC,
    region: "us-east-1",
    imageOwners: [DEBIAN],
    instanceTypes: ["m7i.*"],
    interface: INTERFACE,
});

describe("the operator's IAM policy", function () {
    this.timeout(20_000);
    let aws: AwsData;
    let trial: Trial;
    let allowed: Deed[];
    let attacked: Deed[];
    let narrowed: Deed[];
    before(async () => {
        aws = await awsData(["ec2"]);
        trial = new Trial(aws);
        const world = new World(aws);
        allowed = calls(world);
        attacked = attacks(world);
        narrowed = [...attacked, ...narrowAttacks(world)];
    });

    for (const [what, policy] of Object.entries({ "for the first up": WIDE, "narrowed to what is there": NARROW })) {
        it(`${what}: allows every call of driver and provider, on every resource that it names`, () => {
            assert.ok(allowed.length > 45, `${allowed.length} calls`);
            assert.deepEqual(trial.missing(policy, allowed), []);
        });

        it(`${what}: has no part that AWS's lists make useless`, () =>
            assert.deepEqual(deadParts(parsePolicy(policy, aws), aws), []));
    }

    it("denies every attack, with what AWS says IAM knows and with all that the call says", () => {
        assert.ok(attacked.length >= 25, `${attacked.length} attacks`);
        assert.deepEqual(trial.open(WIDE, attacked), []);
        assert.deepEqual(trial.open(NARROW, narrowed), []);
    });

    it("would let each attack through if it had the actions alone: no attack is denied for a slip of its own", () =>
        assert.deepEqual(trial.hollow(narrowed), []));

    it("has no right too many: without any one action, or any one resource, some call is denied", () =>
        assert.deepEqual(trial.idleParts(WIDE, allowed), []));

    it("has no condition too many: without any one of them some attack succeeds", () =>
        assert.deepEqual(
            trial.idleConditions({ policy: WIDE, attacks: attacked }, { policy: NARROW, attacks: narrowed }),
            [],
        ));

    it("fits one policy document, also with the longest names", () => {
        const longest = operatorPolicy({
            name: `c${"o".repeat(30)}`,
            vpc: VPC,
            region: "us-gov-west-1",
            imageOwners: [DEBIAN, "210987654321", "amazon"],
            instanceTypes: ["m7i.*", "m7g.*", "r7i.*", "c7i.*"],
            interface: INTERFACE,
            tagKeys: ["CostCenter", "Environment", "Owner", "Project"],
        });
        assert.ok(size(longest) <= 6_144, `${size(longest)} characters`);
        assert.ok(!JSON.stringify(longest).includes("${"));
    });

    it("covers every call to EC2 in the source, of the driver and of the provider", () => {
        const actions = new Set(WIDE.Statement.flatMap(({ Action }) => listOf(Action)));
        for (const [folder, least] of [
            ["automation/ec2", 15],
            ["lab/plugins/aws", 25],
        ] as const) {
            const found = [...callsIn(folder)];
            assert.ok(found.length >= least, `${folder}: ${found.length} calls`);
            assert.deepEqual(
                found.filter((call) => !actions.has(`ec2:${call}`) && !NEEDS_NO_RIGHT.has(call)),
                [],
                `${folder}: a call without a right: docs/iam-policy.json, and tools/iam/calls.ts with all that it names`,
            );
        }
    });

    it("comes in the guide with statements for a key of one's own that AWS knows, and that allow its use through EC2 alone", async () => {
        const kms = await awsData(["kms"]);
        const guide = readFileSync(join(REPOSITORY, "docs/guide.md"), "utf8");
        const [, block] = /```json\n(\[[^`]*kms:[^`]*)```/.exec(guide)!;
        const policy = parsePolicy({ Version: "2012-10-17", Statement: JSON.parse(block!) as unknown }, kms);
        assert.deepEqual(deadParts(policy, kms), []);
        const arn = policy.statements[0]!.resources[0]!;
        const asks = (action: string, context: Record<string, string>): number =>
            denied(policy, { action, named: [{ type: "key", arn, context }], context: {} }, "listed", kms).length;
        assert.equal(asks("kms:Decrypt", { "kms:ViaService": "ec2.us-east-1.amazonaws.com" }), 0);
        assert.equal(asks("kms:Decrypt", {}), 1);
        assert.equal(asks("kms:CreateGrant", { "kms:GrantIsForAWSResource": "true" }), 0);
        assert.equal(asks("kms:CreateGrant", { "kms:GrantIsForAWSResource": "false" }), 1);
    });

    it("names every action, and none outside EC2", () => {
        const actions = WIDE.Statement.flatMap(({ Action }) => listOf(Action));
        assert.deepEqual(
            actions.filter((action) => !/^ec2:[A-Za-z]+$/.test(action)),
            [],
        );
    });
});

/** STS answers it to everybody, whatever a policy says (STS reference, GetCallerIdentity). */
const NEEDS_NO_RIGHT = new Set(["GetCallerIdentity"]);

/** Every call to EC2 in the source: the driver's command classes and listings by page, and the provider's methods as the stand-in has them. */
function callsIn(folder: string): Set<string> {
    const code = filesUnder(REPOSITORY, folder).filter(
        (path) => path.endsWith(".ts") && !/\.(spec|scenario|long)\.ts$/.test(path),
    );
    const verb =
        "allocate|associate|attach|authorize|create|delete|describe|detach|disassociate|modify|reboot|release|revoke|run|start|stop|terminate";
    return new Set(
        code.flatMap((path) => {
            const text = readFileSync(join(REPOSITORY, path), "utf8");
            return [
                ...[...text.matchAll(/\b([A-Z][A-Za-z]+)Command\b/g)].map((match) => match[1]!),
                ...[...text.matchAll(/\bpaginate([A-Z][A-Za-z]+)\(/g)].map((match) => match[1]!),
                ...[...text.matchAll(new RegExp(`\\.((?:${verb})[A-Z][A-Za-z]+)\\(`, "g"))].map(
                    ([, method]) => method![0]!.toUpperCase() + method!.slice(1),
                ),
            ];
        }),
    );
}
