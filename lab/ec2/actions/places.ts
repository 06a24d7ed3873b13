import { DONE } from "../call";
import type { Call, Handlers } from "../call";
import { Ec2Error, find, invalidValue } from "../errors";
import { filtered, page } from "../filters";
import { freeAddresses } from "../network";
import { ACCOUNT, REGION, ZONES } from "../seeds";
import type { Image, Subnet, Vpc } from "../state";
import { tagSet, tagsOf } from "../tags";
import { time } from "../xml";
import type { Xml } from "../xml";

function describeVpcs(call: Call): Xml {
    const { params, draft } = call;
    const ids = params.list("VpcId");
    const named = ids.length > 0 ? ids.map((id) => find("vpc", draft.vpcs, id)) : Object.values(draft.vpcs);
    const filters = {
        cidr: (vpc: Vpc) => vpc.cidr,
        "cidr-block-association.cidr-block": (vpc: Vpc) => vpc.cidr,
        "is-default": (vpc: Vpc) => vpc.isDefault,
        isDefault: (vpc: Vpc) => vpc.isDefault,
        "owner-id": () => ACCOUNT,
        state: () => "available",
        "vpc-id": (vpc: Vpc) => vpc.id,
    };
    const shown = page(
        call,
        filtered(params, named, filters, (vpc) => tagsOf(draft, vpc.id)),
    );
    const vpcSet = shown.items.map((vpc) => ({
        vpcId: vpc.id,
        ownerId: ACCOUNT,
        state: "available",
        cidrBlock: vpc.cidr,
        cidrBlockAssociationSet: [
            {
                cidrBlock: vpc.cidr,
                associationId: vpc.id.replace("vpc-", "vpc-cidr-assoc-"),
                cidrBlockState: { state: "associated" },
            },
        ],
        dhcpOptionsId: "default",
        instanceTenancy: "default",
        isDefault: vpc.isDefault,
        tagSet: tagSet(draft, vpc.id),
    }));
    return { vpcSet, nextToken: shown.nextToken };
}

function describeVpcAttribute(call: Call): Xml {
    const vpc = find("vpc", call.draft.vpcs, call.params.required("VpcId"));
    const attributes = ["enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"] as const;
    call.params.required("Attribute");
    const attribute = call.params.oneOf("Attribute", attributes) as (typeof attributes)[number];
    return { vpcId: vpc.id, [attribute]: { value: attribute !== "enableNetworkAddressUsageMetrics" } };
}

function describeSubnets(call: Call): Xml {
    const { params, draft } = call;
    const ids = params.list("SubnetId");
    const named = ids.length > 0 ? ids.map((id) => find("subnet", draft.subnets, id)) : Object.values(draft.subnets);
    const filters = {
        "availability-zone": (subnet: Subnet) => subnet.zone,
        availabilityZone: (subnet: Subnet) => subnet.zone,
        "availability-zone-id": (subnet: Subnet) => ZONES[subnet.zone as keyof typeof ZONES],
        "cidr-block": (subnet: Subnet) => subnet.cidr,
        "default-for-az": () => true,
        "map-public-ip-on-launch": (subnet: Subnet) => subnet.mapPublicIp,
        "owner-id": () => ACCOUNT,
        state: () => "available",
        "subnet-id": (subnet: Subnet) => subnet.id,
        "vpc-id": (subnet: Subnet) => subnet.vpcId,
    };
    const shown = page(
        call,
        filtered(params, named, filters, (subnet) => tagsOf(draft, subnet.id)),
    );
    const subnetSet = shown.items.map((subnet) => ({
        subnetId: subnet.id,
        subnetArn: `arn:aws:ec2:${REGION}:${ACCOUNT}:subnet/${subnet.id}`,
        state: "available",
        ownerId: ACCOUNT,
        vpcId: subnet.vpcId,
        cidrBlock: subnet.cidr,
        ipv6CidrBlockAssociationSet: [],
        availableIpAddressCount: freeAddresses(draft, subnet),
        availabilityZone: subnet.zone,
        availabilityZoneId: ZONES[subnet.zone as keyof typeof ZONES],
        defaultForAz: true,
        mapPublicIpOnLaunch: subnet.mapPublicIp,
        mapCustomerOwnedIpOnLaunch: false,
        assignIpv6AddressOnCreation: false,
        enableDns64: false,
        ipv6Native: false,
        privateDnsNameOptionsOnLaunch: {
            hostnameType: "ip-name",
            enableResourceNameDnsARecord: false,
            enableResourceNameDnsAAAARecord: false,
        },
        tagSet: tagSet(draft, subnet.id),
    }));
    return { subnetSet, nextToken: shown.nextToken };
}

function modifySubnetAttribute(call: Call): Xml {
    const subnet = find("subnet", call.draft.subnets, call.params.required("SubnetId"));
    subnet.mapPublicIp = call.params.struct("MapPublicIpOnLaunch")?.bool("Value") ?? subnet.mapPublicIp;
    return DONE;
}

