import * as assert from "node:assert/strict";
import {
    DescribeAddressesCommand,
    DescribeInstancesCommand,
    DescribeNetworkInterfacesCommand,
    DescribeSecurityGroupsCommand,
    DescribeVolumesCommand,
    type Volume,
} from "@aws-sdk/client-ec2";
import { TAG } from "../../../infra/model/names";
import type { ScenarioSite } from "./site";

/** The drive that scenarios make. */
export const DRIVE = "content";

/** What there is of it in EC2, by kind. */
export async function census({ ec2 }: ScenarioSite): Promise<Record<string, string[]>> {
    const Filters = [{ Name: `tag:${TAG.drive}`, Values: [DRIVE] }];
    const slots = [...Filters, { Name: "tag-key", Values: [TAG.slot] }];
    const alive = [...Filters, { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] }];
    const [volumes, servers, interfaces, doors, addresses] = await Promise.all([
        ec2.send(new DescribeVolumesCommand({ Filters: slots })),
        ec2.send(new DescribeInstancesCommand({ Filters: alive })),
        ec2.send(new DescribeNetworkInterfacesCommand({ Filters })),
        ec2.send(new DescribeSecurityGroupsCommand({ Filters })),
        ec2.send(new DescribeAddressesCommand({ Filters })),
    ]);
    return {
        volumes: (volumes.Volumes ?? []).map((volume) => volume.VolumeId!).sort(),
        servers: (servers.Reservations ?? []).flatMap(({ Instances = [] }) =>
            Instances.map((instance) => instance.InstanceId!),
        ),
        interfaces: (interfaces.NetworkInterfaces ?? []).map((found) => found.NetworkInterfaceId!),
        doors: (doors.SecurityGroups ?? []).map((door) => door.GroupId!),
        addresses: (addresses.Addresses ?? []).map((address) => address.AllocationId!),
    };
}

/** The drive's volumes as EC2 has them, by slot; the server's own has none. */
export async function slotVolumes({ ec2 }: ScenarioSite): Promise<(Volume & { readonly slot: string })[]> {
    const Filters = [{ Name: `tag:${TAG.drive}`, Values: [DRIVE] }];
    const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
    const found = Volumes.flatMap((volume) => {
        const slot = volume.Tags?.find(({ Key }) => Key === TAG.slot)?.Value;
        return slot === undefined ? [] : [{ ...volume, slot }];
    });
    return found.sort((a, b) => (a.slot < b.slot ? -1 : 1));
}

/** One of everything, each slot's volume once, nothing leaked, nothing left to do. */
export async function isWhole(site: ScenarioSite, stack: string, slots: number): Promise<void> {
    const found = Object.entries(await census(site)).map(([kind, ids]) => [kind, ids.length] as const);
    assert.deepEqual(Object.fromEntries(found), {
        volumes: slots,
        servers: 1,
        interfaces: 1,
        doors: 1,
        addresses: 1,
    });
    const { leaked, next } = await site.status(stack);
    assert.deepEqual([leaked, next], [[], []]);
}
