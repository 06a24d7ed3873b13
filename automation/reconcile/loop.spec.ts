import * as assert from "node:assert/strict";
import { parseDriveConfig } from "../../infra/model/config";
import { RecordingHost } from "../io/recording";
import { LookAgain } from "../model/look-again";
import type { Observed } from "../model/observed";
import type { Step } from "../model/steps";
import { reconcile } from "./loop";
import { systemClock } from "../io/wait";

const desired = parseDriveConfig({
    name: "content",
    zone: "us-east-1a",
    network: { subnetId: "subnet-00000001", sshFrom: ["203.0.113.0/24"] },
    server: { instanceType: "m7i.large", imageId: "ami-00000001" },
    slots: { ba: { sizeGiB: 8 } },
});
const nothing: Observed = {
    ec2: { volumes: [], servers: [], parts: [], snapshots: [] },
    stack: { volumes: {}, ids: [], pending: 0 },
    guest: undefined,
    changes: undefined,
};

function loop(apply: (step: Step) => Promise<void>, signal?: AbortSignal) {
    const notes: string[] = [];
    const ports = { observe: () => Promise.resolve(nothing), apply };
    const note = (event: string, text: string): Promise<void> => Promise.resolve(void notes.push(`${event}: ${text}`));
    return { ports, host: new RecordingHost(), clock: systemClock, note, notes, signal };
}

describe("reconcile", () => {
    it("does not believe a step whose effect is not visible", async () => {
        await assert.rejects(
            reconcile(
                desired,
                nothing,
                loop(() => Promise.resolve()),
            ),
            { code: "StepNotVerified" },
        );
    });
    it("stops at the first failure and writes it down", async () => {
        const failing = loop(() => Promise.reject(new Error("no")));
        await assert.rejects(reconcile(desired, nothing, failing), { message: "no" });
        assert.deepEqual(failing.notes, ["failed: pulumi up: no"]);
    });
    it("does nothing more once it is told to stop", async () => {
        const stop = new AbortController();
        stop.abort();
        const applied: Step[] = [];
        const stopped = loop((step) => Promise.resolve(void applied.push(step)), stop.signal);
        await assert.rejects(reconcile(desired, nothing, stopped), { code: "Interrupted" });
        assert.deepEqual(applied, []);
    });
    describe("beside another driver", () => {
        const other = { ...desired, revision: 7 };
        const found = async (after: Observed["stack"]["desired"]): Promise<number> => {
            let tries = 0;
            const waited = loop(() => Promise.reject(tries++ === 0 ? new LookAgain() : new Error("tried again")));
            const observe = (): Promise<Observed> =>
                Promise.resolve({ ...nothing, stack: { ...nothing.stack, desired: after } });
            await reconcile(desired, nothing, { ...waited, ports: { ...waited.ports, observe } });
            return tries;
        };
        it("looks again and goes on when the other one changed nothing", async () => {
            await assert.rejects(found(undefined), { message: "tried again" });
        });
        it("leaves when the other one made another drive of it, and undoes nothing", async () => {
            await assert.rejects(found(other), { code: "ChangedMeanwhile" });
        });
        it("goes on when the other one did the same", async () => {
            await assert.rejects(found(desired), { message: "tried again" });
        });
    });
    it("refuses with every reason before anything is done", async () => {
        const elsewhere: Observed = {
            ...nothing,
            ec2: {
                ...nothing.ec2,
                volumes: [
                    {
                        id: "vol-1",
                        slot: "ba",
                        zone: "us-east-1a",
                        sizeGiB: 8,
                        type: "gp3",
                        state: "in-use",
                        attachedTo: "i-9",
                    },
                ],
            },
        };
        await assert.rejects(
            reconcile(
                desired,
                elsewhere,
                loop(() => assert.fail("a step was done")),
            ),
            { code: "DriveNotOurs" },
        );
    });
});
