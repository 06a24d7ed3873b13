import * as assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import type { Fault } from "../../infra/model/errors";
import type { Ended } from "./support/site";
import { events, failureOf, ScenarioSite } from "./support/site";

const STACK = "bad";
const SLOTS_TOO_MANY = Object.fromEntries(
    [..."bcd"].flatMap((a) => [..."abcdefg"].map((b) => [a + b, { sizeGiB: 8 }])),
);

type Drive = Record<string, unknown> & { slots: Record<string, unknown>; network: Record<string, unknown> };

/** What is wrong, how it comes in, and where each of its faults is. Other values than those of the unit specs. */
const BY_SCHEMA: readonly (readonly [why: string, change: (drive: Drive) => void, paths: readonly string[]])[] = [
    ["unknown keys", (it) => Object.assign(it, { slot: {}, shares: {} }), ["slot", "shares"]],
    ["no zone", (it) => delete it["zone"], ["zone"]],
    ["nobody who may come by ssh", ({ network }) => delete network["sshFrom"], ["network.sshFrom"]],
    ["the zone of another region", (it) => (it["zone"] = "eu-west-1a"), ["zone"]],
    [
        "sizes: 0, negative, fractional, text, over the type's limit",
        ({ slots }) => {
            [0, -7, 1.25, "12", 65_537].forEach((sizeGiB, i) => (slots[`c${"abcde"[i]!}`] = { sizeGiB }));
            slots["cf"] = { sizeGiB: 16_385, type: "st1" };
        },
        ["ca", "cb", "cc", "cd", "ce", "cf"].map((slot) => `slots.${slot}.sizeGiB`),
    ],
    [
        "IOPS and throughput out of ratio",
        ({ slots }) => {
            slots["ca"] = { sizeGiB: 10, iops: 5001 };
            slots["cb"] = { sizeGiB: 100, throughput: 751 };
            slots["cc"] = { sizeGiB: 200, type: "sc1", iops: 250 };
        },
        ["slots.ca.iops", "slots.cb.throughput", "slots.cc.iops"],
    ],
    ["21 members", (it) => (it.slots = { ...SLOTS_TOO_MANY }), ["slots"]],
    [
        "bad slot names",
        ({ slots }) => Object.assign(slots, { ea: { sizeGiB: 8 }, b1: { sizeGiB: 8 } }),
        ["slots.ea", "slots.b1"],
    ],
    [
        "clients: the whole world, and what is no network",
        (it) => (it["share"] = { clients: ["0.0.0.0/0", "10.0.0.0/40", "web-1"] }),
        ["share.clients.0", "share.clients.1", "share.clients.2"],
    ],
    [
        "a user without a key, a key that is none",
        (it) => (it["uploads"] = { users: { film: { publicKeys: [] }, sound: { publicKeys: ["ssh-rsa"] } } }),
        ["uploads.users.film.publicKeys", "uploads.users.sound.publicKeys.0"],
    ],
];

