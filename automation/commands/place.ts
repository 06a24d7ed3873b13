import { crossFaults } from "../../infra/model/checks";
import type { DriveConfig } from "../../infra/model/config";
import type { Fault } from "../../infra/model/errors";
import { InvalidInput } from "../../infra/model/errors";
import type { Ec2, Subnet } from "../ec2/port";
import type { Observed } from "../model/observed";
import { knownServer } from "../model/observed";
import { unfinished } from "../model/slots";
import { staleCheckout } from "../reconcile/refusals";
import { machineFaults, roomFaults, volumesOf, type Machine, type MachineFacts } from "./machine";

/** Where a drive is to be, and on what server, as far as it is known yet. */
export interface Place extends Machine {
    readonly subnetId: string | undefined;
}

/** What only EC2 can tell of a place, all at once. Malformed values are the schema's to refuse and are passed over. */
export async function placeFaults(ec2: Ec2, place: Place, facts?: MachineFacts): Promise<Fault[]> {
    const { zone, subnetId } = place;
    const subnets = await ec2.subnets(undefined);
    const subnet = subnets.find(({ id }) => id === subnetId);
    // The server will be where the subnet is, whatever is written beside it.
    const machine = await machineFaults(ec2, { ...place, zone: subnet?.zone }, facts);
    if (subnet === undefined)
        return [{ path: "network.subnetId", reason: noSubnet(subnets, zone, subnetId) }, ...machine];
    if (zone === undefined || subnet.zone === zone) return machine;
    return [{ path: "zone", reason: `got '${zone}'; subnet ${subnet.id} is in ${subnet.zone}` }, ...machine];
}

/**
 * Before anything is made that EC2 would refuse only when the rest is there. Of a new drive everything is judged: volumes in another
 * zone than the server's subnet could never be attached, and what was made would keep the drive there. Later a server that is to come,
 * and the room for a slot that is to come. Asks nothing where neither is.
 */
export async function refuseWrongPlace(ec2: Ec2, desired: DriveConfig, observed: Observed): Promise<void> {
    const { stack } = observed;
    if (stack.ids.length === 0) {
        const place = { ...machineOf(desired, 1), subnetId: desired.network.subnetId };
        return refuse([...crossFaults(desired, { isNew: true }), ...(await placeFaults(ec2, place))]);
    }
    if (staleCheckout(desired, observed).length > 0) return; // refused as such: what it asks for is not worth judging
    const server = knownServer(observed);
    const isMore = Object.keys(desired.slots).some((slot) => stack.volumes[slot] === undefined);
    if (server === undefined || server.leaving || isOther(desired, server))
        return refuse(await machineFaults(ec2, machineOf(desired, spareOf(desired, server))));
    const type = isMore ? await ec2.instanceType(server.instanceType) : undefined;
    if (type !== undefined) refuse(roomFaults(machineOf(desired, 0), type));
}

/** Before the server that works goes: the one that is to take its place could not come. */
export async function refuseWrongMachine(ec2: Ec2, desired: DriveConfig, observed: Observed): Promise<void> {
    refuse(await machineFaults(ec2, machineOf(desired, spareOf(desired, knownServer(observed)))));
}

type Server = NonNullable<ReturnType<typeof knownServer>>;

const isOther = ({ server }: DriveConfig, live: Server): boolean =>
    live.imageId !== server.imageId || live.instanceType !== server.instanceType;

/** A drive that fills its server stays replaceable by the same: only of another type room is wanted for what may come. */
const spareOf = (desired: DriveConfig, live: Server | undefined): number =>
    live === undefined || live.instanceType === desired.server.instanceType || unfinished(desired.slots) !== undefined
        ? 0
        : 1;

const machineOf = ({ server, zone, slots }: DriveConfig, spare: number): Machine => ({
    ...server,
    zone,
    carries: { slots: volumesOf(slots), spare },
});

function refuse(faults: readonly Fault[]): void {
    if (faults.length > 0) throw new InvalidInput("elastic-drive:drive", faults);
}

function noSubnet(subnets: readonly Subnet[], zone: string | undefined, subnetId: string | undefined): string {
    const zones = [...new Set(subnets.map((subnet) => subnet.zone))].sort().join(", ");
    const there = zones === "" ? "there is none in this region" : `there are subnets in ${zones}`;
    if (subnetId !== undefined) return `got '${subnetId}'; EC2 has no such subnet in this region`;
    return `no subnet${zone === undefined ? "" : ` in zone ${zone}`}: ${there}`;
}
