/** A refusal in EC2's own words: `<Response><Errors><Error><Code>…`. */
export class Ec2Error extends Error {
    constructor(
        readonly code: string,
        message: string,
        readonly status = 400,
    ) {
        super(message);
        this.name = code;
    }
}

export const missingParameter = (name: string): Ec2Error =>
    new Ec2Error("MissingParameter", `The request must contain the parameter ${name}`);

export const invalidValue = (message: string): Ec2Error => new Ec2Error("InvalidParameterValue", message);

/** What each kind of id looks like and how EC2 refuses a wrong one. */
export const KINDS = {
    instance: {
        prefix: "i",
        malformed: "InvalidInstanceID.Malformed",
        missing: "InvalidInstanceID.NotFound",
        noun: "instance ID",
    },
    volume: {
        prefix: "vol",
        malformed: "InvalidVolumeID.Malformed",
        missing: "InvalidVolume.NotFound",
        noun: "volume",
    },
    snapshot: {
        prefix: "snap",
        malformed: "InvalidSnapshotID.Malformed",
        missing: "InvalidSnapshot.NotFound",
        noun: "snapshot",
    },
    networkInterface: {
        prefix: "eni",
        malformed: "InvalidNetworkInterfaceId.Malformed",
        missing: "InvalidNetworkInterfaceID.NotFound",
        noun: "networkInterface ID",
    },
    interfaceAttachment: {
        prefix: "eni-attach",
        malformed: "InvalidAttachmentID.Malformed",
        missing: "InvalidAttachmentID.NotFound",
        noun: "attachment ID",
    },
    securityGroup: {
        prefix: "sg",
        malformed: "InvalidGroupId.Malformed",
        missing: "InvalidGroup.NotFound",
        noun: "security group",
    },
    rule: {
        prefix: "sgr",
        malformed: "InvalidSecurityGroupRuleId.Malformed",
        missing: "InvalidSecurityGroupRuleId.NotFound",
        noun: "security group rule ID",
    },
    subnet: {
        prefix: "subnet",
        malformed: "InvalidSubnetID.Malformed",
        missing: "InvalidSubnetID.NotFound",
        noun: "subnet ID",
    },
    vpc: { prefix: "vpc", malformed: "InvalidVpcID.Malformed", missing: "InvalidVpcID.NotFound", noun: "vpc ID" },
    image: { prefix: "ami", malformed: "InvalidAMIID.Malformed", missing: "InvalidAMIID.NotFound", noun: "image id" },
    allocation: {
        prefix: "eipalloc",
        malformed: "InvalidAllocationID.Malformed",
        missing: "InvalidAllocationID.NotFound",
        noun: "allocation ID",
    },
    association: {
        prefix: "eipassoc",
        malformed: "InvalidAssociationID.Malformed",
        missing: "InvalidAssociationID.NotFound",
        noun: "association ID",
    },
} as const;
export type Kind = keyof typeof KINDS;

/** Checks an id's form: prefix, dash, 8 or 17 hexadecimal digits. */
function requireForm(kind: Kind, id: string): void {
    if (!new RegExp(`^${KINDS[kind].prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id)) {
        throw new Ec2Error(KINDS[kind].malformed, `Invalid id: "${id}" (expecting "${KINDS[kind].prefix}-...")`);
    }
}

export function notFound(kind: Kind, id: string): Ec2Error {
    return new Ec2Error(KINDS[kind].missing, `The ${KINDS[kind].noun} '${id}' does not exist`);
}

/** The object of that id; refuses a malformed id and one that is not there. */
export function find<T>(kind: Kind, collection: Readonly<Record<string, T>>, id: string): T {
    requireForm(kind, id);
    const found = collection[id];
    if (found === undefined) {
        throw notFound(kind, id);
    }
    return found;
}

/** Items by a key that some of them have. */
export function indexed<T>(items: readonly T[], key: (item: T) => string | undefined): Record<string, T> {
    return Object.fromEntries(
        items.flatMap((item): [string, T][] => {
            const name = key(item);
            return name === undefined ? [] : [[name, item]];
        }),
    );
}
