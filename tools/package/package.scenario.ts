import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
    copyFileSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScenarioSite, type Ended } from "../../automation/scenarios/support/site";
import { REPOSITORY } from "../setup/key";

const STACK = "content";
const CONSUMER = join(__dirname, "consumer");
const EXAMPLES = join(REPOSITORY, "docs/examples");

interface Packed {
    readonly filename: string;
    readonly unpackedSize: number;
    readonly files: readonly { readonly path: string }[];
}

/** Packed, installed in an empty folder, and used there as somebody would who has never seen this repository. */
describe("the package", function () {
    this.timeout(600_000);
    const shelf = mkdtempSync(join(tmpdir(), "drive-package-"));
    let packed: Packed;
    let site: ScenarioSite;
    before(async () => {
        const printed = execFileSync("npm", ["pack", "--json", "--pack-destination", shelf], {
            cwd: REPOSITORY,
            stdio: ["ignore", "pipe", "ignore"],
        });
        [packed] = JSON.parse(printed.toString().slice(printed.indexOf("["))) as [Packed];
        site = await ScenarioSite.open((folder) => install(folder, join(shelf, packed.filename)));
    });
    after(async () => {
        await site?.close();
        rmSync(shelf, { recursive: true, force: true });
    });

    it("holds no test, no lab and no source, and is small", () => {
        const paths = packed.files.map(({ path }) => path);
        const strange = paths.filter((path) => !/^(dist|docs)\/|^(package\.json|README\.md|LICENSE)$/.test(path));
        const unwanted = paths.filter((path) =>
            /spec|scenario|story|\.long\.|testing|^dist\/(lab|bench|tools)|\/simulation\/|\/scenarios\//.test(path),
        );
        const sources = paths.filter(
            (path) => path.startsWith("dist/") && path.endsWith(".ts") && !path.endsWith(".d.ts"),
        );
        assert.deepEqual([strange, unwanted, sources], [[], [], []]);
        assert.ok(packed.unpackedSize < 1_500_000, `${packed.unpackedSize} bytes`);
        assert.equal(existsSync(join(REPOSITORY, "dist")), false, "the clone keeps nothing of it");
    });

    it("brings what it needs and no compiler", () => {
        assert.equal(existsSync(join(site.checkout, "node_modules/typescript")), false);
        assert.ok(existsSync(join(site.checkout, "node_modules/@pulumi/pulumi")));
    });

    it("has a command line, which says where the lab is", async () => {
        const help = await npx("--help");
        assert.match(help.stdout, /^Usage: elastic-drive/);
        const lab = await npx("lab", "start");
        assert.deepEqual([lab.code, /\(LabElsewhere\)/.test(lab.stderr)], [1, true]);
        const nowhere = await npx("status");
        assert.deepEqual([nowhere.code, /\(NoProject\)/.test(nowhere.stderr)], [1, true]);
    });

    it("makes a project of the folder, and a drive: by its own command line, by plain Pulumi, with its policies", async () => {
        await site.init(STACK, "ba=2");
        assert.match(readFileSync(join(site.checkout, "Pulumi.yaml"), "utf8"), /^main: elastic-drive\.cjs$/m);
        const previewed = await npx("preview", "--json");
        assert.match(previewed.stdout, /backup-declared/);
        await succeeds(site.pulumi("preview", "-s", STACK));
        await succeeds(npx("up", "--yes"));
        await succeeds(site.pulumi("preview", "-s", STACK, "--expect-no-changes"));
    });

    it("makes no project of a folder that is another's, that has no package, or another copy of it", async () => {
        for (const [code, prepare] of [
            [
                "NoProject",
                (folder: string) => writeFileSync(join(folder, "Pulumi.yaml"), "name: website\nruntime: nodejs\n"),
            ],
            ["PackageNotInstalled", () => undefined],
            ["PackageDiffers", (folder: string) => plantPackage(join(folder, "node_modules/elastic-drive"))],
        ] as const) {
            const folder = join(shelf, code);
            mkdirSync(folder);
            prepare(folder);
            const before = readdirSync(folder);
            const refused = await npx(
                "init",
                "--stack",
                "other",
                "--name",
                "other",
                "--zone",
                "us-east-1a",
                "--cwd",
                folder,
            );
            assert.ok(refused.code === 1 && refused.stderr.includes(`(${code})`), refused.stderr);
            assert.deepEqual(readdirSync(folder), before);
        }
    });

    it("is taken by a program in TypeScript, as ES module and as CommonJS, under strict rules, and does its work", async () => {
        for (const name of ["use.mts", "use.cts"]) copyFileSync(join(CONSUMER, name), join(site.checkout, name));
        copyFileSync(join(EXAMPLES, "internal-tooling.ts"), join(site.checkout, "internal-tooling.ts"));
        await compiles(
            "--module",
            "nodenext",
            "--skipLibCheck",
            "false",
            "--outDir",
            "out",
            "use.mts",
            "use.cts",
            "internal-tooling.ts",
        );
        await compiles("--module", "esnext", "--moduleResolution", "bundler", "--noEmit", "internal-tooling.ts");
        assert.deepEqual(await answers("out/use.mjs"), {
            ...{ drive: "content", codes: ["DRIVE_I3000"], known: true },
            ...{ refused: "NoSuchSlot", unasked: "ConfirmationNeeded", stopped: "Interrupted" },
        });
        assert.deepEqual(await answers("out/use.cjs"), { outcome: "fine", fromGiB: 2 });
    });

    it("is taken by plain JavaScript", async () => {
        copyFileSync(join(EXAMPLES, "report.mjs"), join(site.checkout, "report.mjs"));
        const report = await site.run("node", "report.mjs", ".", STACK);
        assert.equal(report.stdout, "content: 0 % in use; nothing is going on\n", report.stderr);
        const names = await site.run("node", "-p", "typeof require('elastic-drive').Drive");
        assert.equal(names.stdout, "function\n", names.stderr);
    });

    it("serves internal tooling: a growth that is paid for, told as it goes, and done once", async () => {
        const tool = (...args: string[]): Promise<Ended> =>
            site.run("node", "out/internal-tooling.js", ".", STACK, ...args);
        const told = ({ stdout }: Ended): string[] =>
            stdout
                .trim()
                .split("\n")
                .map((line) => (JSON.parse(line) as { what: string }).what);
        assert.deepEqual(told(await tool("100", "1")), ["too-dear"]);
        const grown = told(await tool("4", "1"));
        assert.deepEqual([grown.at(-2), grown.at(-1)], ["DRIVE_I2004", "grown"]);
        assert.deepEqual(told(await tool("4", "1")), ["nothing-to-do"]);
    });

    const npx = (...args: string[]): Promise<Ended> => site.run("npx", "elastic-drive", ...args);
    const succeeds = (work: Promise<Ended>): Promise<void> => site.succeeds(work);
    const compiles = (...args: string[]): Promise<void> =>
        succeeds(
            site.run(
                join(REPOSITORY, "node_modules/.bin/tsc"),
                "--strict",
                "--target",
                "es2022",
                "--types",
                "node",
                ...args,
            ),
        );
    const answers = async (program: string): Promise<unknown> => {
        const ended = await site.run("node", program, STACK);
        assert.equal(ended.code, 0, ended.stderr);
        return JSON.parse(ended.stdout) as unknown;
    };
});

function plantPackage(folder: string): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "elastic-drive", version: "9.9.9" }));
}

/**
 * npm installs the package into an empty project. What it depends on is there already, as links to this clone's files, so
 * that nothing is fetched; npm takes away what the package does not ask for.
 */
async function install(folder: string, tarball: string): Promise<string> {
    mkdirSync(folder);
    execFileSync("cp", ["-a", "--link", join(REPOSITORY, "node_modules"), join(folder, "node_modules")]);
    for (const kept of [".package-lock.json", ".cache"])
        rmSync(join(folder, "node_modules", kept), { recursive: true, force: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "tooling", version: "1.0.0", private: true }));
    execFileSync("npm", ["install", tarball, "--offline", "--ignore-scripts", "--no-audit", "--no-fund"], {
        cwd: folder,
        stdio: ["ignore", "ignore", "pipe"],
    });
    return join(folder, "node_modules/.bin/elastic-drive");
}
