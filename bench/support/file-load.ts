import type { Shell } from "../../lab/rig/shell";

/** As the web servers' user: one large file to the disk, small files each made and synced, the large one read after the cache is dropped. */
const LOAD = `
import json, os, sys, time
folder, size, files = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

def write(path, data):
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for block in data: os.write(file, block)
    os.fsync(file)
    os.close(file)

block = os.urandom(1 << 20)
began = time.monotonic()
write(folder + "/large", [block] * size)
written = size / (time.monotonic() - began)
began = time.monotonic()
for n in range(files): write(f"{folder}/small-{n}", [block[:4096]])
small = (time.monotonic() - began) / files * 1000
file = os.open(folder + "/large", os.O_RDONLY)
os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
began = time.monotonic()
while os.read(file, 1 << 20): pass
print(json.dumps([written, size / (time.monotonic() - began), small]))
`;

/** MiB/s written with fsync and read, and milliseconds for a file of 4 KiB with fsync. */
export type FileLoad = readonly [writeMibps: number, readMibps: number, smallMs: number];

export async function fileLoad(machine: Shell, folder: string, sizeMiB: number, files: number): Promise<FileLoad> {
    const command = `sudo -u www-data mkdir -p ${folder} && sudo -u www-data python3 - ${folder} ${sizeMiB} ${files}`;
    return JSON.parse(await machine.run(command, LOAD)) as FileLoad;
}
