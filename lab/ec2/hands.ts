import type { Hardware, MachineSpec } from "../hardware";
import { volumesOf } from "./actions/attachments";
import { hostName, prefixOf, primaryInterface, publicAddressesOf } from "./network";
import type { Instance, LabState, Volume, VolumeAttachment } from "./state";

/** Puts the result of finished work into the state; it looks again, since the state may have moved on meanwhile. */
export type Settle = (draft: LabState, now: number) => void;

/** One piece of work on hardware. */
export interface Job {
    /** Of what it works on: never two pieces of work on one thing at once. */
    readonly key: string;
    /** Of what it does: work of that name that is still to be done afterwards waits a while. */
    readonly name: string;
    run(): Promise<Settle>;
    /** What a failure means; undefined = try again later. */
    failed?(error: Error): Settle;
}

/** What the hands know and the state does not: it is gone with the process, as the machines are. */
export interface Memory {
    /** Running instances whose machine went with the last daemon. */
    readonly toPower: Set<string>;
    /** Public addresses last told to the hardware. */
    readonly told: Map<string, string>;
}

const nothing: Settle = () => undefined;

/** What hardware has to do so that it is as the state says. */
export function work(state: LabState, hardware: Hardware, memory: Memory): Job[] {
    const instances = Object.values(state.instances);
    const volumes = Object.values(state.volumes);
    return [
        ...instances.flatMap((instance) => instanceWork(state, instance, hardware, memory)),
        ...volumes.flatMap((volume) => volumeWork(state, volume, hardware)),
    ];
}

function machineSpec(state: LabState, instance: Instance): MachineSpec {
    const card = primaryInterface(state, instance.id);
    const subnet = state.subnets[instance.subnetId];
    // As they were attached: the kernel finds and names them in this order. EC2 promises none, so a story can ask for either.
    const volumes = volumesOf(state, instance.id).sort(
        (a, b) => (a.attachment?.attachTime ?? 0) - (b.attachment?.attachTime ?? 0),
    );
    const root = volumes.find((volume) => volume.attachment?.device === instance.rootDevice);
    if (card === undefined || subnet === undefined || root === undefined) {
        throw new Error(`instance ${instance.id} has no interface, subnet or root volume`);
    }
    const pair = instance.keyName === undefined ? undefined : state.keyPairs[instance.keyName];
    const leaving = (attachment: VolumeAttachment | undefined): boolean =>
        attachment?.state === "detaching" || attachment?.state === "busy";
    return {
        instanceId: instance.id,
        privateIp: card.privateIp,
        prefixLength: prefixOf(subnet),
        mac: card.mac,
        userData: Buffer.from(instance.userData, "base64").toString(),
        ...(pair === undefined ? {} : { publicKey: pair.publicKey }),
        hostName: hostName(card.privateIp),
        rootVolumeId: root.id,
        rootSizeGiB: root.size,
        volumes: Object.fromEntries(
            volumes
                .filter((volume) => volume !== root && !leaving(volume.attachment))
                .map((volume) => [volume.id, volume.attachment!.device]),
        ),
    };
}

function instanceWork(state: LabState, instance: Instance, hardware: Hardware, memory: Memory): Job[] {
    const { id } = instance;
    const key = `machine ${id}`;
    const jobs: Job[] = [];
    if (instance.state === "pending" && !instance.handsDone) {
        // Its disks first.
        if (volumesOf(state, id).every((volume) => volume.handsDone)) {
            jobs.push(powerOn(state, instance, hardware, key));
        }
    } else if (instance.state === "running" && memory.toPower.has(id)) {
        const again = powerOn(state, instance, hardware, key);
        jobs.push({ ...again, run: () => again.run().finally(() => memory.toPower.delete(id)) });
    } else if (instance.state === "stopping" && !instance.handsDone) {
        jobs.push(powerOff(instance, hardware, key, instance.forced === true ? "plug" : "graceful"));
    } else if (instance.state === "shutting-down" && !instance.handsDone) {
        jobs.push(powerOff(instance, hardware, key, "plug"));
    } else if (instance.state === "running" && instance.rebooting === true) {
        jobs.push({
            key,
            name: `reboot ${id}`,
            run: () => hardware.reboot(id).then(() => onInstance(id, (draft) => delete draft.rebooting)),
        });
    }
    const addresses = publicAddressesOf(state, instance);
    const wanted = addresses.join(" ");
    const up = instance.state === "running" || (instance.state === "pending" && instance.handsDone);
    if (up && !memory.toPower.has(id) && hardware.power(id) === "on" && memory.told.get(id) !== wanted) {
        const tell = (): Promise<Settle> =>
            hardware.setPublicAddresses(id, addresses).then(() => (memory.told.set(id, wanted), nothing));
        jobs.push({ key: `addresses ${id}`, name: `addresses ${id} ${wanted}`, run: tell });
    }
    if (!up) {
        memory.told.delete(id);
    }
    return jobs;
}

const onInstance =
    (id: string, change: (instance: Instance) => void): Settle =>
    (draft) => {
        const instance = draft.instances[id];
        if (instance !== undefined) {
            change(instance);
        }
    };

