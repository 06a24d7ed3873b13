import * as assert from "node:assert/strict";
import type { AwsData } from "./aws-data";
import { awsData } from "./aws-data";
import type { Context, Knowledge, Named } from "./judge";
import { denied } from "./judge";
import { arnLike, like } from "./operators";
import { deadParts, parsePolicy, size } from "./policy";

const VOLUME = "arn:aws:ec2:us-east-1:111122223333:volume/vol-1";

describe("the judge of IAM policies", function () {
    this.timeout(20_000);
    let aws: AwsData;
    before(async () => {
        aws = await awsData(["ec2", "kms"]);
    });

    const policy = (...statements: object[]) => ({
        Version: "2012-10-17",
        Statement: statements.map((statement, i) => ({ Sid: `S${i}`, Effect: "Allow", Resource: "*", ...statement })),
    });
    const named = (context: Context, type = "volume", arn = VOLUME): Named => ({ type, arn, context });
    const judge = (statement: object, action: string, things: readonly Named[], how: Knowledge = "listed", more = {}) =>
        denied(parsePolicy(policy(statement), aws), { action, named: things, context: more }, how, aws);
    /** Whether a statement with this condition lets a volume's tags be set that has and is asked for such things. */
    const tags = (Condition: object, context: Context): boolean =>
        judge({ Action: "ec2:CreateTags", Condition }, "ec2:CreateTags", [named(context)]).length === 0;

    describe("refuses what it does not understand:", () => {
        const refused: [string, object, RegExp][] = [
            ["an action AWS does not have", { Action: "ec2:DeleteVolumes" }, /no action ec2:DeleteVolumes/],
            ["a wildcard among the actions", { Action: "ec2:*" }, /no action ec2:\*/],
            ["a Deny", { Action: "ec2:DeleteVolume", Effect: "Deny" }, /Effect Deny/],
            ["NotAction", { NotAction: "ec2:DeleteVolume" }, /NotAction is not known/],
            ["NotResource", { Action: "ec2:DeleteVolume", NotResource: "*" }, /NotResource is not known/],
            [
                "a placeholder",
                { Action: "ec2:DeleteVolume", Resource: "arn:${PARTITION}:ec2:*:*:volume\/*" },
                /not filled/,
            ],
            [
                "a key AWS does not have",
                { Action: "ec2:DeleteVolume", Condition: { StringEquals: { "ec2:VolumeColour": "red" } } },
                /no condition key ec2:VolumeColour/,
            ],
            [
                "an operator it does not have",
                { Action: "ec2:DeleteVolume", Condition: { StringNotLike: { "ec2:VolumeID": "vol-1" } } },
                /operator StringNotLike is not known/,
            ],
            [
                "an operator of one value for a key of many",
                { Action: "ec2:CreateTags", Condition: { StringEquals: { "aws:TagKeys": "Name" } } },
                /StringEquals does not compare aws:TagKeys/,
            ],
            [
                "an operator of many values for a key of one",
                { Action: "ec2:CreateTags", Condition: { "ForAllValues:StringLike": { "ec2:VolumeID": "vol-1" } } },
                /does not compare ec2:VolumeID/,
            ],
        ];
        for (const [what, statement, reason] of refused)
            it(what, () => assert.throws(() => parsePolicy(policy(statement), aws), reason));

        it("a condition that would always hold, since AWS never tells its key there", () => {
            const Condition = { StringEqualsIfExists: { "aws:RequestTag/a": "b" } };
            assert.throws(
                () => judge({ Action: "ec2:DeleteVolume", Condition }, "ec2:DeleteVolume", [named({})]),
                /AWS never tells aws:RequestTag\/a here/,
            );
        });

        it("a question that names too little, or what the action is not judged on", () => {
            assert.throws(() => judge({ Action: "ec2:AttachVolume" }, "ec2:AttachVolume", [named({})]), /no instance/);
            const subnet = named({}, "subnet", "arn:aws:ec2:us-east-1:1:subnet/s");
            assert.throws(
                () => judge({ Action: "ec2:DeleteVolume" }, "ec2:DeleteVolume", [named({}), subnet]),
                /not judged on subnet/,
            );
        });
    });

    it("wants each resource of a call allowed, by whichever statement", () => {
        const instance = named({}, "instance", "arn:aws:ec2:us-east-1:111122223333:instance/i-1");
        const volumes = { Action: "ec2:AttachVolume", Resource: "arn:aws:ec2:*:*:volume/*" };
        assert.deepEqual(judge(volumes, "ec2:AttachVolume", [instance, named({})]), [
            "ec2:AttachVolume on arn:aws:ec2:us-east-1:111122223333:instance/i-1",
        ]);
        const both = parsePolicy(policy(volumes, { ...volumes, Resource: "arn:aws:ec2:*:*:instance/*" }), aws);
        const question = { action: "ec2:AttachVolume", named: [instance, named({})], context: {} };
        assert.deepEqual(denied(both, question, "listed", aws), []);
    });

    it("knows a key only where AWS lists it, or generously wherever the call says it", () => {
        const Condition = { StringEquals: { "aws:RequestTag/a": "b" } };
        const asked = {
            ...named({ "aws:RequestTag/a": "b" }),
            type: "snapshot",
            arn: "arn:aws:ec2:us-east-1::snapshot/s",
        };
        const statement = { Action: "ec2:CreateSnapshot", Condition };
        assert.deepEqual(judge(statement, "ec2:CreateSnapshot", [named({}), asked]), [
            `ec2:CreateSnapshot on ${VOLUME}`,
        ]);
        assert.deepEqual(judge(statement, "ec2:CreateSnapshot", [named({}), asked], "generous"), []);
    });

    it("lends nobody another resource's own tags, however generous", () => {
        const Condition = { StringEquals: { "aws:ResourceTag/a": "b" } };
        const instance = named({ "aws:ResourceTag/a": "b" }, "instance", "arn:aws:ec2:us-east-1:1:instance/i-1");
        assert.deepEqual(
            judge({ Action: "ec2:AttachVolume", Condition }, "ec2:AttachVolume", [instance, named({})], "generous"),
            [`ec2:AttachVolume on ${VOLUME}`],
        );
    });

    it("compares as IAM does", () => {
        const equals = { StringEquals: { "aws:ResourceTag/Drive": ["content", "other"] } };
        assert.equal(tags(equals, { "aws:ResourceTag/drive": "content" }), true, "keys in any case");
        assert.equal(tags(equals, { "aws:ResourceTag/drive": "Content" }), false, "values in theirs");
        assert.equal(tags(equals, {}), false);
        const ifExists = { StringEqualsIfExists: { "aws:RequestTag/drive": "content" } };
        assert.equal(tags(ifExists, {}), true);
        assert.equal(tags(ifExists, { "aws:RequestTag/drive": "other" }), false);
        const likeIfExists = { StringLikeIfExists: { "aws:RequestTag/drive": "con*" } };
        assert.equal(tags(likeIfExists, {}), true);
        assert.equal(tags(likeIfExists, { "aws:RequestTag/drive": "content" }), true);
        assert.equal(tags(likeIfExists, { "aws:RequestTag/drive": "other" }), false);
        const keys = { "ForAllValues:StringLike": { "aws:TagKeys": ["Name", "elastic-drive:*"] } };
        assert.equal(tags(keys, { "aws:TagKeys": ["Name", "elastic-drive:slot"] }), true);
        assert.equal(tags(keys, { "aws:TagKeys": ["Name", "Team"] }), false);
        assert.equal(tags(keys, {}), true, "true of none at all");
        assert.equal(tags({ ...keys, Null: { "aws:TagKeys": "false" } }, {}), false);
        const not = { "ForAllValues:StringNotEquals": { "aws:TagKeys": "drive" } };
        assert.equal(tags(not, { "aws:TagKeys": ["Name", "drive"] }), false);
        assert.equal(tags(not, { "aws:TagKeys": ["Name"] }), true);
    });

    it("matches patterns: no wildcard reaches over a part of an ARN", () => {
        assert.equal(like("elastic-drive:slot", "elastic-drive:*"), true);
        assert.equal(like("elastic-drive.slot", "elastic?drive:*"), false);
        assert.equal(arnLike(VOLUME, "arn:aws:ec2:*:*:volume/*"), true);
        assert.equal(arnLike("arn:aws:ec2:us-east-1::snapshot/s", "arn:aws:ec2:us-east-1:*:*/*"), true);
        assert.equal(arnLike(VOLUME, "arn:aws:ec2:*:volume/*"), false);
        assert.equal(arnLike(VOLUME, "arn:aws-cn:ec2:*:*:volume/*"), false);
    });

    it("names what AWS's lists make useless", () => {
        const Condition = { StringEquals: { "aws:ResourceTag/a": "b" } };
        const dead = (statement: object) => deadParts(parsePolicy(policy(statement), aws), aws);
        assert.deepEqual(
            dead({ Action: "ec2:RunInstances", Resource: "arn:aws:ec2:*:*:network-interface/*", Condition }),
            ["S0: ec2:RunInstances", "S0: arn:aws:ec2:*:*:network-interface/*"],
        );
        assert.deepEqual(dead({ Action: "ec2:DescribeVolumes", Resource: "arn:aws:ec2:*:*:volume/*" }).length, 2);
        assert.deepEqual(dead({ Action: "ec2:DeleteSnapshot", Resource: "arn:aws:ec2:*:1:snapshot/*" }).length, 2);
        assert.deepEqual(dead({ Action: "ec2:DeleteVolume", Resource: "arn:aws:ec2:*:*:volume/*", Condition }), []);
    });

    it("counts what IAM counts", () => assert.equal(size({ a: ["b c", 1] }), '{"a":["b c",1]}'.length));
});
