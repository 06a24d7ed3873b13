import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestProgram } from "./call";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "settings-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs commands behind lib.sh and a verb's script, with mounts and nfsd's folder of the spec's own. */
function after(verb: string, ...commands: readonly string[]): string {
    const { stdout, stderr } = spawnSync("bash", ["-c", 'eval "$(cat)"'], {
        input: guestProgram(
            [join(__dirname, `${verb}.sh`)],
            { scope: "s", leaseSeconds: 20 },
            [`MOUNTS='${folder}/mounts' NFSD='${folder}/nfsd'`, ...commands].join("\n"),
        ),
        encoding: "utf8",
    });
    return stdout + stderr;
}

describe("a mount that people use already", () => {
    const mountedWith = (flags: string): void =>
        writeFileSync(
            join(folder, "mounts"),
            `29 1 254:1 / /var rw shared:1 - ext4 /dev/vda rw\n30 29 253:1 / /var/content ${flags} shared:2 - xfs /dev/mapper/elastic_drive-content rw,attr2\n`,
        );
    /** As the kernel: the flags are those of the call, for that mount alone. */
    const mount = `mount() { echo "mount $*"; sed -i "/ \\/var\\/content /s/ rw[^ ]* / \${2#remount,bind,} /" "$MOUNTS"; }`;

    it("gets nosuid and nodev by a bind remount that keeps its other flags, and once", () => {
        mountedWith("rw,noatime");
        const said = after("mount", mount, "no_rights /var/content", "no_rights /var/content").split("\n");
        assert.deepEqual(said, [
            "mount -o remount,bind,rw,noatime,nosuid,nodev /var/content",
            "/var/content gets nosuid,nodev",
            "",
        ]);
    });
    it("is left alone where it has both, and gets the one that it lacks", () => {
        mountedWith("rw,nosuid,nodev,noatime");
        assert.equal(after("mount", mount, "no_rights /var/content"), "");
        mountedWith("rw,nosuid,noatime");
        assert.match(
            after("mount", mount, "no_rights /var/content"),
            /^mount -o remount,bind,rw,nosuid,noatime,nosuid,nodev/,
        );
    });
    it("is an error where the remount did not do it", () => {
        mountedWith("rw,noatime");
        assert.match(after("mount", "mount() { :; }", "no_rights /var/content", "echo on"), /and is 'rw,noatime'/);
        assert.doesNotMatch(after("mount", "mount() { :; }", "no_rights /var/content", "echo went-on"), /went-on$/m);
    });
    it("is nothing to a point where nothing is mounted", () => {
        mountedWith("rw,noatime");
        assert.equal(after("mount", mount, "no_rights /var/lib/elastic-drive/state"), "");
    });
});

describe("mounts that are made anew", () => {
    it("have nosuid and nodev from their first moment, also behind the upload door", () => {
        const put =
            'put() { echo "$1"; cat; }; link() { :; }; empty_point() { :; }; due() { :; }; lock() { :; }; reload_units() { :; }';
        writeFileSync(join(folder, "mounts"), "");
        const nothing =
            "read_pvs() { :; }; group_whole() { :; }; disks_unit() { :; }; move_unit() { :; }; by_the_unit() { :; }; end_aside() { exit 0; }";
        const options = after("mount", put, nothing, "verb_mount").match(/^Options=.*/gm);
        assert.deepEqual(options, ["Options=noatime,nosuid,nodev,nofail", "Options=noatime,nosuid,nodev,nofail"]);
        const door = after("uploads", put, "mkdir() { :; }; IN_OWNER_UID=33", "door");
        assert.match(
            door,
            /^ExecStart=\/usr\/bin\/mount --bind -o nosuid,nodev \/var\/content \/srv\/elastic-drive\/drive$/m,
        );
    });
});

describe("a mount", () => {
    const started = (mounts: string, systemctl: string): string => {
        writeFileSync(join(folder, "mounts"), mounts);
        const units = `systemctl() { echo "systemctl $*"; ${systemctl}; }; check_disks() { echo "look $*"; }`;
        return after(
            "mount",
            units,
            "right_disks",
            "is_drive state /var/lib/elastic-drive/state",
            "is_drive content /var/content",
            "echo right",
        );
    };
    const both = (source: string): string =>
        ["state", "content"]
            .map(
                (name) =>
                    `30 29 253:1 / ${name === "state" ? "/var/lib/elastic-drive/state" : "/var/content"} rw - xfs ${source}-${name} rw\n`,
            )
            .join("");
    const OURS = both("/dev/mapper/elastic_drive");

    it("is started with the other in one, so that the unit they require looks at the disks once", () => {
        const said = started("", `printf '%s' '${OURS}' >"$MOUNTS"`);
        assert.equal(said, "systemctl start var-lib-elastic\\x2ddrive-state.mount var-content.mount\nright\n");
    });
    it("that is there is looked at and not started, and must be the drive's", () => {
        assert.equal(started(OURS, ":"), "look look\nright\n");
        assert.match(started(both("/dev/mapper/other"), ":"), /MountPointTaken/);
    });
    it("that failed is an error, once the disks have been looked at, and so is one that is not there", () => {
        const failed = started("", "return 1");
        assert.match(failed, /look look\nmount: elastic-drive-disks.service or a mount failed/);
        assert.match(started("", ":"), /mount: nothing is mounted at \/var\/lib/);
        assert.doesNotMatch(failed, /right$/m);
    });
});

describe("nfsd on a new server", () => {
    it("is stopped and kept from starting before share, and mount's reload tells systemd", () => {
        const ready = (code: number): string =>
            after(
                "ready",
                `UNITS='${folder}/units'; due() { echo "due $1"; }; put() { :; }`,
                `systemctl() { echo "systemctl $*"; return ${code}; }`,
                "settings; echo on; settings; readlink $UNITS/*",
            ).replace(/^elastic-drive: failed.*\n/gm, "");
        const stop = "systemctl stop nfs-server.service nfsdcld.service\n";
        assert.equal(ready(1), stop, "it could not be stopped");
        assert.equal(ready(5), `${stop}due reload\ndue reload\non\n/dev/null\n/dev/null\n`, "not installed yet");
    });
});

describe("the versions of NFS that are spoken", () => {
    const conf = (...minors: readonly number[]): string[] => {
        for (const [at, minor] of minors.entries()) {
            mkdirSync(join(folder, `nfsd/clients/${at}`), { recursive: true });
            writeFileSync(
                join(folder, `nfsd/clients/${at}/info`),
                `clientid: 0x1\nname: "web"\nminor version: ${minor}\n`,
            );
        }
        return after("share", "put() { cat; }", "nfs_conf").match(/^vers.*/gm) ?? [];
    };

    it("are 4.2 alone", () => {
        assert.deepEqual(conf(), ["vers3=n", "vers4=y", "vers4.0=n", "vers4.1=n", "vers4.2=y"]);
        assert.deepEqual(conf(2, 2), ["vers3=n", "vers4=y", "vers4.0=n", "vers4.1=n", "vers4.2=y"]);
    });
    it("are also an older one that a client speaks just now: it is not cut off", () => {
        assert.deepEqual(conf(2, 1), ["vers3=n", "vers4=y", "vers4.0=n", "vers4.1=y", "vers4.2=y"]);
        assert.deepEqual(conf(0), ["vers3=n", "vers4=y", "vers4.0=y", "vers4.1=y", "vers4.2=y"]);
    });
});
