import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OperatorPolicy, PolicyStatement } from "../automation";
import { operatorPolicy } from "../automation";
import { attacks, narrowAttacks } from "./iam/attacks";
import type { AwsData } from "./iam/aws-data";
import { awsData } from "./iam/aws-data";
import { calls } from "./iam/calls";
import type { Knowledge } from "./iam/judge";
import { denied } from "./iam/judge";
import type { Policy } from "./iam/policy";
import { deadParts, parsePolicy, size } from "./iam/policy";
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
    let allowed: Deed[];
    let attacked: Deed[];
    let narrowed: Deed[];
    before(async () => {
        aws = await awsData(["ec2"]);
        const world = new World(aws);
        allowed = calls(world);
        attacked = attacks(world);
        narrowed = [...attacked, ...narrowAttacks(world)];
    });

    const understood = new WeakMap<OperatorPolicy, Policy>();
    const refused = (policy: OperatorPolicy, { questions }: Deed, knowledge: Knowledge): string[] => {
        const parsed = understood.get(policy) ?? parsePolicy(policy, aws);
        understood.set(policy, parsed);
        return questions.flatMap((question) => denied(parsed, question, knowledge, aws));
    };
    /** Calls that it denies, with what. */
    const missing = (policy: OperatorPolicy): string[] =>
        allowed.flatMap((deed) => refused(policy, deed, "listed").map((what) => `${deed.sentence}: ${what}`));
    const passes = (policy: OperatorPolicy, deed: Deed): boolean =>
        (["listed", "generous"] as const).some((knowledge) => refused(policy, deed, knowledge).length === 0);
    /** Attacks that it lets through, whatever IAM may know. */
    const open = (policy: OperatorPolicy, of: readonly Deed[]): string[] =>
        of.filter((deed) => passes(policy, deed)).map(({ sentence }) => sentence);

    for (const [what, policy] of Object.entries({ "for the first up": WIDE, "narrowed to what is there": NARROW })) {
        it(`${what}: allows every call of driver and provider, on every resource that it names`, () => {
            assert.ok(allowed.length > 45, `${allowed.length} calls`);
            assert.deepEqual(missing(policy), []);
        });

        it(`${what}: has no part that AWS's lists make useless`, () =>
            assert.deepEqual(deadParts(parsePolicy(policy, aws), aws), []));
    }

    it("denies every attack, with what AWS says IAM knows and with all that the call says", () => {
        assert.ok(attacked.length >= 25, `${attacked.length} attacks`);
        assert.deepEqual(open(WIDE, attacked), []);
        assert.deepEqual(open(NARROW, narrowed), []);
    });

    it("would let each attack through if it had the actions alone: no attack is denied for a slip of its own", () => {
        const free = (deed: Deed): OperatorPolicy => ({
            Version: "2012-10-17",
            Statement: [
                { Sid: "All", Effect: "Allow", Action: deed.questions.map(({ action }) => action), Resource: "*" },
            ],
        });
        assert.deepEqual(
            narrowed.filter((deed) => refused(free(deed), deed, "listed").length > 0).map(({ sentence }) => sentence),
            [],
        );
    });

    it("has no right too many: without any one action, or any one resource, some call is denied", () => {
        const idle = WIDE.Statement.flatMap((statement) =>
            (["Action", "Resource"] as const).flatMap((part) =>
                listOf(statement[part])
                    .filter((one) => {
                        const less = without(WIDE, statement, { part, one });
                        return touched(allowed, statement).every((deed) => refused(less, deed, "listed").length === 0);
                    })
                    .map((one) => `${statement.Sid}: ${one}`),
            ),
        );
        assert.deepEqual(idle, []);
    });

    it("has no condition too many: without any one of them some attack succeeds", () => {
        const idle = WIDE.Statement.flatMap((statement) =>
            Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
                Object.keys(keys)
                    .filter((key) => {
                        const wide = without(WIDE, statement, { operator, key });
                        const narrow = without(NARROW, statement, { operator, key });
                        return (
                            !touched(narrowed, statement).some((deed) => passes(narrow, deed)) &&
                            !touched(attacked, statement).some((deed) => passes(wide, deed))
                        );
                    })
                    .map((key) => `${statement.Sid}: ${operator} ${key}`),
            ),
        );
        assert.deepEqual(idle, []);
    });

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

/** What a change of the statement can concern at all. */
const touched = (deeds: readonly Deed[], { Action }: PolicyStatement): Deed[] =>
    deeds.filter(({ questions }) => questions.some(({ action }) => listOf(Action).includes(action)));

const listOf = (part: string | readonly string[]): readonly string[] => (typeof part === "string" ? [part] : part);

type Change =
    | { readonly part: "Action" | "Resource"; readonly one: string }
    | { readonly operator: string; readonly key: string };

/** The policy with one thing taken out of one statement; a statement that nothing is left of goes. */
function without(policy: OperatorPolicy, { Sid }: PolicyStatement, change: Change): OperatorPolicy {
    const changed = (statement: PolicyStatement): PolicyStatement[] => {
        if (statement.Sid !== Sid) return [statement];
        if ("part" in change) {
            const rest = listOf(statement[change.part]).filter((one) => one !== change.one);
            return rest.length === 0 ? [] : [{ ...statement, [change.part]: rest }];
        }
        const { [change.key]: _, ...rest } = statement.Condition![change.operator]!;
        return [{ ...statement, Condition: { ...statement.Condition, [change.operator]: rest } }];
    };
    return { ...policy, Statement: policy.Statement.flatMap(changed) };
}

/** Every call to EC2 in the source: the driver's command classes, and the provider's methods as the stand-in has them. */
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
                ...[...text.matchAll(new RegExp(`\\.((?:${verb})[A-Z][A-Za-z]+)\\(`, "g"))].map(
                    ([, method]) => method![0]!.toUpperCase() + method!.slice(1),
                ),
            ];
        }),
    );
}
