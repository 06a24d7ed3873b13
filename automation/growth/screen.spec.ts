import * as assert from "node:assert/strict";
import { settled, spent, spentSlot, volume } from "../reconcile/testing";
import { planFor } from "./growth-plan";
import { renderPlan } from "./screen";
import { drive, twelve } from "./testing";

describe("the plan's screen", () => {
    it("fits 100 columns, whatever is in it", () => {
        for (const input of [{ to: 8192 }, { to: 8192, type: "gp3", rate: 200 }, { to: 900_000 }] as const) {
            const lines = renderPlan(planFor(twelve, settled, input)).split("\n");
            assert.ok(Math.max(...lines.map((line) => line.length)) <= 100, lines.join("\n"));
        }
    });
    it("names each way with price, time and risk, what is chosen, and why others are not possible", () => {
        const lines = renderPlan(planFor(twelve, settled, { to: 8192, type: "io2" })).split("\n");
        const text = lines.map((line) => line.replace(/ +/g, " ")).join("\n");
        assert.match(text, /^content from 6000 GiB to 8 TiB$/m);
        assert.match(text, /^today 600\.00 12 1\.2 to 2\.4 %$/m);
        assert.match(text, /^add not possible: io2 needs --iops, 100 to 256000$/m);
        assert.match(text, /^chosen no way there is open$/m);
    });
    it("says where the volumes together do less than before, and how that is avoided", () => {
        const text = (more: object): string =>
            renderPlan(planFor(twelve, settled, { to: 8192, type: "gp3", ...more })).replace(/\s+/g, " ");
        const line = "all volumes together do less: 125 MiB/s for 3000, 3000 IOPS for 18000 (--throughput, --iops)";
        assert.ok(text({}).includes(line), text({}));
        const fast = text({ iops: 18_000, throughput: 2000 });
        assert.ok(fast.includes("all volumes together do less: 2000 MiB/s for 3000 (--throughput, --iops)"), fast);
    });
    it("says what EC2 still lets be modified, and where the prices are from", () => {
        const observed = { ...settled, ec2: { ...settled.ec2, volumes: [volume("ba", spent), volume("bb")] } };
        const two = drive({ ba: { sizeGiB: 8, ...spentSlot }, bb: { sizeGiB: 8 } });
        const text = renderPlan(planFor(two, observed, { to: 20 }));
        assert.match(text, /4 times a volume in 24 h; now ba no more before 2026-10-02T10:00:00\.000Z/);
        assert.match(text, /prices +aws\.amazon\.com\/ebs\/pricing, us-east-1, 2026-10-01/);
        assert.match(text, /chosen +in-place/);
        assert.match(text, /do it +elastic-drive grow --to 20GiB$/m);
        assert.match(renderPlan(planFor(two, observed, { to: 20, type: "gp3" })), /do it .* --to 20GiB --type gp3$/m);
        const io2 = renderPlan(planFor(two, observed, { to: 20, type: "io2", iops: 900 }));
        assert.match(io2, /do it .* --to 20GiB --type io2 --iops 900$/m);
    });
});
