import * as assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { events, ScenarioSite } from "./support/site";

const STACK = "judged";

/** The driver with the pack and the stack's own levels and settings; nothing is ever made. */
describe("the driver under the policy pack", function () {
    this.timeout(240_000);
    let site: ScenarioSite;
    const file = (): string => join(site.checkout, "stacks", `policies.${STACK}.json`);
    const drive = async (verb: string, config?: object | string) => {
        rmSync(file(), { force: true });
        if (config !== undefined) writeFileSync(file(), typeof config === "string" ? config : JSON.stringify(config));
        const ended = await site.drive(verb, "--stack", STACK, "--yes", "--json");
        const said = events<Data>(ended);
        return { code: ended.code, said, last: said.at(-1), all: ended.stdout + ended.stderr };
    };
    before(async () => {
        site = await ScenarioSite.open();
        await site.init(STACK, "ba=2,bb=2");
    });
    after(() => site.close());

    it("previews a drive that is in order, and passes on what the policies remark", async () => {
        const { code, said, all } = await drive("preview");
        assert.equal(code, 0, all);
        const remarks = said.filter(({ code: message }) => message === "DRIVE_I2005");
        assert.deepEqual(
            remarks.map(({ data }) => [data?.policy, data?.level, data?.resource]),
            [["backup-declared", "advisory", "content-ba"]],
        );
    });

    for (const verb of ["preview", "up"]) {
        it(`${verb}: a policy that the stack made stricter refuses it, by name, and nothing is made`, async () => {
            const { code, last, all } = await drive(verb, { "volumes-per-drive": { max: 1 } });
            assert.equal(code, 1, all);
            assert.equal(last?.data?.code, "PolicyViolated");
            assert.match(
                last.text,
                /^a policy forbids it: volumes-per-drive: drive 'content' has 2 volumes.* \(content-b[ab]\)$/,
            );
            const { stdout } = await site.pulumi("stack", "export", "-s", STACK);
            const state = JSON.parse(stdout) as { deployment: { resources?: unknown[] } };
            assert.deepEqual(state.deployment.resources ?? [], []);
        });
    }

    it("previews with a level that is lowered, and says why", async () => {
        const { code, said, all } = await drive("preview", {
            "backup-declared": { enforcementLevel: "disabled", reason: "backed up by another stack" },
        });
        assert.equal(code, 0, all);
        assert.deepEqual(
            said.filter(({ code: message }) => message === "DRIVE_I2005").map(({ text }) => text),
            [
                `pack-configuration: policy 'backup-declared' is switched off here: 'backed up by another stack' (elastic-drive-${STACK})`,
            ],
        );
    });

    it("refuses a faulty file before the engine starts, all faults at once", async () => {
        const { code, last, all } = await drive("preview", {
            "volumes-per-drives": { max: 3 },
            "slot-budget": { spare: "one" },
        });
        assert.equal(code, 2, all);
        assert.equal(last?.data?.code, "InvalidInput");
        assert.deepEqual(
            last.data.faults?.map(({ path }) => path),
            ["'volumes-per-drives'", "slot-budget.spare"],
        );
        assert.match(last.data.hint ?? "", new RegExp(`^correct stacks/policies.${STACK}.json; `));
        assert.equal((await drive("preview", "{ ")).last?.data?.code, "InvalidInput");
    });
});

interface Data {
    readonly code?: string;
    readonly hint?: string;
    readonly faults?: readonly { readonly path: string }[];
    readonly policy?: string;
    readonly level?: string;
    readonly resource?: string;
}
