import { DriveError } from "../../infra/model/errors";
import type { Ec2Options } from "./client";
import { ec2Error } from "./errors";
import { identityOf } from "./identity";

/** The AWS account that the credentials are of, by STS. No right is needed for that call. */
export async function callerAccount({ region, env }: Ec2Options): Promise<string> {
    const endpoint = env["AWS_ENDPOINT_URL"];
    try {
        const sdk = await import("@aws-sdk/client-sts");
        const client = new sdk.STSClient({
            ...(region === undefined ? {} : { region }),
            ...(endpoint === undefined ? {} : { endpoint }),
            ...identityOf(env),
            maxAttempts: 5,
        });
        const { Account } = await client.send(new sdk.GetCallerIdentityCommand({}));
        if (Account !== undefined) return Account;
    } catch (error) {
        throw ec2Error(error, "GetCallerIdentity", endpoint);
    }
    throw new DriveError("Ec2Refused", "STS does not say whose the credentials are", {
        hint: "aws sts get-caller-identity shows what it answers",
    });
}

/** Before anything else: another account's drive of that name, or none at all, would be taken for this one. */
export function refuseOtherAccount(drive: string, expected: string | undefined, seen: string): void {
    if (expected === undefined || expected === seen) return;
    throw new DriveError(
        "AccountDiffers",
        `the credentials are of AWS account ${seen}, drive ${drive} is in ${expected}`,
        {
            hint: "give the credentials of that account (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), and the right --stack; nothing was looked at or changed",
        },
    );
}
