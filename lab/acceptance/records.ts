import * as assert from "node:assert/strict";
import { CLIENT_MOUNT_POINT, MOUNT_POINT } from "../../infra/model/names";
import type { Written } from "../rig/peer";
import { theSite, webServers } from "./shared";

/** A writer must have got this far before and after, else "no error" says nothing. */
const RECORDS_AT_LEAST = 5;

/** Has the first web server write checksummed records all the time `work` runs; every acknowledged one must be there, whole, for the other. */
export async function underAWriter(name: string, work: () => Promise<void>): Promise<Written> {
    const [first, second] = await webServers();
    const { drive } = await theSite();
    await (await drive.server()).run(`sudo install -d -o 33 -g 33 ${MOUNT_POINT}/${name}`);
    await first.peer.startWriter(`${CLIENT_MOUNT_POINT}/${name}`);
    await records(first.peer, RECORDS_AT_LEAST);
    try {
        await work();
    } catch (error) {
        await first.peer.stopWriter().catch(() => undefined); // the stories after this one compare what is on the drive
        throw error;
    }
    const { records: sofar } = await first.peer.writtenSoFar();
    await records(first.peer, sofar + RECORDS_AT_LEAST); // it goes on after the work, too
    const result = await first.peer.stopWriter();
    assert.deepEqual(result.errors, [], "the writer saw errors");
    assert.deepEqual(
        await second.peer.check(result.written),
        [],
        "acknowledged records that the other web server does not see whole",
    );
    return result;
}

async function records(peer: { writtenSoFar(): Promise<{ records: number }> }, count: number): Promise<void> {
    while ((await peer.writtenSoFar()).records < count) await new Promise((resolve) => setTimeout(resolve, 500));
}
