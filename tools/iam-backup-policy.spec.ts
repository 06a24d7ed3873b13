import * as assert from "node:assert/strict";
import { operatorPolicy } from "../automation";
import type { AwsData } from "./iam/aws-data";
import { awsData } from "./iam/aws-data";
import { backupCalls, setAttacks, timerAttacks } from "./iam/backup";
import { deadParts, parsePolicy, size } from "./iam/policy";
import { listOf, Trial } from "./iam/trial";
import type { Deed } from "./iam/world";
import { DRIVE, World } from "./iam/world";

const POLICY = operatorPolicy({ for: "backup", name: DRIVE });

describe("the IAM policy of a timer that takes backup sets", function () {
    this.timeout(20_000);
    let aws: AwsData;
    let trial: Trial;
    let allowed: Deed[];
    let attacks: Deed[];
    before(async () => {
        aws = await awsData(["ec2"]);
        trial = new Trial(aws);
        const world = new World(aws);
        allowed = backupCalls(world);
        attacks = [...setAttacks(world), ...timerAttacks(world)];
    });

    it("allows every call that a set needs, and has no part that does nothing", () => {
        assert.deepEqual(trial.missing(POLICY, allowed), []);
        assert.deepEqual(deadParts(parsePolicy(POLICY, aws), aws), []);
        assert.deepEqual(trial.idleParts(POLICY, allowed), []);
    });

    it("denies every attack, with what AWS says IAM knows and with all that the call says", () => {
        assert.ok(attacks.length >= 40, `${attacks.length} attacks`);
        assert.deepEqual(trial.open(POLICY, attacks), []);
        assert.deepEqual(trial.hollow(attacks), []);
    });

    it("has no condition too many: without any one of them some attack succeeds", () =>
        assert.deepEqual(trial.idleConditions({ policy: POLICY, attacks }), []));

    it("neither deletes nor unlocks, shares, makes volumes or starts anything, whatever the conditions", () => {
        const actions = POLICY.Statement.flatMap(({ Action }) => listOf(Action));
        assert.deepEqual(
            actions.filter((action) => !/^ec2:(Describe\w+|CreateSnapshots|CreateTags)$/.test(action)),
            [],
        );
    });

    it("fits one policy document, also with the longest names", () => {
        const longest = { for: "backup", name: `c${"o".repeat(30)}`, region: "us-gov-west-1" } as const;
        assert.ok(size(operatorPolicy(longest)) <= 6_144);
    });
});
