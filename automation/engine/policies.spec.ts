import * as assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Events } from "./events";
import { HOME } from "./package-root";
import { packOptions, violated } from "./policies";

describe("the project's policy pack", () => {
    let project: string;
    beforeEach(() => {
        project = mkdtempSync(join(tmpdir(), "elastic-drive-pack-"));
        mkdirSync(join(project, "policies"));
        mkdirSync(join(project, "stacks"));
    });
    afterEach(() => rmSync(project, { recursive: true, force: true }));
    const pack = (): void => writeFileSync(join(project, "policies", "PulumiPolicy.yaml"), "runtime: nodejs\n");
    const settings = (text: string): void => writeFileSync(join(project, "stacks", "policies.a.json"), text);

    it("is this package's own where the project has none", async () => {
        assert.deepEqual(await packOptions(project, "a"), { policyPacks: [join(HOME, "policies")] });
    });
    it("is taken, with the stack's own settings if it has some", async () => {
        pack();
        assert.deepEqual(await packOptions(project, "a"), { policyPacks: [join(project, "policies")] });
        settings('{ "volumes-per-drive": { "max": 3 } }');
        assert.deepEqual(await packOptions(project, "organization/elastic-drive/a"), {
            policyPacks: [join(project, "policies")],
            policyPackConfigs: [join(project, "stacks", "policies.a.json")],
        });
        assert.equal((await packOptions(project, "b")).policyPackConfigs, undefined);
    });
    it("is not asked with settings that are faulty", async () => {
        pack();
        settings('{ "volumes-per-drives": "disabled" }');
        await assert.rejects(packOptions(project, "a"), {
            code: "InvalidInput",
            message: /^stacks\/policies\.a\.json: 'volumes-per-drives': there is no policy .*did you mean/,
        });
    });
});

describe("what policies said", () => {
    const events = new Events();
    let sequence = 0;
    const say = (policyName: string, enforcementLevel: string, message: string): void =>
        events.take({
            sequence: ++sequence,
            timestamp: 1,
            policyEvent: {
                ...{ policyName, enforcementLevel: enforcementLevel as "mandatory", message, color: "never" },
                ...{ policyPackName: "p", policyPackVersion: "1", policyPackVersionTag: "1" },
                resourceUrn: "urn:pulumi:t::elastic-drive::aws:ebs/volume:Volume::content-ba",
            },
        });
    afterEach(() => events.reset());

    it("is told by name, level, resource and text, without what stands before and after it", () => {
        say(
            "same-zone",
            "mandatory",
            "<{%reset%}>A volume is in one zone.\nvolume 'a' is in 'b'\nHow to fix: move it.<{%reset%}>\n",
        );
        assert.deepEqual(events.judged(), [
            { policy: "same-zone", level: "mandatory", resource: "content-ba", message: "volume 'a' is in 'b'" },
        ]);
    });
    it("counts once when the SDK reads the same line twice, and anew in another attempt", () => {
        say("same-zone", "mandatory", "d\nin 'b'");
        sequence--;
        say("same-zone", "mandatory", "d\nin 'b'");
        assert.equal(events.judged().length, 1);
        events.reset();
        sequence--;
        say("same-zone", "mandatory", "d\nin 'b'");
        assert.equal(events.judged().length, 1);
    });
    it("refuses by each mandatory one, and by no remark", () => {
        say("backup-declared", "advisory", "no plan");
        assert.equal(violated(events.judged(), undefined), undefined);
        say("same-zone", "mandatory", "d\nin 'b'");
        say("slot-budget", "mandatory", "d\n3 needed");
        const error = violated(events.judged(), undefined);
        assert.equal(error?.code, "PolicyViolated");
        assert.equal(
            error.message,
            "policies forbid it: same-zone: in 'b' (content-ba); slot-budget: 3 needed (content-ba)",
        );
    });
});
