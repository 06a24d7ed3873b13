import * as assert from "node:assert/strict";
import { parseDriveConfig } from "./config";
import { InvalidInput } from "./errors";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBq8dT0u3sHk1mCkM4l2W0sTqk3o8mH1eJ8a7W3F9k2p designer";

const drive = (change: Record<string, unknown>) => ({
    name: "content",
    zone: "us-east-1a",
    network: { subnetId: "subnet-0a1b2c3d", sshFrom: ["203.0.113.0/24"] },
    server: { instanceType: "m7i.large", imageId: "ami-0a1b2c3d" },
    slots: { ba: { sizeGiB: 8 } },
    ...change,
});

/** `path: reason` of every fault. */
function faultsOf(value: unknown): string[] {
    try {
        parseDriveConfig(value);
        return [];
    } catch (error) {
        assert.ok(error instanceof InvalidInput, String(error));
        return error.faults.map((fault) => `${fault.path}: ${fault.reason}`);
    }
}

describe("names and numbers that others have", () => {
    const withUser = (name: string): string[] =>
        faultsOf(drive({ uploads: { users: Object.fromEntries([[name, { publicKeys: [KEY] }]]) } }));
    for (const name of "www-data video audio staff users src tape sudo netdev kvm polkitd uuidd sshd statd admin".split(
        " ",
    ))
        it(`takes no upload user named '${name}': Debian has it`, () =>
            assert.match(withUser(name)[0]!, /on the server this is/));
    for (const name of ["elastic-drive-uploads", "elastic-drive-files"])
        it(`takes no upload user named '${name}': the drive has it`, () =>
            assert.match(withUser(name)[0]!, /a group that the drive makes/));
    for (const name of ["anna", "a", "a--b-", "team_2", "null", "on", "constructor", "x".repeat(31)])
        it(`takes an upload user named '${name}'`, () => assert.deepEqual(withUser(name), []));
    const notNames = [
        "anna.maria",
        "Anna",
        "anna@firm.example",
        "2fast",
        "_svc",
        "-x",
        "müller",
        "",
        "x".repeat(32),
        "__proto__",
    ];
    for (const name of notNames)
        it(`takes no upload user named '${name}', with one fault`, () => {
            const found = withUser(name);
            assert.equal(found.length, 1);
            assert.match(found[0]!, /user name/);
        });

    for (const [name, reason] of [
        ["true", "a settings file takes it for yes or no"],
        ["false", "a settings file takes it for yes or no"],
        ["sg-web", "EC2 takes no security group whose name begins with sg-"],
    ] as const)
        it(`takes no drive named '${name}'`, () =>
            assert.deepEqual(faultsOf(drive({ name })), [`name: got '${name}'; ${reason}, choose another`]));
    for (const name of ["no", "on", "null", "y", "inf", "nan", "e3"])
        it(`takes a drive named '${name}'`, () => assert.deepEqual(faultsOf(drive({ name })), []));

    it("gives the files to nobody whom the server's own system uses", () => {
        const owner = (uid: unknown, gid: unknown): string[] => faultsOf(drive({ uploads: { uid, gid } }));
        for (const [uid, gid] of [
            [33, 33],
            [48, 48],
            [82, 82],
            [101, 101],
            [33, 100],
            [1000, 1000],
            [5001, 5001],
        ])
            assert.deepEqual(owner(uid, gid), [], `${uid}:${gid}`);
        assert.match(owner(33, 27)[0]!, /^uploads.gid: got 27; on the server this is 'sudo'/);
        assert.match(owner(33, 50)[0]!, /'staff'/);
        assert.match(owner(34, 33)[0]!, /^uploads.uid: got 34; on the server this is 'backup'/);
        assert.match(owner(65_534, 65_534).join(), /uid: got 65534; .*whoever NFS does not trust.*gid: got 65534/);
        assert.equal(owner(0, 0).length, 2, "0 has one fault each");
    });

    it("gives a new drive's files not to the operator's number; a drive that has it keeps it", () => {
        const it = drive({ uploads: { uid: 1000, gid: 1000 } });
        assert.equal(parseDriveConfig(it).uploads.uid, 1000);
        assert.throws(
            () => parseDriveConfig(it, { isNew: true }),
            (error) =>
                error instanceof InvalidInput &&
                error.faults.length === 2 &&
                error.faults[0]!.reason.startsWith("got 1000; on the server this is 'admin', who has sudo"),
        );
    });
});
