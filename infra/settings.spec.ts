import * as assert from "node:assert/strict";
import { InvalidInput } from "./model/errors";
import { settings } from "./settings";

const drive = {
    name: "content",
    zone: "us-east-1a",
    network: { subnetId: "subnet-0a1b2c3d", sshFrom: ["203.0.113.0/24"] },
    server: { instanceType: "m7i.large", imageId: "ami-0a1b2c3d" },
    slots: { ba: { sizeGiB: 8 } },
};

const read = (values: Record<string, string>, env: Record<string, string> = {}) =>
    settings({ get: (key) => values[key] }, "us-east-1", env);
const fault = (values: Record<string, string>, env?: Record<string, string>): string => {
    try {
        read(values, env);
    } catch (error) {
        assert.ok(error instanceof InvalidInput, String(error));
        return error.message;
    }
    return "accepted";
};

describe("settings of a stack", () => {
    it("reads the drive and protects it", () => {
        const { config, destroyData, adopt } = read({ drive: JSON.stringify(drive) });
        assert.equal(config.name, "content");
        assert.equal(destroyData, false);
        assert.deepEqual(adopt, {});
    });

    it("lifts the protection for the drive's own name only", () => {
        assert.equal(read({ drive: JSON.stringify(drive), destroyData: "content" }).destroyData, true);
        for (const other of ["true", "yes", "Content", "", "archive"]) {
            assert.match(
                fault({ drive: JSON.stringify(drive), destroyData: other }),
                /only the drive's name, 'content', lifts its protection/,
            );
        }
    });

    it("says what to do in a stack without a drive", () => {
        assert.equal(fault({}), "elastic-drive:drive: (the whole): missing; the stack has no drive yet");
    });

    it("refuses a drive that is no map, and a zone of another region", () => {
        assert.match(
            fault({ drive: "content" }),
            /^elastic-drive:drive: \(the whole\): got 'content'; a map is expected/,
        );
        assert.match(
            fault({ drive: JSON.stringify({ ...drive, zone: "eu-west-1a" }) }),
            /the stack's region is 'us-east-1'/,
        );
    });

    it("takes the port of ssh from the lab's environment, and 22 where it says nothing", () => {
        const values = { drive: JSON.stringify(drive) };
        assert.equal(read(values).sshPort, 22);
        assert.equal(read(values, { ELASTIC_DRIVE_SSH_PORT: "" }).sshPort, 22);
        assert.equal(read(values, { ELASTIC_DRIVE_SSH_PORT: "2222" }).sshPort, 2222);
        for (const text of ["ssh", "0", "65536", "-1", "22.5", "022222"])
            assert.match(
                fault(values, { ELASTIC_DRIVE_SSH_PORT: text }),
                /ELASTIC_DRIVE_SSH_PORT: .*a port, 1 to 65535/,
                text,
            );
    });

    it("takes volumes to adopt for slots that exist, and nothing else", () => {
        const values = { drive: JSON.stringify(drive) };
        assert.deepEqual(read(values, { ELASTIC_DRIVE_ADOPT: '{"ba":"vol-0a1b2c3d"}' }).adopt, { ba: "vol-0a1b2c3d" });
        for (const text of ['{"bb":"vol-0a1b2c3d"}', '{"ba":"snap-0a1b2c3d"}', '{"ba":1}', "vol-0a1b2c3d", "[1]"]) {
            assert.match(
                fault(values, { ELASTIC_DRIVE_ADOPT: text }),
                /the id of a volume for one of the slots ba/,
                text,
            );
        }
    });
});
