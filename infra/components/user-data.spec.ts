import * as assert from "node:assert/strict";
import { utils } from "ssh2";
import { userData } from "./user-data";

describe("user data", () => {
    const host = utils.generateKeyPairSync("ed25519");
    const text = userData({ hostKey: host.private, operatorPublicKey: "ssh-ed25519 AAAA operator" });
    const config = JSON.parse(text.split("\n")[1]!) as Record<string, unknown>;

    it("is a cloud-config that cloud-init knows by its first line", () =>
        assert.match(text, /^#cloud-config\n\{.*\}\n$/));

    it("gives the server the drive's host key and no other", () => {
        assert.deepEqual(config["ssh_keys"], {
            ed25519_private: host.private.trimEnd() + "\n",
            ed25519_public: host.public.trim(),
        });
        assert.equal(config["ssh_deletekeys"], true);
        assert.deepEqual(config["ssh_genkeytypes"], []);
    });

    it("lets in the operator by key alone, nobody as root, nobody by password", () => {
        assert.deepEqual(config["users"], [
            {
                name: "admin",
                gecos: "operator of the drive",
                shell: "/bin/bash",
                lock_passwd: true,
                sudo: "ALL=(ALL) NOPASSWD:ALL",
                ssh_authorized_keys: ["ssh-ed25519 AAAA operator"],
            },
        ]);
        assert.equal(config["disable_root"], true);
        assert.equal(config["ssh_pwauth"], false);
    });

    it("keeps nfsd from starting before the drive is there, once and not at every boot", () => {
        assert.deepEqual(config["bootcmd"], [
            [
                "cloud-init-per",
                "once",
                "elastic-drive-mask",
                "systemctl",
                "mask",
                "nfs-server.service",
                "nfsdcld.service",
            ],
        ]);
    });
});
