import type { EC2ClientConfig } from "@aws-sdk/client-ec2";

/**
 * Who the driver is towards AWS. The engine gets the environment that the caller gave, so that both have to be the same person: in
 * another account the driver would see no drive. Of an environment that is not this process's own, keys and
 * AWS_PROFILE count; where neither is there, the SDK looks for itself, as the engine does.
 */
export function identityOf(env: NodeJS.ProcessEnv): Pick<EC2ClientConfig, "credentials" | "profile"> {
    if (env === process.env) return {};
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
    const { AWS_SESSION_TOKEN: sessionToken, AWS_PROFILE: profile } = env;
    if (accessKeyId === undefined || secretAccessKey === undefined) return profile === undefined ? {} : { profile };
    return { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } };
}
