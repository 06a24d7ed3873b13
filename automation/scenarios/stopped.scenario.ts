import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Drive, type Message } from "../index";
import { settles } from "./support/processes";
import { ScenarioSite } from "./support/site";

const STACK = "stopped";

describe("an operation that is stopped while data moves", function () {
    this.timeout(600_000);
    let site: ScenarioSite;
    before(async () => {
        site = await ScenarioSite.open();
        await site.make(STACK, "ba=2");
        site.guest!.state.moves = false;
    });
    after(() => site.close());

    beforeEach(() => {
        delete site.guest!.state.pace;
    });

    for (const [flags, says, pace] of [
        [
            [],
            /the move of slot ba goes on on the server: .*elastic-drive pause lets it rest.*elastic-drive cancel ends it/,
            undefined,
        ],
        [
            ["--on-stop", "pause"],
            /the move of slot ba rests once its range has ended: .*elastic-drive cancel ends it/,
            "0",
        ],
    ] as const) {
        it(`by Ctrl-C ${flags.join(" ")}, says what becomes of the move, and how to end it`, async () => {
            const file = join(site.folder, "stderr");
            const handle = openSync(file, "w");
            const program = join(__dirname, "..", "..", "bin", "elastic-drive");
            const args = [
                "replace",
                "ba",
                "--with",
                "4GiB",
                ...flags,
                "--yes",
                "--stack",
                STACK,
                "--cwd",
                site.checkout,
            ];
            const driver = spawn(program, args, { env: site.env, stdio: ["ignore", "ignore", handle] });
            const ended = new Promise<number | null>((resolve) => driver.once("close", resolve));
            await isWatched();
            driver.kill("SIGINT");
            assert.equal(await ended, 1);
            closeSync(handle);
            const said = readFileSync(file, "utf8").replace(/\s+/g, " ");
            assert.match(said, says);
            assert.match(said, /\(Interrupted\)/);
            assert.equal(site.guest!.state.pace, pace);
        });
    }

    for (const [onAbort, pace] of [
        ["leave", undefined],
        ["pause", "0"],
    ] as const) {
        it(`by a program's signal with '${onAbort}', goes on, or rests, as asked, and fails once`, async () => {
            const stop = new AbortController();
            const drive = new Drive({ projectDir: site.checkout, stack: STACK, env: site.env, answer: () => true });
            site.guest!.state.calls.length = 0;
            const run = drive.up({ signal: stop.signal, onAbort });
            const said: Message[] = [];
            for await (const message of run) {
                said.push(message);
                if (message.code === "DRIVE_I2013") stop.abort();
            }
            await assert.rejects(run, { code: "Interrupted" });
            assert.deepEqual(
                said.slice(-2).map(({ code }) => code),
                ["DRIVE_W2014", "DRIVE_E9000"],
            );
            assert.equal(site.guest!.state.pace, pace);
            assert.equal(site.guest!.state.calls.includes("stay"), false, "nothing is undone");
        });
    }

    /** The driver has seen the job at work: another look has followed the one that took the lease. */
    const isWatched = (): Promise<void> => {
        let since: number | undefined;
        return settles("the move", 300, () => {
            const { calls, lease } = site.guest!.state;
            const looks = calls.filter((verb) => verb === "observe").length;
            if (calls.includes("move") && lease.includes("replace ba by")) since ??= looks;
            return Promise.resolve(since !== undefined && looks > since);
        });
    };
});
