import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** The rule is an ES module, as ESLint's configuration is; these specs are not, so a child asks it. */
function faultsOf(imports: readonly (readonly [importer: string, imported: string])[]): (string | undefined)[] {
    const program = `
        import { faultOf } from ${JSON.stringify(join(__dirname, "directions.mjs"))};
        const imports = JSON.parse(process.argv[1]);
        console.log(JSON.stringify(imports.map(([importer, imported]) => faultOf(importer, imported) ?? null)));`;
    const answer = execFileSync(process.execPath, ["--input-type=module", "-e", program, JSON.stringify(imports)]);
    return (JSON.parse(answer.toString()) as (string | null)[]).map((fault) => fault ?? undefined);
}

describe("the import directions", () => {
    it("allow what design §2 allows", () => {
        const faults = faultsOf([
            ["infra/model/config.ts", "./errors"],
            ["infra/model/config.ts", "zod"],
            ["infra/model/config.spec.ts", "node:assert/strict"],
            ["infra/guest/call.ts", "../model/errors"],
            ["infra/components/drive.ts", "../guest/call"],
            ["infra/index.ts", "./components/drive"],
            ["automation/cli/main.ts", "../../infra/guest/call"],
            ["automation/cli/lab.ts", "./lab"],
            ["policies/limits.ts", "../infra/model/limits"],
            ["automation/engine/policies.ts", "../../policies/kit/configuration-file"],
            ["lab/daemon/main.ts", "../machines/hardware"],
            ["lab/acceptance/10-create.story.ts", "../../automation/index"],
            ["docs/examples/tooling.ts", "../../automation"],
        ]);
        assert.deepEqual(
            faults.filter((fault) => fault !== undefined),
            [],
        );
    });

    it("refuse the others, each with its reason", () => {
        const faults = faultsOf([
            ["infra/model/config.ts", "node:fs"],
            ["infra/model/config.ts", "../guest/call"],
            ["infra/guest/call.ts", "../components/drive"],
            ["infra/components/drive.ts", "../../automation/reconcile/next-steps"],
            ["policies/limits.ts", "../infra/components/drive"],
            ["policies/limits.spec.ts", "../lab/index"],
            ["automation/cli/main.ts", "../../lab/index"],
            ["automation/engine/policies.ts", "../../policies/all"],
            ["lab/daemon/main.ts", "../../automation/index"],
            ["lab/ec2/volumes.ts", "../machines/machine"],
            ["docs/examples/tooling.ts", "../../automation/reconcile/next-steps"],
        ]);
        const open = faults.flatMap((fault, i) => (fault === undefined ? [i] : []));
        assert.deepEqual(open, [], "these imports were let through");
        assert.equal(
            faults[6],
            "automation does not import lab/index: the driver speaks to EC2, ssh and the engine through its ports and never knows that a lab exists: start it as a child process",
        );
    });
});
