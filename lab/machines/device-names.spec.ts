import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { deviceNumber } from "./device-names";

const PROGRAM = join(__dirname, "../image/files/usr/local/lib/lab/ec2-name");
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
/** All that lab/ec2 takes (R34). */
const NAMES = [
    ...LETTERS.flatMap((letter) => [`sd${letter}`, `xvd${letter}`]),
    ...[..."bcd"].flatMap((first) => LETTERS.map((second) => `xvd${first}${second}`)),
    "sda1",
];

describe("the names that volumes are attached under", () => {
    it("each have a number of their own, which QEMU takes, whether told with their folder or without", () => {
        const numbers = NAMES.map(deviceNumber);
        assert.equal(new Set(numbers).size, NAMES.length);
        assert.ok(numbers.every((number) => number >= 1 && number < 16_384));
        assert.deepEqual(
            NAMES.map((name) => deviceNumber(`/dev/${name}`)),
            numbers,
        );
    });

    it("are told by the guest's program from the number again", () => {
        const script = `for n do "${PROGRAM}" "$n"; done`;
        const told = execFileSync("sh", ["-c", script, "sh", ...NAMES.map((name) => String(deviceNumber(name)))]);
        assert.deepEqual(told.toString().trim().split("\n"), NAMES);
    });

    it("are no others", () => {
        for (const name of ["/dev/nvme1n1", "sdaa", "xvd", "xvdb1", "/dev/"])
            assert.throws(() => deviceNumber(name), { code: "DeviceNameUnknown" }, name);
    });
});
