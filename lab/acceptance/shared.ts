import * as assert from "node:assert/strict";
import { after, afterEach } from "mocha";
import type { Outputs } from "../rig/drive";
import type { Shell } from "../rig/shell";
import { Site, WEB_ADDRESSES } from "../rig/site";
import type { WebServer } from "../rig/web-server";

/** Emulated machines, two cores: generous, and never the thing under test. */
export const STORY_TIMEOUT_MS = 25 * 60_000;

let site: Promise<Site> | undefined;
let servers: Promise<readonly [WebServer, WebServer]> | undefined;
let failed = false;

/** One lab and one drive for all stories: a boot costs a minute or more. */
export function theSite(): Promise<Site> {
    site ??= Site.open();
    return site;
}

/** Two web servers, booted side by side with the drive's own server. */
export function webServers(): Promise<readonly [WebServer, WebServer]> {
    servers ??= theSite().then((opened) =>
        Promise.all([opened.bootWebServer(WEB_ADDRESSES[0]), opened.bootWebServer(WEB_ADDRESSES[1])]),
    );
    servers.catch(() => undefined); // whoever awaits it sees the failure
    return servers;
}

/** A script that root finds before the program of that name; what is returned takes it away again. */
export async function putInFront(shell: Shell, program: string, body: string): Promise<() => Promise<unknown>> {
    const there = `/usr/local/sbin/${program}`;
    await shell.run(`sudo tee ${there} >/dev/null && sudo chmod 755 ${there}`, `#!/bin/sh\n${body}`);
    return () => shell.run(`sudo rm ${there}`);
}

/** What no loss of a server may change: where clients and people find the drive, and what it lies on. */
export function assertSameDrive(after: Outputs, before: Outputs): void {
    assert.deepEqual(
        [after.privateIp, after.sshHost, after.hostKey, after.volumes],
        [before.privateIp, before.sshHost, before.hostKey, before.volumes],
    );
}

afterEach(function () {
    if (this.currentTest?.state !== "failed") return;
    failed = true;
    // At once: a run of stories takes long, and what is said at its end may never be.
    process.stderr.write(`${this.currentTest.fullTitle()}: ${String(this.currentTest.err?.stack)}\n`);
});

after(async function () {
    this.timeout(STORY_TIMEOUT_MS);
    const opened = await site?.catch(() => undefined);
    if (opened === undefined) return;
    await opened.close(failed);
    if (failed) process.stderr.write(`consoles and logs of the failed stories are kept in ${opened.folder}\n`);
});
