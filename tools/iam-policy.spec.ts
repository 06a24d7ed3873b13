import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TAG } from "../infra/model/names";
import { REPOSITORY } from "./setup/key";
import { filesUnder } from "./test/tree";

interface Statement {
    readonly Sid: string;
    readonly Effect: string;
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const read = (path: string): string => readFileSync(join(REPOSITORY, path), "utf8");
const { Statement: statements } = JSON.parse(read("docs/iam-policy.json")) as { Statement: readonly Statement[] };
const actionsOf = ({ Action }: Statement): readonly string[] => (typeof Action === "string" ? [Action] : Action);
const allowed = new Set(statements.flatMap(actionsOf));

/** Every call to EC2 in the source: the driver's command classes, and the provider's methods as the stand-in has them. */
function callsIn(folder: string): Set<string> {
    const code = filesUnder(REPOSITORY, folder).filter(
        (path) => path.endsWith(".ts") && !/\.(spec|scenario|long)\.ts$/.test(path),
    );
    const verb =
        "allocate|associate|attach|authorize|create|delete|describe|detach|disassociate|modify|reboot|release|revoke|run|start|stop|terminate";
    return new Set(
        code.flatMap((path) => [
            ...[...read(path).matchAll(/\b([A-Z][A-Za-z]+)Command\b/g)].map((match) => match[1]!),
            ...[...read(path).matchAll(new RegExp(`\\.((?:${verb})[A-Z][A-Za-z]+)\\(`, "g"))].map(
                ([, method]) => method![0]!.toUpperCase() + method!.slice(1),
            ),
        ]),
    );
}

describe("the operator's IAM policy", () => {
    it("allows every call that the driver makes", () => {
        const calls = [...callsIn("automation/ec2")];
        assert.ok(calls.length > 5, "the driver's calls were found");
        assert.deepEqual(
            calls.filter((call) => !allowed.has(`ec2:${call}`)),
            [],
        );
    });

    it("allows every call that the provider makes for the program", () => {
        const calls = [...callsIn("lab/plugins/aws")];
        assert.ok(calls.length > 15, "the provider's calls were found");
        assert.deepEqual(
            calls.filter((call) => !allowed.has(`ec2:${call}`)),
            [],
        );
    });

    it("changes nothing without the drive's tag, but for surroundings, a root volume and rules", () => {
        const free = statements.filter(
            (statement) =>
                !JSON.stringify(statement.Condition ?? {}).includes(TAG.drive) &&
                actionsOf(statement).some((action) => !/^(ec2:Describe|sts:Get)/.test(action)),
        );
        assert.deepEqual(
            free.map(({ Sid }) => Sid),
            ["CreateFromWhatIsThere", "RootVolumeOfTheServer", "TagOnlyInTheCreatingCall", "RulesOfTheDrivesDoor"],
        );
    });

    it("grants no wildcard action and nothing outside EC2 but the caller's own identity", () => {
        assert.deepEqual(
            [...allowed].filter((action) => action.includes("*") || !action.startsWith("ec2:")),
            ["sts:GetCallerIdentity"],
        );
    });
});
