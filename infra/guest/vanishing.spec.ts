import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestProgram } from "./call";
import { ObserveResult } from "./observed";
import { parseAnswer } from "./results";

/** A look at a server whose files are these: by path a text, or null for one that is there when it is tested and gone when it is read. */
async function look(files: Readonly<Record<string, string | null>>): Promise<ObserveResult> {
    const root = mkdtempSync(join(tmpdir(), "gone-"));
    const sockets: Server[] = [];
    try {
        for (const [path, text] of Object.entries(files)) {
            mkdirSync(join(root, path, ".."), { recursive: true });
            if (text !== null) {
                writeFileSync(join(root, path), text);
                continue;
            }
            // A socket can be tested like a file, and to open it fails as if there were none.
            const socket = createServer().listen(join(root, path));
            await once(socket, "listening");
            sockets.push(socket);
        }
        const paths = `SYS='${root}/sys' NFSD='${root}/nfsd' MOUNTS='${root}/mounts' LEASE='${root}/lease' MOVE_HOME='${root}/move'`;
        const fakes = "systemctl() { :; }; type() { :; }; stat() { return 1; }";
        const { status, stdout, stderr } = spawnSync("bash", ["-c", 'eval "$(cat)"'], {
            input: guestProgram([join(__dirname, "observe.sh")], {}, [paths, fakes, "run observe"].join("\n")),
            encoding: "utf8",
        });
        return parseAnswer(ObserveResult, "observe", { code: status ?? -1, stdout, stderr });
    } finally {
        for (const socket of sockets) socket.close();
        rmSync(root, { recursive: true, force: true });
    }
}

const CLIENT = 'clientid: 0x1\naddress: "10.0.1.21:799"\nstatus: confirmed\nname: "web"\n';

describe("a look at a server on which something goes meanwhile", () => {
    it("goes on without a client that left, a lease that was given back, a move that ended and a disk that was pulled out", async () => {
        const seen = await look({
            mounts: "29 1 254:1 / /var/content rw,noatime shared:1 - xfs /dev/mapper/elastic_drive-content rw\n",
            lease: null,
            "move/job": "",
            "move/progress": null,
            "move/pace": null,
            "nfsd/threads": "8\n",
            "nfsd/clients/1/info": null,
            "nfsd/clients/2/info": CLIENT,
            "sys/block/vdb/serial": "vol0123456789abcdef0\n",
            "sys/block/vdb/size": null,
            "sys/block/vdc/serial": "vol0fedcba9876543210\n",
            "sys/block/vdc/size": "2097152\n",
            "sys/class/block/vdb/dev": null,
            "sys/class/block/vdc/dev": "254:32\n",
        });
        assert.deepEqual(
            seen.clients.map(({ address }) => address),
            ["10.0.1.21"],
        );
        assert.deepEqual([seen.lease, seen.move], [undefined, { progress: null, pace: "" }]);
        assert.deepEqual(seen.disks, [{ path: "/dev/vdc", serial: "vol0fedcba9876543210", bytes: 1_073_741_824n }]);
        assert.equal(seen.nfsdThreads, 8);
        assert.equal(seen.mount?.sizeBytes, 0n, "unmounted between the two looks at it");
    });

    it("tells all of it where it stays", async () => {
        const lease = { id: "a", holder: "b", pid: 1, operation: "c", since: "d", expires: 9 };
        const progress = '{"from":"vol1","to":["vol2"],"wholeBytes":"5","bytesPerSecond":1,"state":"moving"}';
        const seen = await look({
            mounts: "",
            lease: `${JSON.stringify(lease)}\n`,
            "move/job": "",
            "move/progress": `${progress}\n`,
            "move/pace": "20\n",
        });
        assert.deepEqual([seen.lease, seen.move?.pace, seen.move?.progress?.state], [lease, "20", "moving"]);
        assert.deepEqual([seen.mount, seen.clients, seen.nfsdThreads], [null, [], 0]);
    });
});
