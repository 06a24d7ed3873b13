import { ensureImage } from "../image";
import { chooseAccelerator } from "./accelerator";
import { QemuHardware } from "./qemu-hardware";

export interface MachinesOptions {
    /** The lab's folder. */
    readonly dir: string;
    /** Where the image and the answer about the accelerator are kept. */
    readonly cacheDir: string;
    readonly sshPort: number;
    readonly log: (line: string) => void;
}

/** The lab's machines; makes the image first when set-up has not. */
export async function openMachines(options: MachinesOptions): Promise<QemuHardware> {
    const image = await ensureImage(options.cacheDir, options.log);
    const accelerator = await chooseAccelerator(image, options.cacheDir);
    return QemuHardware.open({ folder: options.dir, image, accelerator, sshPort: options.sshPort });
}
