import * as assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { preview, type Previewed } from "./kit/preview";
import { driveOf, ourDrive, STACK, type OurDrive } from "./scenarios/our-drive";
import { holdAgainst } from "./scenarios/support";

const two = { ba: { sizeGiB: 8 }, bb: { sizeGiB: 8 } };
const noBackup = (n: number, names: string): [string, string, string] => [
    "backup-declared",
    "content-ba",
    `${n} data volumes of drive 'content' have no backup plan: ${names}`,
];

/** Our own program with the pack, from nothing to a change that is refused. The steps need each other's state. */
describe("our own drive under the pack", function () {
    this.timeout(600_000);
    let ours: OurDrive;
    const judge = (config: object, command: "preview" | "up" = "preview", extra = {}): Promise<Previewed> => {
        ours.configure(config, extra);
        return preview({ cwd: ours.cwd, stack: STACK, command, env: ours.env });
    };
    before(async () => {
        ours = await ourDrive();
    });
    after(() => rmSync(ours.cwd, { recursive: true, force: true }));

    it("is clean from its first preview to the end of its `up`", async () => {
        // A refusal in the preview would end it; what is read here is the update, in which everything is known.
        const found = await judge(driveOf(two), "up");
        holdAgainst(found, { refused: [], remarks: [noBackup(2, "'content-ba', 'content-bb'")] });
    });

    it("has its backup declared by its configuration, and is refused one that is taken too seldom", async () => {
        holdAgainst(await judge(driveOf(two, { backup: {} })), { refused: [], remarks: [] });
        const seldom = { backup: { everyHours: 48, warnAfterHours: 50, freeze: "never" } };
        holdAgainst(await judge(driveOf(two, seldom)), {
            refused: [["backup-settings", "elastic-drive-test", "takes a backup set every 48 h"]],
            remarks: [["backup-settings", "elastic-drive-test", "is never frozen for a backup set"]],
        });
    });

    it("is refused when what joins is smaller than what leaves, and says how much is missing", async () => {
        const slots = { ba: { sizeGiB: 8 }, bb: { sizeGiB: 8, state: "leaving" }, bc: { sizeGiB: 4 } };
        holdAgainst(await judge(driveOf(slots)), {
            refused: [
                [
                    "replacement-size",
                    "content-bb",
                    "'content-bb' with 8 GiB leaves drive 'content' and 'content-bc' with 4 GiB joins: 4 GiB are missing to hold 8 GiB",
                ],
            ],
            remarks: [noBackup(3, "'content-ba', 'content-bb', 'content-bc'")],
        });
    });

    it("passes when it holds it, with a word on throughput that the server cannot carry", async () => {
        const slots = {
            ba: { sizeGiB: 8 },
            bb: { sizeGiB: 8, state: "leaving" },
            bc: { sizeGiB: 8, throughput: 500, takes: ["bb"] },
        };
        holdAgainst(await judge(driveOf(slots)), {
            refused: [],
            remarks: [
                noBackup(3, "'content-ba', 'content-bb', 'content-bc'"),
                [
                    "instance-bandwidth",
                    "content-server",
                    "carries 77 MiB/s of EBS for ever: 500 MiB/s are declared by volume 'content-bc'",
                ],
            ],
        });
    });

    it("lifts its protection for a drive that is destroyed on purpose", async () => {
        const found = await judge(driveOf(two), "preview", { "elastic-drive:destroyData": "content" });
        holdAgainst(found, { refused: [], remarks: [noBackup(2, "'content-ba', 'content-bb'")] });
        assert.ok(found.steps.some(({ old, new: wanted }) => old?.protect === true && wanted?.protect !== true));
    });

    it("refuses what its configuration may not say before any policy is asked, all at once", async () => {
        const letters = [..."abcdefghijklmnopqrstu"];
        const slots = Object.fromEntries(letters.map((letter) => [`b${letter}`, { sizeGiB: 8 }]));
        const wrong = { ...slots, ba: { sizeGiB: 8, throughput: 1000 }, bb: { sizeGiB: 99_999 } };
        holdAgainst(await judge(driveOf(wrong, { share: { clients: ["0.0.0.0/0"] }, zone: "eu-west-1a" })), {
            output: [
                "21 members; a drive has at most 20",
                "at most 0.25 MiB/s per IOPS",
                "a gp3 volume holds 1 to 65536 GiB",
                "'0.0.0.0/0': open to the whole world",
                "the stack's region is 'us-east-1'",
            ],
        });
    });
});
