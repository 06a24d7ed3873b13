import { strict as assert } from "node:assert";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MachineSpec } from "../hardware";
import { run } from "./run";
import { doorMac, seedFiles, writeSeed } from "./seed";

const machine: MachineSpec = {
    instanceId: "i-0123456789abcdef0",
    privateIp: "10.0.1.10",
    prefixLength: 24,
    mac: "0A:FF:00:00:00:01",
    userData: "#cloud-config\nhostname: mine\n",
    publicKey: "ssh-ed25519 AAAA operator\n",
    hostName: "ip-10-0-1-10",
    rootVolumeId: "vol-0aaaaaaaaaaaaaaaa",
    rootSizeGiB: 8,
    volumes: {},
};

describe("the seed", () => {
    it("passes user data on as it is, and an empty one as one that cloud-init accepts", () => {
        assert.equal(seedFiles(machine)["user-data"], machine.userData);
        assert.equal(seedFiles({ ...machine, userData: "" })["user-data"], "#cloud-config\n{}\n");
    });

    it("says who the machine is", () => {
        assert.deepEqual(JSON.parse(seedFiles(machine)["meta-data"]), {
            "instance-id": "i-0123456789abcdef0",
            "local-hostname": "ip-10-0-1-10",
            "public-keys": ["ssh-ed25519 AAAA operator"],
        });
    });

    it("names no key when the instance has none", () => {
        const { publicKey: _, ...without } = machine;
        assert.ok(!("public-keys" in JSON.parse(seedFiles(without)["meta-data"])));
    });

    it("matches both cards by MAC and gives the VPC's the private address", () => {
        const { ethernets } = JSON.parse(seedFiles(machine)["network-config"]);
        assert.deepEqual(ethernets.eth0, {
            match: { macaddress: "0a:ff:00:00:00:01" },
            "set-name": "eth0",
            addresses: ["10.0.1.10/24"],
        });
        assert.deepEqual(ethernets.eth1.match, { macaddress: "de:ff:00:00:00:01" });
        assert.ok(!("gateway4" in ethernets.eth1) && !("routes" in ethernets.eth1), "no way out by the ssh card");
    });

    it("gives the ssh card another MAC than any card of the VPC", () => {
        for (const first of ["02", "06", "0a", "0e"])
            assert.equal(doorMac(`${first}:00:00:00:00:01`), "de:00:00:00:00:01");
    });

    it("is a disk of whole sectors that holds the three files, unreadable to others", async () => {
        const folder = await mkdtemp(join(tmpdir(), "seed-spec-"));
        try {
            const target = join(folder, "machine", "seed.tar");
            await writeSeed(machine, target);
            assert.equal((await stat(target)).size % 512, 0);
            const listing = await run("tar", ["-tvf", target]);
            assert.deepEqual(
                listing
                    .trim()
                    .split("\n")
                    .map((l) => `${l.split(/\s+/)[0]} ${l.split(" ").at(-1)}`),
                ["-rw------- user-data", "-rw------- meta-data", "-rw------- network-config"],
            );
            assert.equal(await run("tar", ["-xOf", target, "user-data"]), machine.userData);
        } finally {
            await rm(folder, { recursive: true, force: true });
        }
    });
});
