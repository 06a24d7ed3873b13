import type { Filter, Image } from "@aws-sdk/client-ec2";
import type { Props } from "../protocol/values";
import type { Api } from "./client";

type Run = (args: Props, signal: AbortSignal) => Promise<Props>;

interface NamedFilter {
    readonly name: string;
    readonly values: string[];
}

/** `filters` of the arguments, and those arguments that are filters by another name. */
function filtersOf(args: Props, names: Record<string, string>): Filter[] {
    const given = ((args["filters"] ?? []) as NamedFilter[]).map(({ name, values }) => ({
        Name: name,
        Values: values,
    }));
    const named = Object.entries(names).filter(([key]) => args[key] !== undefined);
    const tags = Object.entries((args["tags"] ?? {}) as Record<string, string>);
    return [
        ...given,
        ...named.map(([key, name]) => ({ Name: name, Values: [String(args[key])] })),
        ...tags.map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
    ];
}

function refuseUnknown(token: string, args: Props, known: readonly string[]): void {
    for (const key of Object.keys(args).filter((name) => !known.includes(name) && name !== "region")) {
        throw new Error(
            `the lab's stand-in of the aws plugin does not know the argument '${key}' of ${token}; it knows ${known.join(", ")}`,
        );
    }
}

/** Exactly one, in the words of the real provider. */
function single<T>(found: readonly T[], what: string): T {
    const [one, second] = found;
    if (one === undefined) {
        throw new Error(`no matching ${what} found`);
    }
    if (second !== undefined) {
        throw new Error(`multiple ${what}s matched; use additional constraints to reduce matches to a single ${what}`);
    }
    return one;
}

const tagsOf = (
    tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Record<string, string> => Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));

const getSubnet =
    (api: () => Api): Run =>
    async (args, signal) => {
        const names = {
            vpcId: "vpc-id",
            availabilityZone: "availability-zone",
            cidrBlock: "cidr-block",
            state: "state",
        };
        refuseUnknown("getSubnet", args, ["id", "filters", "tags", ...Object.keys(names)]);
        const { id } = args;
        const { Subnets } = await api()
            .ec2(signal)
            .describeSubnets({
                ...(typeof id === "string" ? { SubnetIds: [id] } : {}),
                Filters: filtersOf(args, names),
            });
        const subnet = single(Subnets ?? [], "EC2 Subnet");
        return {
            id: subnet.SubnetId,
            arn: subnet.SubnetArn,
            assignIpv6AddressOnCreation: subnet.AssignIpv6AddressOnCreation ?? false,
            availabilityZone: subnet.AvailabilityZone,
            availabilityZoneId: subnet.AvailabilityZoneId,
            availableIpAddressCount: subnet.AvailableIpAddressCount,
            cidrBlock: subnet.CidrBlock,
            defaultForAz: subnet.DefaultForAz ?? false,
            mapPublicIpOnLaunch: subnet.MapPublicIpOnLaunch ?? false,
            ownerId: subnet.OwnerId,
            region: api().region,
            state: subnet.State,
            tags: tagsOf(subnet.Tags),
            vpcId: subnet.VpcId,
        };
    };

const newestFirst = (a: Image, b: Image): number => Date.parse(b.CreationDate ?? "") - Date.parse(a.CreationDate ?? "");

