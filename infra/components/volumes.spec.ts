import * as assert from "node:assert/strict";
import { register } from "./drive.testing";

describe("volumes of slots that go", function () {
    this.timeout(20_000); // loading the SDK

    it("leaves a released slot's volume in EC2 when it is to be kept, tagged so; the attachment goes", async () => {
        const bb = { sizeGiB: 16, state: "released", keepHours: 48 };
        const { seen, one } = await register({ slots: { ba: { sizeGiB: 8, keepHours: 48 }, bb } });
        assert.deepEqual(
            seen.filter(({ retained }) => retained).map(({ type, name }) => `${type.split(":").at(-1)} ${name}`),
            ["Volume content-bb"],
        );
        const tagsOf = (slot: string) => one("Volume", `content-${slot}`).inputs["tags"] as Record<string, string>;
        assert.deepEqual(
            ["ba", "bb"].map((slot) => tagsOf(slot)["elastic-drive:keep-hours"]),
            [undefined, "48"],
        );
    });

    it("attaches a volume or its copy, never both, and makes no copy before its snapshot is there", async () => {
        const from = { from: "snap-0a1b2c3d", fromVolume: "vol-0a1b2c3d" };
        const parts = async (bb: object, bc: object): Promise<string[]> => {
            const slots = { ba: { sizeGiB: 8 }, bb: { sizeGiB: 16, ...bb }, bc: { sizeGiB: 32, copies: "bb", ...bc } };
            const { seen, one } = await register({ slots });
            const { stdin } = one("Command", "content-volume-group").inputs as { stdin: string };
            return [
                ...seen
                    .filter(({ type }) => type.includes("olume"))
                    .map(({ type, name, protect }) => `${type.split(":").at(-1)} ${name}${protect ? "" : " free"}`)
                    .sort(),
                `inside ${/^IN_SLOTS=\((.*)\)$/m.exec(stdin)?.[1]} ${/^IN_COPY_OF=\((.*)\)$/m.exec(stdin)?.[1]}`,
            ];
        };
        const [volumeA, volumeB, volumeC] = ["a", "b", "c"].map((last) => `Volume content-b${last}`);
        const [a, b, c] = ["a", "b", "c"].map((last) => `VolumeAttachment content-b${last}`);
        assert.deepEqual(await parts({}, {}), [volumeA, volumeB, a, b, "inside 'ba' 'bb' '' ''"]);
        const copying = { state: "copying" };
        assert.deepEqual(await parts(copying, {}), [volumeA, volumeB, a, "inside 'ba' ''"]);
        const copied = "inside 'ba' 'bc' '' 'vol0a1b2c3d'";
        assert.deepEqual(await parts(copying, from), [volumeA, volumeB, volumeC, a, c, copied]);
        assert.deepEqual(await parts({ state: "released" }, from), [volumeA, `${volumeB} free`, volumeC, a, c, copied]);
    });
});