function describeImages(call: Call): Xml {
    const { params, draft } = call;
    const ids = params.list("ImageId");
    const owners = params.list("Owner");
    params.ignore("ExecutableBy", "IncludeDeprecated", "IncludeDisabled");
    const named = ids.length > 0 ? ids.map((id) => find("image", draft.images, id)) : Object.values(draft.images);
    const ours =
        owners.length === 0 || owners.some((owner) => ["self", "amazon", ACCOUNT].includes(owner)) ? named : [];
    const filters = {
        architecture: () => "x86_64",
        "block-device-mapping.device-name": (image: Image) => image.rootDevice,
        "block-device-mapping.volume-type": () => "gp3",
        description: (image: Image) => image.description,
        "ena-support": () => true,
        hypervisor: () => "xen",
        "image-id": (image: Image) => image.id,
        "image-type": () => "machine",
        "is-public": () => true,
        name: (image: Image) => image.name,
        "owner-alias": () => "amazon",
        "owner-id": () => ACCOUNT,
        "root-device-name": (image: Image) => image.rootDevice,
        "root-device-type": () => "ebs",
        state: () => "available",
        "virtualization-type": () => "hvm",
    };
    const shown = page(
        call,
        filtered(params, ours, filters, (image) => tagsOf(draft, image.id)),
    );
    return { imagesSet: shown.items.map((image) => imageView(call, image)), nextToken: shown.nextToken };
}

const imageView = (call: Call, image: Image): Xml => ({
    imageId: image.id,
    imageLocation: `amazon/${image.name}`,
    imageState: "available",
    imageOwnerId: ACCOUNT,
    imageOwnerAlias: "amazon",
    isPublic: true,
    architecture: "x86_64",
    imageType: "machine",
    name: image.name,
    description: image.description,
    creationDate: time(image.createTime),
    rootDeviceType: "ebs",
    rootDeviceName: image.rootDevice,
    blockDeviceMapping: [
        {
            deviceName: image.rootDevice,
            ebs: {
                snapshotId: image.rootSnapshotId,
                volumeSize: image.rootSize,
                deleteOnTermination: true,
                volumeType: "gp3",
                iops: 3000,
                throughput: 125,
                encrypted: false,
            },
        },
    ],
    virtualizationType: "hvm",
    hypervisor: "xen",
    enaSupport: true,
    sriovNetSupport: "simple",
    bootMode: "uefi-preferred",
    imdsSupport: "v2.0",
    platformDetails: "Linux/UNIX",
    usageOperation: "RunInstances",
    tagSet: tagSet(call.draft, image.id),
});

function describeAvailabilityZones(call: Call): Xml {
    const { params } = call;
    params.ignore("AllAvailabilityZones");
    const zones = Object.entries(ZONES).map(([name, id]) => ({ name, id }));
    const wanted = [...params.list("ZoneName"), ...params.list("ZoneId")];
    const unknown = wanted.find((each) => !zones.some((zone) => zone.name === each || zone.id === each));
    if (unknown !== undefined) {
        throw new Ec2Error("InvalidParameterValue", `Invalid availability zone: [${unknown}]`);
    }
    const named = zones.filter((zone) => wanted.length === 0 || wanted.includes(zone.name) || wanted.includes(zone.id));
    type Zone = (typeof zones)[number];
    const filters = {
        "group-name": () => `${REGION}-zg-1`,
        "opt-in-status": () => "opt-in-not-required",
        "region-name": () => REGION,
        state: () => "available",
        "zone-id": (zone: Zone) => zone.id,
        "zone-name": (zone: Zone) => zone.name,
        "zone-type": () => "availability-zone",
    };
    const availabilityZoneInfo = filtered(params, named, filters, () => ({})).map((zone) => ({
        zoneName: zone.name,
        zoneId: zone.id,
        zoneState: "available",
        regionName: REGION,
        zoneType: "availability-zone",
        groupName: `${REGION}-zg-1`,
        networkBorderGroup: REGION,
        optInStatus: "opt-in-not-required",
        messageSet: [],
    }));
    return { availabilityZoneInfo };
}

function describeRegions(call: Call): Xml {
    const { params } = call;
    params.ignore("AllRegions");
    const unknown = params.list("RegionName").find((name) => name !== REGION);
    if (unknown !== undefined) {
        throw invalidValue(`Invalid region provided: ${unknown}`);
    }
    const regions = [
        { regionName: REGION, regionEndpoint: `ec2.${REGION}.amazonaws.com`, optInStatus: "opt-in-not-required" },
    ];
    const filters = {
        "region-name": () => REGION,
        endpoint: () => `ec2.${REGION}.amazonaws.com`,
        "opt-in-status": () => "opt-in-not-required",
    };
    return { regionInfo: filtered(params, regions, filters, () => ({})) };
}

function describeAccountAttributes(call: Call): Xml {
    const values: Readonly<Record<string, string>> = {
        "supported-platforms": "VPC",
        "default-vpc": Object.values(call.draft.vpcs).find((vpc) => vpc.isDefault)?.id ?? "none",
        "max-instances": String(call.limits.instances),
        "max-elastic-ips": String(call.limits.addresses),
        "vpc-max-elastic-ips": String(call.limits.addresses),
        "vpc-max-security-groups-per-interface": "5",
    };
    const wanted = call.params.list("AttributeName");
    const shown = Object.entries(values).filter(([name]) => wanted.length === 0 || wanted.includes(name));
    return {
        accountAttributeSet: shown.map(([attributeName, attributeValue]) => ({
            attributeName,
            attributeValueSet: [{ attributeValue }],
        })),
    };
}

export const placeActions: Handlers = {
    DescribeVpcs: describeVpcs,
    DescribeVpcAttribute: describeVpcAttribute,
    DescribeSubnets: describeSubnets,
    ModifySubnetAttribute: modifySubnetAttribute,
    DescribeImages: describeImages,
    DescribeAvailabilityZones: describeAvailabilityZones,
    DescribeRegions: describeRegions,
    DescribeAccountAttributes: describeAccountAttributes,
};
