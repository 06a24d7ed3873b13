import * as assert from "node:assert/strict";
import { DriveError } from "../../infra/model/errors";
import { nextSteps } from "../reconcile/next-steps";
import { lose } from "./losing";
import type { SimWorld } from "./sim";
import { fuseAt, madeOf, nothing, run, three, tolerated } from "./testing";

const SLOTS = ["ba", "bb", "bc"];
const SUBSETS = SLOTS.reduce<string[][]>((all, slot) => [...all, ...all.map((some) => [...some, slot])], [[]]).slice(1);

/** `pulumi up --refresh`, which asks no driver. */
function plainUp(world: SimWorld): string {
    try {
        world.stack.up(world.desired, { refresh: true, adopt: {}, redo: false });
        return "done";
    } catch (error) {
        if (!(error instanceof DriveError)) throw error;
        return error.code;
    }
}

describe("a drive that was made, in a simulated world", () => {
    for (const lost of SUBSETS)
        for (const withServer of [true, false]) {
            const what = `${lost.join(", ")} lost${withServer ? " with the server" : ""}`;
            it(`${what}: no up formats again or exports, plain ones and the driver's in turn`, async () => {
                const world = await madeOf(three);
                const { cloud, stack } = world;
                if (withServer) cloud.terminate(stack.serverId!);
                for (const slot of lost) lose(cloud, stack.volumes.get(slot)!.id);
                const expected = lost.length === SLOTS.length ? "DriveGone" : "VolumeMissing";
                for (let turn = 0; turn < 3; turn++) {
                    assert.equal(plainUp(world), expected);
                    await assert.rejects(run(world), DriveError);
                    const plan = nextSteps(world.desired, world.view(true));
                    assert.ok("refused" in plan, "and it is said before anything is made");
                }
                assert.equal(cloud.formats, 1);
                assert.ok([...cloud.machines.values()].every(({ mounted, exported }) => !mounted && !exported));
                assert.equal(cloud.disks.size, SLOTS.length, "one blank volume in the place of each, and no more");
            });
        }

    it("killed anywhere in its first up, and then lost: what clients had is never made again", async () => {
        let twice = 0;
        for (let limit = 0; ; limit++) {
            const world = await nothing();
            const whole = await run(world, fuseAt(limit)).then(
                () => true,
                (error: unknown) => (tolerated(error), false),
            );
            const { cloud, stack } = world;
            cloud.fuse = () => undefined;
            const hadIt = [...cloud.machines.values()].some(({ exported }) => exported);
            for (const id of [...cloud.disks.keys()]) lose(cloud, id);
            if (stack.serverId !== undefined) cloud.terminate(stack.serverId);
            stack.pending = 0;
            const ended = plainUp(world); // the simulated cloud itself refuses to make what clients had
            if (stack.groupCommand !== undefined && hadIt) assert.equal(ended, "DriveGone", `killed at ${limit}`);
            if (cloud.formats === 2) twice++;
            if (whole) break;
        }
        assert.ok(twice > 0, "what nobody had is made anew: no refusal for ever after a kill");
    });
});
