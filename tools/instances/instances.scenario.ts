import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ensureMoto } from "../../lab/ec2/moto";
import { INSTANCE_TYPES, madeOf } from "../instances";
import { cacheFolder } from "../setup/key";

describe("infra/model/instance-types.json", () => {
    it("is what npm run data:instances makes of moto's data", async function () {
        this.timeout(300_000);
        const made = madeOf(await ensureMoto(cacheFolder(), () => undefined));
        // Not deepEqual: 1,400 lines of difference help nobody.
        assert.ok(readFileSync(INSTANCE_TYPES, "utf8") === made, "it is not: npm run data:instances");
    });
});
