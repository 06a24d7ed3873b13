import type { EC2 } from "@aws-sdk/client-ec2";
import type * as Sdk from "@aws-sdk/client-ec2";
import type * as Retry from "@smithy/util-retry";
import type { Settings } from "./settings";
import { callerIdentity, type Identity } from "./sts";

/** A refusal by EC2, in the words of the real provider's SDK. `code` is EC2's. */
export class ApiError extends Error {
    constructor(
        readonly operation: string,
        readonly code: string,
        readonly reason: string,
        cause: unknown,
    ) {
        super(`operation error EC2: ${operation}, ${reason}`, { cause });
    }
}

/** Whether EC2's code is one of these (`Invalid*` = begins with), also when the error was wrapped on its way. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
    if (!(error instanceof ApiError)) {
        return error instanceof Error && error.cause !== undefined && hasCode(error.cause, ...codes);
    }
    return codes.some((code) => (code.endsWith("*") ? error.code.startsWith(code.slice(0, -1)) : error.code === code));
}

/** Does it; a refusal with one of the codes counts as done. */
export async function unless(codes: readonly string[], action: () => Promise<unknown>): Promise<void> {
    try {
        await action();
    } catch (error) {
        if (!hasCode(error, ...codes)) {
            throw error;
        }
    }
}

interface SdkError extends Error {
    $metadata?: { httpStatusCode?: number; requestId?: string };
    code?: string;
}

function apiError(operation: string, error: unknown): unknown {
    const sdkError = error as SdkError;
    const { httpStatusCode, requestId } = sdkError.$metadata ?? {};
    if (httpStatusCode === undefined) {
        const code = sdkError.code ?? sdkError.name;
        return new ApiError(operation, code, `${code}: ${sdkError.message}`, error);
    }
    const where = `https response error StatusCode: ${httpStatusCode}, RequestID: ${requestId ?? ""}`;
    return new ApiError(operation, sdkError.name, `${where}, api error ${sdkError.name}: ${sdkError.message}`, error);
}

const REFUSED_LIMIT = 9;

/** The real provider gives up on a refused connection after 9 attempts, on all else after 25 (aws-sdk-go-base: MaxNetworkRetryCount). */
function retryStrategy(maxAttempts: number): NonNullable<Sdk.EC2ClientConfig["retryStrategy"]> {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded with the SDK, that is at the first call
    const { StandardRetryStrategy } = require("@smithy/util-retry") as typeof Retry;
    const strategy = new StandardRetryStrategy(maxAttempts);
    const next = strategy.refreshRetryTokenForRetry.bind(strategy);
    strategy.refreshRetryTokenForRetry = (token, info) => {
        const { code, cause } = (info.error ?? {}) as SdkError & { cause?: SdkError };
        if ((code === "ECONNREFUSED" || cause?.code === "ECONNREFUSED") && token.getRetryCount() + 1 >= REFUSED_LIMIT) {
            throw info.error as Error;
        }
        return next(token, info);
    };
    return strategy;
}

/** EC2's client. Loaded at the first call: half a second that an update without a change is spared. */
export class Api {
    private client: EC2 | undefined;

    constructor(private readonly settings: Settings) {}

    get region(): string {
        return this.settings.region;
    }

    get defaultTags(): Readonly<Record<string, string>> {
        return this.settings.defaultTags;
    }

    private connect(): EC2 {
        const { region, endpoint, accessKey, secretKey, token, profile, maxAttempts } = this.settings;
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
        const sdk = require("@aws-sdk/client-ec2") as typeof Sdk;
        this.client ??= new sdk.EC2({
            region,
            endpoint,
            retryStrategy: retryStrategy(maxAttempts),
            ...(profile === undefined ? {} : { profile }),
            ...(accessKey === undefined
                ? {}
                : {
                      credentials: {
                          accessKeyId: accessKey,
                          secretAccessKey: secretKey ?? "",
                          ...(token === undefined ? {} : { sessionToken: token }),
                      },
                  }),
        });
        return this.client;
    }

    /** The client with cancelling built in and errors that carry EC2's code. */
    ec2(signal: AbortSignal): EC2 {
        return new Proxy(this.connect(), {
            get: (client, name) => {
                const method = Reflect.get(client, name) as unknown;
                if (typeof method !== "function" || typeof name !== "string") {
                    return method;
                }
                return async (input: unknown): Promise<unknown> => {
                    try {
                        return (await method.call(client, input, { abortSignal: signal })) as unknown;
                    } catch (error) {
                        signal.throwIfAborted();
                        throw apiError(name.charAt(0).toUpperCase() + name.slice(1), error);
                    }
                };
            },
        });
    }

    /** As the real provider at its configuration (aws-sdk-go-base, VerifyAccountIDAllowed). */
    async refuseOtherAccounts(signal: AbortSignal): Promise<void> {
        const { allowedAccountIds } = this.settings;
        if (allowedAccountIds.length === 0) {
            return;
        }
        const { accountId } = await this.callerIdentity(signal);
        if (!allowedAccountIds.includes(accountId)) {
            throw new Error(`AWS account ID not allowed: ${accountId}`);
        }
    }

    async callerIdentity(signal: AbortSignal): Promise<Identity> {
        const { stsEndpoint, region } = this.settings;
        return callerIdentity({ endpoint: stsEndpoint, region, ...(await this.credentials()) }, signal);
    }

    /** Those that are given outright need no SDK, which takes half a second to load. */
    private async credentials(): Promise<
        Pick<Parameters<typeof callerIdentity>[0], "accessKey" | "secretKey" | "token">
    > {
        const { accessKey, secretKey = "", token, profile } = this.settings;
        const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: session } = process.env;
        if (accessKey !== undefined) {
            return { accessKey, secretKey, token };
        }
        if (profile === undefined && id !== undefined && secret !== undefined) {
            return { accessKey: id, secretKey: secret, token: session };
        }
        const { accessKeyId, secretAccessKey, sessionToken } = await this.connect().config.credentials();
        return { accessKey: accessKeyId, secretKey: secretAccessKey, token: sessionToken };
    }
}
