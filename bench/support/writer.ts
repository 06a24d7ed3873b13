import { MOUNT_POINT } from "../../infra/model/names";
import type { OperatedDrive } from "../../lab/rig/drive";

/** 4 KiB and fsync, fifty times a second at most, for so many seconds; what each took. */
const WRITER = `
import json, os, sys, time
file, seconds = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT), float(sys.argv[2])
block, taken, end = os.urandom(4096), [], time.monotonic() + seconds
while time.monotonic() < end:
    began = time.monotonic()
    os.pwrite(file, block, len(taken) % 1024 * 4096)
    os.fsync(file)
    taken.append((time.monotonic() - began) * 1000)
    time.sleep(0.02)
taken.sort()
print(json.dumps([taken[int(len(taken) * share)] for share in (0.5, 0.95, 0.99)]))
`;

/** Milliseconds that a write with fsync takes on the server: p50, p95, p99. */
export type Latency = readonly [number, number, number];

export async function latency(drive: OperatedDrive, seconds: number): Promise<Latency> {
    const command = `sudo python3 - ${MOUNT_POINT}/latency ${seconds}`;
    return JSON.parse(await (await drive.server()).run(command, WRITER)) as Latency;
}