const getAmi =
    (api: () => Api): Run =>
    async (args, signal) => {
        refuseUnknown("getAmi", args, [
            "mostRecent",
            "owners",
            "filters",
            "nameRegex",
            "includeDeprecated",
            "executableUsers",
        ]);
        const { Images } = await api()
            .ec2(signal)
            .describeImages({
                Owners: args["owners"] as string[] | undefined,
                ExecutableUsers: args["executableUsers"] as string[] | undefined,
                IncludeDeprecated: args["includeDeprecated"] === true,
                Filters: filtersOf(args, {}),
            });
        const pattern = new RegExp(typeof args["nameRegex"] === "string" ? args["nameRegex"] : "");
        const found = (Images ?? []).filter((image) => pattern.test(image.Name ?? "")).sort(newestFirst);
        if (found.length === 0) {
            throw new Error("Your query returned no results. Please change your search criteria and try again.");
        }
        if (found.length > 1 && args["mostRecent"] !== true) {
            throw new Error(
                "Your query returned more than one result. Please try a more specific search criteria, or set `most_recent` attribute to true.",
            );
        }
        const image = found[0] as Image;
        return {
            id: image.ImageId,
            architecture: image.Architecture,
            arn: `arn:aws:ec2:${api().region}::image/${image.ImageId ?? ""}`,
            creationDate: image.CreationDate,
            description: image.Description ?? "",
            imageId: image.ImageId,
            imageLocation: image.ImageLocation,
            imageOwnerAlias: image.ImageOwnerAlias ?? "",
            name: image.Name,
            ownerId: image.OwnerId,
            platform: image.Platform ?? "",
            public: image.Public ?? false,
            region: api().region,
            rootDeviceName: image.RootDeviceName,
            rootDeviceType: image.RootDeviceType,
            rootSnapshotId:
                image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === image.RootDeviceName)?.Ebs
                    ?.SnapshotId ?? "",
            state: image.State,
            tags: tagsOf(image.Tags),
            virtualizationType: image.VirtualizationType,
        };
    };

const getInstanceType =
    (api: () => Api): Run =>
    async (args, signal) => {
        refuseUnknown("getInstanceType", args, ["instanceType"]);
        const request = { InstanceTypes: [args["instanceType"] as "m7i.large"] };
        const { InstanceTypes } = await api().ec2(signal).describeInstanceTypes(request);
        const type = single(InstanceTypes ?? [], "EC2 Instance Type");
        return {
            id: type.InstanceType,
            autoRecoverySupported: type.AutoRecoverySupported ?? false,
            burstablePerformanceSupported: type.BurstablePerformanceSupported ?? false,
            currentGeneration: type.CurrentGeneration ?? false,
            defaultCores: type.VCpuInfo?.DefaultCores,
            defaultVcpus: type.VCpuInfo?.DefaultVCpus,
            ebsEncryptionSupport: type.EbsInfo?.EncryptionSupport ?? "",
            ebsNvmeSupport: type.EbsInfo?.NvmeSupport ?? "",
            ebsOptimizedSupport: type.EbsInfo?.EbsOptimizedSupport ?? "",
            ebsPerformanceBaselineBandwidth: type.EbsInfo?.EbsOptimizedInfo?.BaselineBandwidthInMbps,
            ebsPerformanceBaselineIops: type.EbsInfo?.EbsOptimizedInfo?.BaselineIops,
            ebsPerformanceBaselineThroughput: type.EbsInfo?.EbsOptimizedInfo?.BaselineThroughputInMBps,
            ebsPerformanceMaximumBandwidth: type.EbsInfo?.EbsOptimizedInfo?.MaximumBandwidthInMbps,
            ebsPerformanceMaximumIops: type.EbsInfo?.EbsOptimizedInfo?.MaximumIops,
            ebsPerformanceMaximumThroughput: type.EbsInfo?.EbsOptimizedInfo?.MaximumThroughputInMBps,
            hypervisor: type.Hypervisor ?? "",
            instanceType: type.InstanceType,
            maximumNetworkInterfaces: type.NetworkInfo?.MaximumNetworkInterfaces,
            memorySize: type.MemoryInfo?.SizeInMiB,
            networkPerformance: type.NetworkInfo?.NetworkPerformance ?? "",
            region: api().region,
            supportedArchitectures: type.ProcessorInfo?.SupportedArchitectures ?? [],
        };
    };

/** Functions of the provider, by token. */
export const functionsOf = (api: () => Api): Record<string, Run> => ({
    "aws:ec2/getSubnet:getSubnet": getSubnet(api),
    "aws:ec2/getAmi:getAmi": getAmi(api),
    "aws:ec2/getInstanceType:getInstanceType": getInstanceType(api),
    "aws:index/getRegion:getRegion": () => {
        const { region } = api();
        return Promise.resolve({
            id: region,
            name: region,
            region,
            description: region,
            endpoint: `ec2.${region}.amazonaws.com`,
        });
    },
    "aws:index/getCallerIdentity:getCallerIdentity": async (_args, signal) => {
        const { accountId, arn, userId } = await api().callerIdentity(signal);
        return { id: accountId, accountId, arn, userId };
    },
});
