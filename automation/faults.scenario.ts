import * as assert from "node:assert/strict";
import type { Status } from "./index";
import { census } from "./testing/census";
import { ScenarioSite } from "./testing/site";

const STACK = "faults";
const INIT = `init --stack ${STACK} --name content --zone us-east-1a --slots ba=2 --clients 10.0.1.21 --ssh-from 127.0.0.0/8 --public-address`;

/** More than any client tries: the engine gives up, and the next `up` has to find what was done. */
const FOR_GOOD = "12";

interface Case {
    readonly name: string;
    /** action, kind, and options of `lab fault add`. */
    readonly faults: readonly (readonly string[])[];
    /** Settings changed before the `up`, by path. */
    readonly change: Readonly<Record<string, string>>;
    readonly slots: number;
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
        slots: 1,
    },
    {
        name: "a volume created, every reply lost",
        faults: [["CreateVolume", "lost-after", "--count", FOR_GOOD]],
        change: { "slots.bb.sizeGiB": "2", "slots.bb.type": "gp3" },
        slots: 2,
    },
    {
        name: "an attachment refused once, lost once and slow",
        faults: [
            ["AttachVolume", "error"],
            ["AttachVolume", "lost-before"],
            ["AttachVolume", "slow", "--seconds", "15"],
        ],
        change: { "slots.bc.sizeGiB": "2", "slots.bc.type": "gp3" },
        slots: 3,
    },
    {
        name: "a modification whose reply is lost",
        faults: [["ModifyVolume", "lost-after"]],
        change: { "slots.bb.sizeGiB": "3" },
        slots: 3,
    },
    {
        name: "a rule of the door, every reply lost",
        faults: [["AuthorizeSecurityGroupIngress", "lost-after", "--count", FOR_GOOD]],
        change: { "share.clients[1]": "10.0.1.22" },
        slots: 3,
    },
    {
        name: "stale answers",
        faults: [
            ["DescribeVolumes", "stale", "--count", "2", "--skip", "1"],
            ["DescribeInstances", "stale", "--count", "2", "--skip", "1"],
        ],
        change: { "slots.bd.sizeGiB": "2", "slots.bd.type": "gp3" },
        slots: 4,
    },
    {
        name: "everything throttled, then ill",
        faults: [
            ["*", "throttle", "--count", "5"],
            ["*", "error", "--count", "5", "--skip", "10"],
        ],
        change: { "slots.be.sizeGiB": "2", "slots.be.type": "gp3" },
        slots: 5,
    },
    {
        name: "EC2 ill for good, until it is well again",
        faults: [["*", "error", "--count", "400"]],
        change: { "slots.bf.sizeGiB": "2", "slots.bf.type": "gp3" },
        slots: 6,
    },
];

describe("up, with a faulty EC2", function () {
    this.timeout(600_000);
    let site: ScenarioSite;
    before(async () => {
        site = await ScenarioSite.open();
        assert.equal((await site.drive(...INIT.split(" "))).code, 0);
        await site.answerSsh(STACK);
    });
    after(() => site.close());

    for (const { name, faults, change, slots } of CASES) {
        it(`${name}: it ends well or in a coded error, and the next up ends well`, async () => {
            for (const [path, value] of Object.entries(change)) await set(path, value);
            for (const fault of faults) await lab("fault", "add", ...fault);
            const faulty = await up();
            await lab("fault", "clear");
            if (faulty.code !== 0)
                assert.match(codeOf(faulty.stdout), /^(Throttled|Ec2Unwell|Ec2Refused|EngineFailed)$/);
            const next = await up();
            assert.equal(next.code, 0, next.stdout + next.stderr);
            await isWhole(slots);
        });
    }

    const up = () => site.drive("up", "--stack", STACK, "--yes", "--json");
    const set = async (path: string, value: string): Promise<void> => {
        const done = await site.pulumi("config", "set", "--path", `elastic-drive:drive.${path}`, value, "-s", STACK);
        assert.equal(done.code, 0, done.stderr);
    };
    const lab = async (...args: string[]): Promise<void> => {
        const done = await site.lab(...args);
        assert.equal(done.code, 0, done.stderr);
    };

    /** One of everything, each slot's volume once, nothing leaked, nothing left to do. */
    async function isWhole(slots: number): Promise<void> {
        const found = await census(site);
        assert.deepEqual(Object.fromEntries(Object.entries(found).map(([kind, ids]) => [kind, ids.length])), {
            volumes: slots,
            servers: 1,
            interfaces: 1,
            doors: 1,
            addresses: 1,
        });
        const shown = await site.drive("status", "--stack", STACK, "--json");
        const { data } = JSON.parse(shown.stdout) as { data: Status };
        assert.deepEqual([data.leaked, data.next], [[], []]);
    }
});

/** The code of the last event, which is the failure. */
function codeOf(stdout: string): string {
    const last = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as { data?: { code?: string } };
    return last.data?.code ?? `no code in: ${stdout.slice(-500)}`;
}
