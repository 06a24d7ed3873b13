import type * as Ec2Sdk from "@aws-sdk/client-ec2";
import type { Caller } from "./caller";
import { inFilters } from "./modifications";

type Filters = Ec2Sdk.Filter[];

/** All items of a listing. EC2 may end any page early, even an empty one, and say where the next begins: one page proves nothing. */
export async function all<Page, Item>(
    pages: AsyncIterable<Page>,
    itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
    const found: Item[] = [];
    for await (const page of pages) found.push(...(itemsOf(page) ?? []));
    return found;
}

/** Whole listings of what the driver looks at. */
export class Pages {
    constructor(private readonly call: Caller) {}

    instances(Filters: Filters): Promise<Ec2Sdk.Instance[]> {
        return this.call("DescribeInstances", async ({ sdk, client }) => {
            const pages = sdk.paginateDescribeInstances({ client }, { Filters });
            const reservations = await all(pages, ({ Reservations }) => Reservations);
            return reservations.flatMap(({ Instances = [] }) => Instances);
        });
    }

    volumes(Filters: Filters): Promise<Ec2Sdk.Volume[]> {
        return this.call("DescribeVolumes", ({ sdk, client }) =>
            all(sdk.paginateDescribeVolumes({ client }, { Filters }), ({ Volumes }) => Volumes),
        );
    }

    /**
     * The account's own, a thousand a page: EC2 strongly recommends to ask for pages, since a whole listing may time out where an
     * account has many (API reference, DescribeSnapshots, 2026-11).
     */
    snapshots(Filters: Filters): Promise<Ec2Sdk.Snapshot[]> {
        return this.call("DescribeSnapshots", ({ sdk, client }) => {
            const input = { OwnerIds: ["self"], Filters };
            return all(sdk.paginateDescribeSnapshots({ client, pageSize: 1_000 }, input), ({ Snapshots }) => Snapshots);
        });
    }

    /**
     * The last of each volume, whatever its state. By filter, which takes what was never modified: asked for by id such a volume is a
     * failure, and unasked EC2 shows those of the whole account.
     */
    modifications(volumes: readonly Ec2Sdk.Volume[]): Promise<Ec2Sdk.VolumeModification[]> {
        return this.call("DescribeVolumesModifications", async ({ sdk, client }) => {
            const found: Ec2Sdk.VolumeModification[] = [];
            for (const Values of inFilters(volumes)) {
                const Filters = [{ Name: "volume-id", Values }];
                const pages = sdk.paginateDescribeVolumesModifications({ client }, { Filters });
                found.push(...(await all(pages, ({ VolumesModifications }) => VolumesModifications)));
            }
            return found;
        });
    }

    rules(Filters: Filters): Promise<Ec2Sdk.SecurityGroupRule[]> {
        return this.call("DescribeSecurityGroupRules", ({ sdk, client }) =>
            all(
                sdk.paginateDescribeSecurityGroupRules({ client }, { Filters }),
                ({ SecurityGroupRules }) => SecurityGroupRules,
            ),
        );
    }

    interfaces(Filters: Filters): Promise<Ec2Sdk.NetworkInterface[]> {
        return this.call("DescribeNetworkInterfaces", ({ sdk, client }) =>
            all(
                sdk.paginateDescribeNetworkInterfaces({ client }, { Filters }),
                ({ NetworkInterfaces }) => NetworkInterfaces,
            ),
        );
    }

    groups(Filters: Filters): Promise<Ec2Sdk.SecurityGroup[]> {
        return this.call("DescribeSecurityGroups", ({ sdk, client }) =>
            all(sdk.paginateDescribeSecurityGroups({ client }, { Filters }), ({ SecurityGroups }) => SecurityGroups),
        );
    }

    subnets(Filters: Filters): Promise<Ec2Sdk.Subnet[]> {
        return this.call("DescribeSubnets", ({ sdk, client }) =>
            all(sdk.paginateDescribeSubnets({ client }, { Filters }), ({ Subnets }) => Subnets),
        );
    }

    /** EC2 lists these whole: DescribeAddresses has no pages (API reference, 2026-11). */
    addresses(Filters: Filters): Promise<Ec2Sdk.Address[]> {
        return this.call("DescribeAddresses", async ({ sdk, client }) => {
            return (await client.send(new sdk.DescribeAddressesCommand({ Filters }))).Addresses ?? [];
        });
    }
}
