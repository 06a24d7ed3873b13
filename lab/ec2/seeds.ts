import type { LabState, SecurityGroup } from "./state";

/** Stable, so that configurations written for one lab fit the next. */
export const REGION = "us-east-1";
export const ACCOUNT = "123456789012";
export const ZONES = { "us-east-1a": "use1-az1", "us-east-1b": "use1-az2" } as const;
export const VPC_ID = "vpc-0e1a57d00000c0de1";
export const SUBNET_IDS = {
    "us-east-1a": "subnet-0e1a57d000000000a",
    "us-east-1b": "subnet-0e1a57d000000000b",
} as const;
export const DEFAULT_GROUP_ID = "sg-0e1a57d0000defa17";
export const IMAGE_ID = "ami-0e1a57d0000deb13a";
export const IMAGE_NAME = "debian-13-amd64-lab";
const IMAGE_SNAPSHOT_ID = "snap-0e1a57d0000deb13a";
/** The lab's region is as old as this; a fixed moment keeps answers the same from lab to lab. */
const EPOCH = Date.UTC(2026, 0, 1);

const defaultGroup: SecurityGroup = {
    id: DEFAULT_GROUP_ID,
    name: "default",
    description: "default VPC security group",
    vpcId: VPC_ID,
    rules: [
        { id: "sgr-0e1a57d000000001a", egress: false, protocol: "-1", groupId: DEFAULT_GROUP_ID },
        { id: "sgr-0e1a57d000000001b", egress: true, protocol: "-1", cidrIpv4: "0.0.0.0/0" },
    ],
};

/** A new lab: an empty account with one default VPC and one image. */
export function seededState(): LabState {
    const zones = Object.keys(ZONES) as (keyof typeof ZONES)[];
    const subnets = zones.map((zone, index) => ({
        id: SUBNET_IDS[zone],
        vpcId: VPC_ID,
        zone,
        cidr: `10.0.${index + 1}.0/24`,
        mapPublicIp: true,
    }));
    return {
        version: 1,
        instances: {},
        volumes: {},
        snapshots: {},
        interfaces: {},
        addresses: {},
        groups: { [DEFAULT_GROUP_ID]: structuredClone(defaultGroup) },
        keyPairs: {},
        vpcs: { [VPC_ID]: { id: VPC_ID, cidr: "10.0.0.0/16", isDefault: true } },
        subnets: Object.fromEntries(subnets.map((subnet) => [subnet.id, subnet])),
        images: {
            [IMAGE_ID]: {
                id: IMAGE_ID,
                name: IMAGE_NAME,
                description: "Debian 13 (amd64), the lab's base image",
                rootDevice: "/dev/xvda",
                rootSnapshotId: IMAGE_SNAPSHOT_ID,
                rootSize: 8,
                createTime: EPOCH,
            },
        },
        tags: {},
        tokens: {},
    };
}
