import type { DriveConfig } from "../../infra/model/config";
import type { Fault } from "../../infra/model/errors";
import { InvalidInput } from "../../infra/model/errors";
import type { Ec2, Subnet } from "../ec2/port";
import type { Observed } from "../observed";

/** Where a drive is to be, as far as it is known yet. */
export interface Place {
    readonly zone: string | undefined;
    readonly subnetId: string | undefined;
    readonly instanceType: string;
}

/** What only EC2 can tell of a place. Malformed values are the schema's to refuse and are passed over. */
export async function placeFaults(ec2: Ec2, { zone, subnetId, instanceType }: Place): Promise<Fault[]> {
    const subnets = await ec2.subnets(undefined);
    const subnet = subnets.find(({ id }) => id === subnetId);
    if (subnet === undefined) return [{ path: "network.subnetId", reason: noSubnet(subnets, zone, subnetId) }];
    if (zone !== undefined && subnet.zone !== zone) {
        return [{ path: "zone", reason: `got '${zone}'; subnet ${subnet.id} is in ${subnet.zone}` }];
    }
    const isType = /^[a-z0-9-]+\.[a-z0-9-]+$/.test(instanceType);
    if (!isType || (await ec2.instanceTypeIsOffered(instanceType, subnet.zone))) return [];
    return [{ path: "server.instanceType", reason: `EC2 offers no ${instanceType} in ${subnet.zone}` }];
}

/**
 * Before anything of a drive is made: volumes in another zone than the server's subnet could never be attached, and what was
 * made would keep the drive there. Asks nothing once there is a server or a volume.
 */
export async function refuseWrongPlace(ec2: Ec2, desired: DriveConfig, { stack }: Observed): Promise<void> {
    if (stack.ids.length > 0) return;
    const { zone, network, server } = desired;
    const place = { zone, subnetId: network.subnetId, instanceType: server.instanceType };
    const faults = await placeFaults(ec2, place);
    if (faults.length > 0) throw new InvalidInput("elastic-drive:drive", faults);
}

function noSubnet(subnets: readonly Subnet[], zone: string | undefined, subnetId: string | undefined): string {
    const zones = [...new Set(subnets.map((subnet) => subnet.zone))].sort().join(", ");
    const there = zones === "" ? "there is none in this region" : `there are subnets in ${zones}`;
    if (subnetId !== undefined) return `got '${subnetId}'; EC2 has no such subnet in this region`;
    return `no subnet${zone === undefined ? "" : ` in zone ${zone}`}: ${there}`;
}
