import { strict as assert } from "node:assert";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTime, type ProcessMark } from "./child";
import { Layout } from "./layout";
import { Switch } from "./switch";

describe("the network switch", () => {
    let folder: string;
    let layout: Layout;
    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "switch-spec-"));
        layout = new Layout(folder);
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    const mark = async (): Promise<ProcessMark> =>
        JSON.parse(await readFile(layout.switchPid(), "utf8")) as ProcessMark;

    it("is there after the start and leaves nothing after the stop", async () => {
        const network = new Switch(layout);
        await network.start();
        await access(join(network.socket, "ctl"));
        const { pid } = await mark();
        await network.stop();
        assert.equal(await startTime(pid), undefined);
        await assert.rejects(access(network.socket));
    });

    it("takes the place of one that an earlier lab has left behind", async () => {
        const earlier = new Switch(layout);
        await earlier.start();
        const { pid } = await mark();
        const network = new Switch(layout);
        try {
            await network.start();
            assert.equal(await startTime(pid), undefined, "the earlier one is ended");
            assert.notEqual((await mark()).pid, pid);
        } finally {
            await network.stop();
        }
    });
});
