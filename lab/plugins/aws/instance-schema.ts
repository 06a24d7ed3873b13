import type { Changes, Failure } from "../protocol/plugin";
import { type Props, isObject } from "../protocol/values";
import { between, REGION, type Schema, TAGS } from "./schema";

const oneOf =
    (...allowed: string[]) =>
    (value: unknown): string | undefined =>
        allowed.includes(value as string)
            ? undefined
            : `expected one of ${allowed.join(", ")}, got ${JSON.stringify(value)}`;

const ROOT: Schema = {
    deleteOnTermination: { type: "boolean", default: true },
    deviceName: { type: "string", output: true },
    encrypted: { type: "boolean", computed: true, forceNew: true },
    iops: { type: "number", computed: true },
    kmsKeyId: { type: "string", computed: true, forceNew: true },
    tags: { type: "tags" },
    tagsAll: { type: "tags", output: true },
    throughput: { type: "number", computed: true },
    volumeId: { type: "string", output: true },
    volumeSize: { type: "number", computed: true },
    volumeType: { type: "string", computed: true },
};

const METADATA: Schema = {
    httpEndpoint: { type: "string", computed: true, valid: oneOf("enabled", "disabled") },
    httpProtocolIpv6: { type: "string", computed: true, valid: oneOf("enabled", "disabled") },
    httpPutResponseHopLimit: { type: "number", computed: true, valid: between(1, 64) },
    httpTokens: { type: "string", computed: true, valid: oneOf("optional", "required") },
    instanceMetadataTags: { type: "string", computed: true, valid: oneOf("enabled", "disabled") },
};

export const schema: Schema = {
    ...REGION,
    ...TAGS,
    arn: { type: "string", output: true },
    instanceState: { type: "string", output: true },
    primaryNetworkInterfaceId: { type: "string", output: true },
    privateDns: { type: "string", output: true },
    publicDns: { type: "string", output: true },
    publicIp: { type: "string", output: true },
    ami: { type: "string", required: true, forceNew: true },
    associatePublicIpAddress: { type: "boolean", computed: true, forceNew: true },
    availabilityZone: { type: "string", computed: true, forceNew: true },
    disableApiStop: { type: "boolean", computed: true },
    disableApiTermination: { type: "boolean", computed: true },
    ebsOptimized: { type: "boolean", computed: true, forceNew: true },
    forceDestroy: { type: "boolean", default: false },
    getPasswordData: { type: "boolean", default: false },
    instanceInitiatedShutdownBehavior: { type: "string", computed: true, valid: oneOf("stop", "terminate") },
    instanceType: { type: "string", required: true },
    keyName: { type: "string", computed: true, forceNew: true },
    metadataOptions: { type: "object", computed: true, properties: METADATA },
    monitoring: { type: "boolean", computed: true },
    primaryNetworkInterface: {
        type: "object",
        computed: true,
        forceNew: true,
        properties: {
            deleteOnTermination: { type: "boolean", output: true },
            networkInterfaceId: { type: "string", required: true, forceNew: true },
        },
    },
    privateIp: { type: "string", computed: true, forceNew: true },
    rootBlockDevice: { type: "object", computed: true, properties: ROOT },
    sourceDestCheck: { type: "boolean", default: true },
    subnetId: { type: "string", computed: true, forceNew: true },
    userData: { type: "string" },
    userDataBase64: { type: "string", computed: true },
    userDataReplaceOnChange: { type: "boolean", default: false },
    volumeTags: { type: "tags" },
    vpcSecurityGroupIds: { type: "strings", computed: true },
};

/** The interface decides all of these (the real schema's ConflictsWith). */
const WITH_INTERFACE = ["associatePublicIpAddress", "privateIp", "subnetId", "vpcSecurityGroupIds"];

export function rules(inputs: Props): Failure[] {
    const found: Failure[] = [];
    if (inputs["primaryNetworkInterface"] !== undefined) {
        const clash = [...WITH_INTERFACE.filter((key) => inputs[key] !== undefined)];
        for (const property of clash) {
            found.push({ property, reason: `conflicts with primaryNetworkInterface: the interface decides it` });
        }
    }
    if (inputs["userData"] !== undefined && inputs["userDataBase64"] !== undefined) {
        found.push({ property: "userDataBase64", reason: "conflicts with userData" });
    }
    if (
        inputs["volumeTags"] !== undefined &&
        isObject(inputs["rootBlockDevice"]) &&
        inputs["rootBlockDevice"]["tags"] !== undefined
    ) {
        found.push({ property: "volumeTags", reason: "conflicts with rootBlockDevice.tags" });
    }
    return found;
}

const USER_DATA = ["userData", "userDataBase64"];

/** Changed user data replaces the machine only if that was asked for; an interface of its own decides sourceDestCheck. */
export function adjust(changes: Changes, _state: Props, news: Props): void {
    if (news["userDataReplaceOnChange"] === true) {
        for (const key of USER_DATA) {
            const change = changes.get(key);
            if (change !== undefined) {
                changes.set(key, { ...change, replace: true });
            }
        }
    }
    if (news["primaryNetworkInterface"] !== undefined) {
        changes.delete("sourceDestCheck");
    }
}

/** These stop the machine and start it again, and with that change its public address. */
export const STOPS = ["instanceType", ...USER_DATA];
