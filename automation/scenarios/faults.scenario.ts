import * as assert from "node:assert/strict";
import { isWhole } from "./support/census";
import { failureOf, ScenarioSite } from "./support/site";

const STACK = "faults";

/** More than any client tries: the engine gives up, and the next `up` has to find what was done. */
const FOR_GOOD = "12";

interface Case {
    readonly name: string;
    /** action, kind, and options of `lab fault add`. */
    readonly faults: readonly (readonly string[])[];
    /** Settings changed before the `up`, by path. */
    readonly change: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
    {
        name: "creation: throttled, and replies lost after the work",
        faults: [
            ["CreateVolume", "throttle", "--count", "2"],
            ["RunInstances", "lost-after"],
            ["CreateNetworkInterface", "lost-after"],
            ["AllocateAddress", "lost-after"],
            ["AuthorizeSecurityGroupIngress", "lost-after"],
        ],
        change: {},
    },
    {
        name: "a volume created, every reply lost",
        faults: [["CreateVolume", "lost-after", "--count", FOR_GOOD]],
        change: { "slots.bb.sizeGiB": "2", "slots.bb.type": "gp3" },
    },
    {
        name: "an attachment refused once, lost once and slow @long",
        faults: [
            ["AttachVolume", "error"],
            ["AttachVolume", "lost-before"],
            ["AttachVolume", "slow", "--seconds", "15"],
        ],
        change: { "slots.bc.sizeGiB": "2", "slots.bc.type": "gp3" },
    },
    {
        name: "a modification whose reply is lost @long",
        faults: [["ModifyVolume", "lost-after"]],
        change: { "slots.ba.sizeGiB": "3" },
    },
    {
        name: "a rule of the door, every reply lost @long",
        faults: [["AuthorizeSecurityGroupIngress", "lost-after", "--count", FOR_GOOD]],
        change: { "share.clients[1]": "10.0.1.22" },
    },
    {
        name: "stale answers @long",
        faults: [
            ["DescribeVolumes", "stale", "--count", "2", "--skip", "1"],
            ["DescribeInstances", "stale", "--count", "2", "--skip", "1"],
        ],
        change: { "slots.bd.sizeGiB": "2", "slots.bd.type": "gp3" },
    },
    {
        name: "everything throttled, then ill @long",
        faults: [
            ["*", "throttle", "--count", "5"],
            ["*", "error", "--count", "5", "--skip", "10"],
        ],
        change: { "slots.be.sizeGiB": "2", "slots.be.type": "gp3" },
    },
    {
        name: "EC2 ill for good, until it is well again @long",
        faults: [["*", "error", "--count", "400"]],
        change: { "slots.bf.sizeGiB": "2", "slots.bf.type": "gp3" },
    },
];

describe("up, with a faulty EC2", function () {
    this.timeout(600_000);
    let site: ScenarioSite;
    before(async () => {
        site = await ScenarioSite.open();
        await site.init(STACK, "ba=2");
    });
    after(() => site.close());

    for (const { name, faults, change } of CASES) {
        it(`${name}: it ends well or in a coded error, and the next up ends well`, async () => {
            for (const [path, value] of Object.entries(change)) await site.set(STACK, path, value);
            for (const fault of faults) await site.succeeds(site.lab("fault", "add", ...fault));
            const faulty = await up();
            await site.succeeds(site.lab("fault", "clear"));
            if (faulty.code !== 0)
                assert.match(failureOf(faulty) ?? faulty.stdout, /^(Throttled|Ec2Unwell|Ec2Refused|EngineFailed)$/);
            await site.succeeds(up());
            await isWhole(site, STACK, Object.keys((await site.configured(STACK)).slots).length);
        });
    }

    const up = () => site.drive("up", "--stack", STACK, "--yes", "--json");
});
