import type { Shell } from "../../lab/rig/shell";

/** Past the cache: one sequential stream of 1 MiB requests each way, then eight readers of 4 KiB anywhere. */
const LOAD = `
import json, mmap, os, random, sys, threading, time
path, size, seconds = sys.argv[1], int(sys.argv[2]) << 20, float(sys.argv[3])
disk = os.open(path, os.O_RDWR | os.O_DIRECT)
large = mmap.mmap(-1, 1 << 20)
large.write(os.urandom(1 << 20))

def stream(call):
    began = time.monotonic()
    for at in range(0, size, 1 << 20):
        call(disk, [large], at)
    return size / (1 << 20) / (time.monotonic() - began)

def anywhere():
    done, end = [], time.monotonic() + seconds
    def reader():
        small, count = mmap.mmap(-1, 4096), 0
        while time.monotonic() < end:
            os.preadv(disk, [small], random.randrange(size // 4096) * 4096)
            count += 1
        done.append(count)
    threads = [threading.Thread(target=reader) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return sum(done) / seconds

print(json.dumps([stream(os.pwritev), stream(os.preadv), anywhere()]))
`;

const RANDOM_SECONDS = 3;

/** MiB/s written and read in one stream, and random reads of 4 KiB a second. */
export type DiskLoad = readonly [writeMibps: number, readMibps: number, randomIops: number];

/** What each disk may give, as a volume of EBS may: by the kernel's io.max. */
export interface Limit {
    readonly disks: readonly string[];
    readonly mibps: number;
    readonly iops: number;
}

export async function diskLoad(server: Shell, path: string, sizeMiB: number, limit?: Limit): Promise<DiskLoad> {
    const limits = limit?.disks.flatMap((disk) => [
        ...["Read", "Write"].map((way) => `-p 'IO${way}BandwidthMax=${disk} ${limit.mibps * 2 ** 20}'`),
        ...["Read", "Write"].map((way) => `-p 'IO${way}IOPSMax=${disk} ${limit.iops}'`),
    ]);
    const service = `sudo systemd-run --quiet --pipe --wait ${limits?.join(" ") ?? ""}`;
    return JSON.parse(await server.run(`${service} python3 - ${path} ${sizeMiB} ${RANDOM_SECONDS}`, LOAD)) as DiskLoad;
}
