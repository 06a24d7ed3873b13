import type * as Ec2Sdk from "@aws-sdk/client-ec2";

export interface Loaded {
    readonly sdk: typeof Ec2Sdk;
    readonly client: Ec2Sdk.EC2Client;
    /** What the client was made with. */
    readonly config: Ec2Sdk.EC2ClientConfig;
}

/** One call of EC2, with the drive's words for what it throws. */
export type Caller = <T>(action: string, work: (loaded: Loaded) => Promise<T>) => Promise<T>;
