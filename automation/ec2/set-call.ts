import type * as Ec2Sdk from "@aws-sdk/client-ec2";
import { DriveError } from "../../infra/model/errors";
import { ec2Error, snapshotsBusy } from "./errors";
import { SNAPSHOTS_BUSY, THROTTLED } from "../model/limit-codes";
import type { Loaded } from "./caller";
import type { MadeSet, SetCall } from "./port";

/**
 * CreateSnapshots, once. It has no client token (API reference, 2026-11): an attempt repeated after a lost reply would make a second
 * set under the same tags. So this client makes one attempt, and whoever calls decides.
 */
export async function createSet(loaded: Loaded, order: SetCall, endpoint: string | undefined): Promise<MadeSet> {
    const { sdk } = loaded;
    if (order.timeoutMs <= 0) throw notSent();
    const client = once(loaded);
    const deadline = new AbortController();
    let isSent = false;
    client.middlewareStack.add(
        (next) => async (args) => {
            // The credentials may have come too late: what was given up is not sent.
            deadline.signal.throwIfAborted();
            isSent = true;
            return next(args);
        },
        { step: "deserialize", priority: "low", name: "elasticDriveSent" },
    );
    const command = new sdk.CreateSnapshotsCommand(inputOf(order));
    const answer = client.send(command, { abortSignal: deadline.signal });
    try {
        return madeSet(await before(answer, order.timeoutMs, deadline));
    } catch (error) {
        throw setError(error, isSent, endpoint);
    }
}

/** It shares what the other client has warmed up: connection, credentials, and how far this machine's clock is off EC2's. */
function once({ sdk, client, config }: Loaded): Ec2Sdk.EC2Client {
    const { requestHandler, credentials, systemClockOffset } = client.config;
    return new sdk.EC2Client({ ...config, requestHandler, credentials, systemClockOffset, maxAttempts: 1 });
}

const inputOf = ({ serverId, exclude, description, tags }: SetCall): Ec2Sdk.CreateSnapshotsCommandInput => ({
    InstanceSpecification: {
        InstanceId: serverId,
        ExcludeBootVolume: true,
        ...(exclude.length === 0 ? {} : { ExcludeDataVolumeIds: [...exclude] }),
    },
    Description: description,
    TagSpecifications: [
        { ResourceType: "snapshot", Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
    ],
});

class TooLate extends Error {}

/** A drive may stand frozen meanwhile: the time ends the wait, whatever the SDK waits for (credentials, a body that never ends). */
async function before<T>(answer: Promise<T>, ms: number, deadline: AbortController): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
            const late = new TooLate(`no answer within ${Math.round(ms)} ms`);
            deadline.abort(late);
            reject(late);
        }, ms);
    });
    answer.catch(() => undefined); // where the time is over first, nobody else hears of it
    try {
        return await Promise.race([answer, over]);
    } finally {
        clearTimeout(timer);
    }
}

function madeSet({ Snapshots = [] }: Ec2Sdk.CreateSnapshotsCommandOutput): MadeSet {
    const members = Snapshots.map(({ SnapshotId = "", VolumeId = "" }) => ({
        snapshotId: SnapshotId,
        volumeId: VolumeId,
    }));
    const instants = [...new Set(Snapshots.map(({ StartTime }) => StartTime?.toISOString()))];
    const [startedAt] = instants;
    const isWhole = members.every(({ snapshotId, volumeId }) => snapshotId !== "" && volumeId !== "");
    if (startedAt !== undefined && instants.length === 1 && isWhole) return { startedAt, members };
    throw unknown(`its answer is no set of one instant: ${members.length} snapshots, started ${instants.join(", ")}`);
}

/** Nothing of the request has left this machine: there was nobody to hear it. */
const UNHEARD = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/;

/** Unknown until it is certain that nothing was made: not sent, not heard, or refused in EC2's own words. */
function setError(error: unknown, isSent: boolean, endpoint: string | undefined): DriveError {
    if (error instanceof DriveError) return error;
    const thrown = error as Error &
        Pick<Ec2Sdk.EC2ServiceException, "$metadata"> & {
            readonly code?: string;
            readonly errors?: readonly { readonly code?: string }[];
        };
    const status = thrown.$metadata?.httpStatusCode ?? 0;
    const isRefused = status >= 400 && status < 500;
    if (isSent && (THROTTLED.test(thrown.name) || (isRefused && isLater(thrown.name))))
        return snapshotsBusy(error, "CreateSnapshots");
    if (!isSent && error instanceof TooLate) return notSent(error);
    const isUnheard = UNHEARD.test(thrown.code ?? thrown.errors?.[0]?.code ?? "");
    if (!isSent || isUnheard || isRefused) return ec2Error(error, "CreateSnapshots", endpoint);
    return unknown(`${thrown.name}: ${thrown.message}`, error);
}

const isLater = (code: string): boolean => SNAPSHOTS_BUSY.test(code) || code === "SnapshotLimitExceeded";

const notSent = (cause?: unknown): DriveError =>
    new DriveError("SetNotSent", "the time for CreateSnapshots was over before it was sent: nothing was made", {
        hint: "the credentials, or this machine, took too long; the same command begins anew",
        retryable: true,
        cause,
    });

const unknown = (seen: string, cause?: unknown): DriveError =>
    new DriveError("SetUnknown", `EC2 did not say whether CreateSnapshots made a set (${seen})`, {
        hint: "the same command looks for it, from 15 s on; what was made is whole",
        retryable: true,
        cause,
    });