describe("bad input: who refuses it, and that nothing changes", function () {
    this.timeout(300_000);
    let site: ScenarioSite;
    let file: string;
    let good: string;
    before(async () => {
        site = await ScenarioSite.open();
        await site.init(STACK, "ba=2,bb=2");
        file = join(site.checkout, "stacks", `Pulumi.${STACK}.yaml`);
        good = readFileSync(file, "utf8");
    });
    afterEach(() => writeFileSync(file, good));
    after(() => site.close());

    /** The same settings with another drive; JSON is YAML too, and the engine keeps its secrets. */
    const write = async (change: (drive: Drive) => void): Promise<void> => {
        writeFileSync(file, good);
        const { stdout } = await site.pulumi("config", "get", "elastic-drive:drive", "-s", STACK);
        const drive = JSON.parse(stdout) as Drive;
        change(drive);
        const secrets = [...good.matchAll(/(elastic-drive:\w+):\n\s+secure: (\S+)/g)];
        const config = {
            "aws:region": "us-east-1",
            "elastic-drive:drive": drive,
            ...Object.fromEntries(secrets.map(([, key, secure]) => [key!, { secure }])),
        };
        writeFileSync(file, JSON.stringify({ encryptionsalt: /^encryptionsalt: (\S+)/m.exec(good)![1], config }));
    };
    const faultsOf = (ended: Ended): string[] =>
        (events<{ faults?: Fault[] }>(ended).at(-1)?.data?.faults ?? []).map(({ path }) => path);
    /** Refuses with the code, and neither EC2 nor the settings changed. */
    const refuses = async (code: string, exit: number, ...args: string[]): Promise<Ended> => {
        const before = [readFileSync(file, "utf8"), await volumes()];
        const ended = await site.drive(...args, "--json", "--stack", STACK);
        assert.deepEqual([failureOf(ended), ended.code], [code, exit], ended.stdout + ended.stderr);
        assert.deepEqual([readFileSync(file, "utf8"), await volumes()], before);
        return ended;
    };
    const volumes = async (): Promise<unknown> => {
        const { Volumes = [] } = await site.ec2.send(new DescribeVolumesCommand({}));
        return Volumes.map(({ VolumeId, Size, VolumeType }) => [VolumeId, Size, VolumeType]);
    };
    const withEnv = async (change: NodeJS.ProcessEnv, work: () => Promise<unknown>): Promise<void> => {
        const old = Object.fromEntries(Object.keys(change).map((key) => [key, site.env[key]]));
        Object.assign(site.env, change);
        try {
            await work();
        } finally {
            Object.assign(site.env, old);
        }
    };

    for (const [why, change, paths] of BY_SCHEMA) {
        it(`the schema: ${why}`, async () => {
            await write(change);
            const ended = await refuses("InvalidInput", 2, "up", "--yes");
            assert.deepEqual(faultsOf(ended).sort(), [...paths].sort());
        });
    }

    it("the schema, for plain Pulumi: all faults of several kinds at once", async () => {
        await write((it) => Object.assign(it, { zone: "ap-south-1b", nam: "x", share: { clients: ["::/0"] } }));
        const { code, stdout, stderr } = await site.pulumi("preview", "-s", STACK);
        assert.notEqual(code, 0);
        for (const part of ["zone: got 'ap-south-1b'", "nam: unknown key 'nam'", "share.clients.0: got '::/0'"])
            assert.ok((stdout + stderr).includes(part), `${part} is not in ${stdout}${stderr}`);
    });

    it("the driver, which asks EC2: the sister zone of the subnet's, a subnet that is not there", async () => {
        await write((it) => (it["zone"] = "us-east-1b"));
        assert.deepEqual(faultsOf(await refuses("InvalidInput", 2, "up", "--yes")), ["zone"]);
        await write(({ network }) => (network["subnetId"] = "subnet-0123456789abcdef0"));
        assert.deepEqual(faultsOf(await refuses("InvalidInput", 2, "preview")), ["network.subnetId"]);
    });

    it("init: a region that the endpoint does not serve, with all that is wrong besides", async () => {
        const flags = "--name Team --zone eu-west-1a --slots ba=0 --clients 10.0.0.0/40 --ssh-from 10.0.0.0/8 --json";
        const ended = await site.drive("init", "--stack", "elsewhere", ...flags.split(" "));
        assert.deepEqual([failureOf(ended), ended.code], ["InvalidInput", 2], ended.stdout + ended.stderr);
        assert.deepEqual(faultsOf(ended).sort(), ["name", "share.clients.0", "slots.ba.sizeGiB", "zone"]);
        assert.ok(!existsSync(join(site.checkout, "stacks", "Pulumi.elsewhere.yaml")));
    });

    it("init: nobody who may come by ssh, so that no up would ever end", async () => {
        const flags = "--name content --zone us-east-1a --clients 10.0.0.0/16 --json";
        const ended = await site.drive("init", "--stack", "closed", ...flags.split(" "));
        assert.deepEqual([ended.code, faultsOf(ended)], [2, ["network.sshFrom"]], ended.stdout + ended.stderr);
        assert.ok(!existsSync(join(site.checkout, "stacks", "Pulumi.closed.yaml")));
    });

    it("the driver: a server to speak to where there is none", async () => {
        for (const asked of ["pause", "resume"]) await refuses("NoServer", 1, asked);
    });

    it("the driver: volumes to replace that were never made, in so many words", async () => {
        for (const [args, which] of [
            [["replace", "ba", "--with", "4GiB"], "slot 'ba' has no volume yet"],
            [["replace", "ba", "--with", "4GiB", "--how", "snapshot"], "slot 'ba' has no volume yet"],
            [["consolidate", "--into", "1"], "slots 'ba', 'bb' have no volume yet"],
            [["grow", "--by", "4GiB"], "no up of this drive has ended whole"],
        ] as const) {
            const refused = await site.drive(...args, "--stack", STACK, "--yes", "--json");
            assert.equal(failureOf(refused), args[0] === "grow" ? "NoTarget" : "SlotNeverJoined");
            assert.ok(events(refused).at(-1)!.text.includes(which), refused.stdout);
            assert.equal(readFileSync(file, "utf8"), good);
        }
    });

    it("the driver: nobody to ask, a wrong passphrase, no lab, no credentials, an engine that is too old", async () => {
        await refuses("ConfirmationNeeded", 1, "up");
        await withEnv({ PULUMI_CONFIG_PASSPHRASE: "another" }, () => refuses("WrongPassphrase", 1, "up", "--yes"));
        await withEnv({ AWS_ENDPOINT_URL: "http://127.0.0.1:9" }, () =>
            refuses("EndpointUnreachable", 1, "up", "--yes"),
        );
        const nobody = {
            AWS_ACCESS_KEY_ID: "",
            AWS_SECRET_ACCESS_KEY: "",
            HOME: site.folder,
            AWS_EC2_METADATA_DISABLED: "true",
        };
        await withEnv(nobody, () => refuses("NoCredentials", 1, "up", "--yes"));
        const old = join(site.folder, "old");
        mkdirSync(old);
        writeFileSync(join(old, "pulumi"), "#!/bin/sh\necho v3.100.0\n");
        chmodSync(join(old, "pulumi"), 0o755);
        const PATH = [old, site.env["PATH"]].join(delimiter);
        await withEnv({ PATH }, () => refuses("EngineTooOld", 1, "up", "--yes"));
    });

    it("the driver, of a drive that is there: shrink, a slot that is gone, an old checkout", async () => {
        await site.succeeds(site.drive("up", "--yes", "--stack", STACK));
        await write(({ slots }) => (slots["ba"] = { sizeGiB: 1 }));
        await refuses("ShrinkRefused", 1, "up", "--yes");
        await write(({ slots }) => delete slots["bb"]);
        await refuses("SlotHoldsData", 1, "up", "--yes");
        await write((it) => (it["revision"] = 0));
        await refuses("StaleCheckout", 1, "grow", "--to", "9GiB", "--yes");
    });

    it("driver and plain Pulumi: an older checkout of the same revision, whose network was taken away since", async () => {
        const open = (...clients: string[]) => write((it) => (it["share"] = { clients }));
        const plain = () => site.pulumi("up", "--yes", "--skip-preview", "-s", STACK);
        for (const clients of [["10.0.1.21", "10.0.1.22"], ["10.0.1.21"]]) {
            await open(...clients);
            await site.succeeds(plain());
        }
        await open("10.0.1.21", "10.0.1.22");
        const said = (await refuses("AccessComesBack", 1, "up", "--yes")).stdout;
        assert.match(said, /share\.clients 10\.0\.1\.22\/32.*elastic-drive pull.*--readmit/);
        const { stdout, code } = await plain();
        assert.deepEqual([code === 0, /\(AccessComesBack\)/.test(stdout)], [false, true], stdout);
        assert.deepEqual(site.guest!.state.clients, ["10.0.1.21"]);
        await site.succeeds(site.drive("up", "--readmit", "--yes", "--stack", STACK));
        assert.deepEqual(site.guest!.state.clients, ["10.0.1.21", "10.0.1.22"]);
    });

    it("the lab: a port that is taken, a folder that cannot be", async () => {
        const { AWS_ENDPOINT_URL: url = "" } = site.env;
        const dir = join(site.folder, "other-lab");
        const start = ["start", "--no-machines", "--port", new URL(url).port, "--dir"];
        const taken = await site.lab(...start, dir);
        assert.deepEqual([taken.code, /\(PortTaken\)/.test(taken.stderr)], [1, true], taken.stderr);
        const nowhere = await site.lab(...start, join(file, "lab"));
        assert.deepEqual([nowhere.code, /\(LabNotStarted\)/.test(nowhere.stderr)], [1, true], nowhere.stderr);
    });
});
