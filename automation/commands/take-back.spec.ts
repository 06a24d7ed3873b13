import * as assert from "node:assert/strict";
import { DriveError } from "../../infra/model/errors";
import type { Session } from "../world/session";
import { Interrupted } from "../io/wait";
import { takeBack } from "./take-back";

describe("what a failed copy takes back", () => {
    const looked = new Error("it looks what there is to take back");
    const session = { options: {}, configured: () => Promise.reject(looked) } as unknown as Session;

    it("is nothing of another driver's, and nothing where it was only stopped", async () => {
        for (const code of ["StackLocked", "LeaseHeld", "LeaseLost", "ChangedMeanwhile", "StaleCheckout", "LookAgain"])
            await takeBack(session, new DriveError(code, "another driver"));
        await takeBack(session, new Interrupted());
    });
    it("is looked at after any other failure", async () => {
        for (const failure of [new DriveError("Ec2LimitReached", "no more snapshots"), new Error("a bug")])
            await assert.rejects(takeBack(session, failure), looked);
    });
});
