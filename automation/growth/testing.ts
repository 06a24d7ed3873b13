import * as assert from "node:assert/strict";
import { type DriveConfig, parseDriveConfig } from "../../infra/model/config";
import { freeNames } from "../model/slots";
import type { How, OpenWay, Way } from "./ways/way";

/** For specs of the planner. */
export const drive = (slots: Record<string, object>, instanceType = "m7i.large"): DriveConfig =>
    parseDriveConfig({
        name: "content",
        zone: "us-east-1a",
        network: { subnetId: "subnet-00000001", sshFrom: ["203.0.113.0/24"] },
        server: { instanceType, imageId: "ami-00000001" },
        slots,
    });

/** Many volumes of an old type: what is consolidated. */
export const twelve = drive(
    Object.fromEntries(
        freeNames({})
            .slice(0, 12)
            .map((name) => [name, { sizeGiB: 500, type: "gp2" }]),
    ),
);

export const wayOf = (ways: readonly Way[], how: How): Way => ways.find((way) => way.how === how)!;

export function open(ways: readonly Way[], how: How): OpenWay {
    const way = wayOf(ways, how);
    assert.ok("slots" in way, JSON.stringify(way));
    return way;
}

export function closed(ways: readonly Way[], how: How): string {
    const way = wayOf(ways, how);
    assert.ok("impossible" in way, JSON.stringify(way));
    return way.impossible;
}
