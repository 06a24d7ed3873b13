import { join } from "node:path";
import { serialOf } from "../../infra/model/names";

/** Every file of the lab's machines, named in one place. All below one folder. */
export class Layout {
    constructor(readonly folder: string) {}

    /** qcow2 files: one writable layer a volume, the rest frozen by snapshots. */
    readonly layers = () => join(this.folder, "layers");
    readonly layer = (name: string) => join(this.layers(), `${name}.qcow2`);
    /** What a volume is made of: JSON, the writable layer first. */
    readonly volumes = () => join(this.folder, "volumes");
    readonly volume = (volumeId: string) => join(this.volumes(), `${volumeId}.json`);
    /** What a snapshot is made of: JSON, all layers frozen. */
    readonly snapshots = () => join(this.folder, "snapshots");
    readonly snapshot = (snapshotId: string) => join(this.snapshots(), `${snapshotId}.json`);

    readonly machine = (instanceId: string) => join(this.folder, "machines", instanceId);
    readonly seed = (instanceId: string) => join(this.machine(instanceId), "seed.tar");
    readonly console = (instanceId: string) => join(this.machine(instanceId), "console.log");
    readonly errors = (instanceId: string) => join(this.machine(instanceId), "qemu.log");
    readonly pid = (instanceId: string) => join(this.machine(instanceId), "pid");
    /** Sockets have names of their own: a unix socket's path may have 107 characters only. */
    readonly qmp = (instanceId: string) => join(this.sockets(), `${serialOf(instanceId)}.qmp`);
    readonly agent = (instanceId: string) => join(this.sockets(), `${serialOf(instanceId)}.agent`);
    /** The private half; its public one beside it. */
    readonly labKey = () => join(this.folder, "ssh-key");
    readonly switch = () => join(this.sockets(), "switch");
    readonly sockets = () => join(this.folder, "run");
    readonly switchPid = () => join(this.sockets(), "switch.pid");
}
