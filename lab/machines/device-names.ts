import { DriveError } from "../../infra/model/errors";

/** Where the lab's images have their root volume. */
export const ROOT_DEVICE = "/dev/xvda";

const at = (letter: string): number => letter.charCodeAt(0) - "a".charCodeAt(0);

/**
 * A number for each name that AttachVolume takes, from 1. QEMU gives it to the disk's place on the bus (`acpi-index`), the guest's
 * kernel shows it, and a rule of udev makes the name's link of it (lab/image/files/usr/local/lib/lab/ec2-name turns it back). So a
 * disk brings its name along, whenever and to whatever machine it is plugged in: no message to a guest can be early or lost.
 */
export function deviceNumber(device: string): number {
    const name = device.replace(/^\/dev\//, "");
    if (name === "sda1") return 729;
    const [, prefix, first, second] = /^(sd|xvd)([a-z])([a-z])?$/.exec(name) ?? [];
    if (first === undefined || (prefix === "sd" && second !== undefined))
        throw new DriveError("DeviceNameUnknown", `'${device}' is no name that a volume is attached under`);
    if (second !== undefined) return 53 + at(first) * 26 + at(second);
    return (prefix === "sd" ? 1 : 27) + at(first);
}
