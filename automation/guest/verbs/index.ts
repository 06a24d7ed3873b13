import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
    GUEST_COMMAND,
    GUEST_SCRIPTS,
    guestCall,
    guestProgram,
    type GuestCall,
    type GuestInput,
} from "../../../infra/guest/call";
import { slotsInput } from "../../../infra/guest/calls";
import { pvUuid } from "../../../infra/guest/identity";
import type { DriveConfig } from "../../../infra/model/config";
import { serialOf } from "../../../infra/model/names";
import type { FreezeOrder, LetGoOrder, MoveOrder, Pace, VolumeIds } from "../port";
import type { LeaseOrder } from "../lease";

/** The verbs that only the driver calls. */
export const VERBS = __dirname;

/** The job's program goes to the server whole: it has to run there after a reboot, when nobody calls. */
export function moveCall({ drive, volumes, slot, to }: MoveOrder): GuestCall {
    const input = {
        ...slotInput(drive, volumes, slot),
        to: to.map((name) => serialOf(volumes[name]!)),
    };
    const job = guestProgram([join(VERBS, "job.sh")], input, 'job "$@"');
    return jobCall("move", { job: `#!/bin/bash\n${job}` });
}

export const letGoCall = ({ drive, volumes, slot, more }: LetGoOrder): GuestCall =>
    jobCall("let-go", { ...slotInput(drive, volumes, slot), pvUuid: pvUuid(volumes[slot]!), more });

export const stayCall = (drive: DriveConfig, volumes: VolumeIds, slot: string): GuestCall =>
    jobCall("stay", slotInput(drive, volumes, slot));

/** A verb that begins or ends a job: it knows the job's unit. */
function jobCall(verb: string, input: GuestInput): GuestCall {
    const scripts = [join(GUEST_SCRIPTS, "move-unit.sh"), join(VERBS, `${verb}.sh`)];
    return { command: GUEST_COMMAND, stdin: guestProgram(scripts, input, `run ${verb}`) };
}

export const paceCall = (pace: Pace): GuestCall =>
    guestCall(["pace"], { pace: pace === undefined ? "" : String(pace) }, VERBS);

/** Takes, renews or gives back, as the order wishes. */
export const leaseCall = (order: LeaseOrder): GuestCall => guestCall(["lease"], leaseInput(order), VERBS);

/** The look shows whose the lease is after it was asked for. */
export function leasedObserveCall(order: LeaseOrder): GuestCall {
    const scripts = [join(VERBS, "lease.sh"), join(GUEST_SCRIPTS, "observe.sh")];
    return { command: GUEST_COMMAND, stdin: guestProgram(scripts, leaseInput(order), "run lease observe") };
}

const leaseInput = ({ wish, lease, seconds, over }: LeaseOrder) => ({
    ...{ wish, seconds, over, id: lease.id },
    lease: JSON.stringify(lease),
});

export const quiesceCall = (): GuestCall => guestCall(["quiesce"], {}, VERBS);

/** The same, and the group is put aside so that the volume of this slot is copied: nothing but `mount` takes that back. */
export const asideCall = (drive: DriveConfig, volumes: VolumeIds, slot: string): GuestCall =>
    guestCall(["quiesce"], { ...slotInput(drive, volumes, slot), aside: serialOf(volumes[slot]!) }, VERBS);

/** Where the calls of one freeze and its processes meet: in memory, so that a reboot leaves nothing. */
const FREEZE = {
    home: "/run/elastic-drive/freeze",
    unit: "elastic-drive-freeze.service",
    switch: "elastic-drive-thaw.service",
};

/** The guard's program goes there whole: it goes on when this call has ended, and when its connection has. */
export function freezeCall(order: FreezeOrder): GuestCall {
    const scripts = [join(GUEST_SCRIPTS, "observe.sh"), join(VERBS, "hold.sh")];
    const guard = guestProgram(scripts, { home: FREEZE.home }, "hold");
    return guestCall(["freeze"], { ...FREEZE, ...order, guard, program: guardProgram() }, VERBS);
}

export const thawCall = (id: string): GuestCall => guestCall(["thaw"], { home: FREEZE.home, id }, VERBS);

/** One file, for Python's isolated mode imports nothing of its own folder. */
export function guardProgram(): string {
    return ["guard.py", "kernel.py"].map((name) => readFileSync(join(VERBS, name), "utf8").trim()).join("\n\n\n");
}

/** Slots that have no volume yet are no concern of these calls. */
function slotInput(drive: DriveConfig, volumes: VolumeIds, slot: string) {
    const slots = Object.fromEntries(Object.entries(drive.slots).filter(([name]) => volumes[name] !== undefined));
    return { ...slotsInput({ ...drive, slots }, volumes), source: serialOf(volumes[slot]!) };
}
