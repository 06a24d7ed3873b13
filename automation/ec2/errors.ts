import { DriveError } from "../../infra/model/errors";
import { isLoopback } from "./endpoint";
import { LIMIT, limitHint, SNAPSHOTS_BUSY } from "../model/limit-codes";

const LAB = 'for the lab: eval "$(elastic-drive lab env)"';

interface SdkError extends Error {
    readonly code?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly errors?: readonly SdkError[];
}

/** The drive's words for what the SDK throws; EC2's own code and sentence are kept. */
export function ec2Error(error: unknown, action: string, endpoint: string | undefined): DriveError {
    if (error instanceof DriveError) return error;
    const thrown = error as SdkError;
    const network = thrown.code ?? thrown.errors?.[0]?.code ?? "";
    const said = `${thrown.name}: ${thrown.message}`;
    if (/CredentialsProviderError|TokenProviderError/.test(thrown.name)) {
        return new DriveError("NoCredentials", `there are no AWS credentials that can be used (${thrown.message})`, {
            hint: /\bsso\b/i.test(thrown.message)
                ? "the session of your single sign-on has ended, or never began: aws sso login"
                : `set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; ${LAB}`,
            cause: error,
        });
    }
    if (/scoped to a valid region/.test(thrown.message)) {
        return new DriveError("WrongRegion", `this endpoint does not serve the drive's region (${said})`, {
            hint: "give a zone of the region that AWS_ENDPOINT_URL serves, or unset AWS_ENDPOINT_URL",
            cause: error,
        });
    }
    if (/AuthFailure|InvalidClientTokenId|UnrecognizedClient|ExpiredToken|SignatureDoesNotMatch/.test(thrown.name)) {
        return new DriveError("NoCredentials", `AWS does not accept the credentials (${said})`, {
            hint: `renew them; ${LAB}`,
            cause: error,
        });
    }
    if (thrown.name === "UnauthorizedOperation") {
        return new DriveError("NotAllowed", `AWS refuses ${action}: ${thrown.message}`, {
            hint: "the README has the policy the drive needs",
            cause: error,
        });
    }
    if (
        /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|EHOSTUNREACH/.test(network) ||
        thrown.name === "TimeoutError"
    ) {
        return new DriveError(
            "EndpointUnreachable",
            `EC2 does not answer at ${endpoint ?? "its public endpoint"} (${network || thrown.name})`,
            {
                hint: unreachable(endpoint),
                retryable: true,
                cause: error,
            },
        );
    }
    if (/RequestLimitExceeded|Throttl/.test(thrown.name) || (thrown.$metadata?.httpStatusCode ?? 0) >= 500) {
        return new DriveError("Ec2Unwell", `EC2 did not do ${action} (${said})`, {
            hint: "wait a minute; the same command goes on",
            retryable: true,
            cause: error,
        });
    }
    if (SNAPSHOTS_BUSY.test(thrown.name)) return snapshotsBusy(error, action);
    if (LIMIT.test(said)) {
        return new DriveError("Ec2LimitReached", `EC2 refuses ${action}: ${said}`, {
            hint: limitHint(thrown.name),
            cause: error,
        });
    }
    return new DriveError("Ec2Refused", `EC2 refuses ${action}: ${said}`, {
        hint: "correct what it names; the same command goes on",
        cause: error,
    });
}

/** Nothing was made. */
export function snapshotsBusy(error: unknown, action: string): DriveError {
    const { name, message } = error as Error;
    return new DriveError("SnapshotsBusy", `EC2 refuses ${action} for now, nothing was made: ${name}: ${message}`, {
        hint: BUSY_HINTS[name] ?? "wait until the pending ones are completed",
        retryable: true,
        cause: error,
    });
}

const BUSY_HINTS: Readonly<Record<string, string>> = {
    SnapshotCreationPerVolumeRateExceeded: "two snapshots of one volume are at least 15 s apart: wait that long",
    SnapshotLimitExceeded:
        "free what is not needed (elastic-drive gc), or have the account's quota raised (Service Quotas)",
    ConcurrentSnapshotLimitExceeded:
        "a volume bears five snapshots that are not completed (st1, sc1: one): wait for the pending ones, delete those in error",
    RequestLimitExceeded: "the account calls EC2 too often: wait a minute",
};

function unreachable(endpoint: string | undefined): string {
    if (endpoint === undefined)
        return "is there a network (HTTPS_PROXY is not used for these calls), is the region (zone, aws:region) spelt right, does the profile name an endpoint_url";
    const isLab = URL.canParse(endpoint) && isLoopback(new URL(endpoint).hostname);
    return isLab
        ? "is the lab running: elastic-drive lab status"
        : "is AWS_ENDPOINT_URL right, and is there a way to it";
}