function powerOn(state: LabState, instance: Instance, hardware: Hardware, key: string): Job {
    const first = Object.values(state.volumes).every(
        (volume) => volume.attachment?.instanceId !== instance.id || volume.attachment.state === "attaching",
    );
    return {
        key,
        name: `power on ${instance.id}`,
        run: async () => {
            const spec = machineSpec(state, instance);
            await hardware.powerOn(spec);
            return (draft) => {
                onInstance(instance.id, (now) => (now.handsDone ||= now.state === "pending"))(draft, 0);
                for (const volume of volumesOf(draft, instance.id)) {
                    const plugged = volume.id === spec.rootVolumeId || volume.id in spec.volumes;
                    if (volume.attachment?.state === "attaching" && plugged) {
                        volume.attachment.handsDone = true;
                    }
                }
            };
        },
        failed: (error) => (draft, now) => {
            const reason = { code: "Server.InternalError", message: `Server.InternalError: ${error.message}` };
            const end = first ? "shutting-down" : "stopping";
            onInstance(instance.id, (each) =>
                Object.assign(each, { state: end, stateReason: reason, dueAt: now, handsDone: false }),
            )(draft, now);
        },
    };
}

function powerOff(instance: Instance, hardware: Hardware, key: string, how: "graceful" | "plug"): Job {
    return {
        key,
        name: `power off ${instance.id}`,
        run: async () => {
            await hardware.powerOff(instance.id, how);
            return (draft) => {
                onInstance(
                    instance.id,
                    (each) => (each.handsDone ||= each.state === "stopping" || each.state === "shutting-down"),
                )(draft, 0);
                letDisksGo(draft, instance.id);
            };
        },
    };
}

/** Without power nothing is plugged in: a detach that waited for the guest waits no longer. */
export function letDisksGo(draft: LabState, instanceId: string): void {
    for (const volume of volumesOf(draft, instanceId)) {
        if (volume.attachment?.state === "detaching" || volume.attachment?.state === "busy") {
            volume.attachment.handsDone = true;
        }
    }
}

function volumeWork(state: LabState, volume: Volume, hardware: Hardware): Job[] {
    const { id } = volume;
    const key = `disk ${id}`;
    const onVolume =
        (change: (volume: Volume) => void): Settle =>
        (draft) => {
            const found = draft.volumes[id];
            if (found !== undefined) {
                change(found);
            }
        };
    if (volume.state === "creating" && !volume.handsDone) {
        return [
            {
                key,
                name: `make ${id}`,
                run: () =>
                    hardware
                        .createDisk(id, volume.size, volume.snapshotId)
                        .then(() => onVolume((each) => (each.handsDone = true))),
                failed: () => onVolume((each) => (each.state = "error")),
            },
        ];
    }
    if (volume.state === "deleting" && !volume.handsDone) {
        return [
            {
                key,
                name: `delete ${id}`,
                run: () => hardware.deleteDisk(id).then(() => onVolume((each) => (each.handsDone = true))),
            },
        ];
    }
    const attachment = volume.attachment;
    const modification = volume.modifications.at(-1);
    if (modification?.state === "modifying" && !modification.handsDone) {
        const latest = (change: (last: NonNullable<typeof modification>) => void): Settle =>
            onVolume((each) => {
                const last = each.modifications.at(-1);
                if (last !== undefined) {
                    change(last);
                }
            });
        const grows = modification.to.size > modification.from.size;
        return [
            {
                key,
                name: `resize ${id}`,
                run: () =>
                    (grows ? hardware.resizeDisk(id, modification.to.size) : Promise.resolve()).then(() =>
                        latest((last) => (last.handsDone = true)),
                    ),
                failed: (error) => latest((last) => Object.assign(last, { state: "failed", message: error.message })),
            },
        ];
    }
    return attachment === undefined || attachment.handsDone ? [] : plugWork(state, volume, attachment, hardware, key);
}

function plugWork(
    state: LabState,
    volume: Volume,
    attachment: VolumeAttachment,
    hardware: Hardware,
    key: string,
): Job[] {
    const { instanceId } = attachment;
    const instance = state.instances[instanceId];
    const on = hardware.power(instanceId) === "on";
    const settle =
        (change: (current: VolumeAttachment) => void): Settle =>
        (draft) => {
            const current = draft.volumes[volume.id]?.attachment;
            if (current?.instanceId === instanceId) {
                change(current);
            }
        };
    if (attachment.state === "attaching") {
        if (instance?.state === "pending" || (instance?.state === "running" && !on)) {
            return []; // Comes with the power.
        }
        const run = async (): Promise<Settle> => {
            if (on) {
                await hardware.plug(instanceId, volume.id, attachment.device);
            }
            return settle((current) => (current.handsDone ||= current.state === "attaching"));
        };
        return [{ key, name: `plug ${volume.id}`, run }];
    }
    const run = async (): Promise<Settle> => {
        const answer = on ? await hardware.unplug(instanceId, volume.id, attachment.force === true) : "done";
        return settle((current) => Object.assign(current, answer === "done" ? { handsDone: true } : { state: "busy" }));
    };
    return [{ key, name: `unplug ${volume.id} ${attachment.force === true ? "by force" : ""}`, run }];
}
