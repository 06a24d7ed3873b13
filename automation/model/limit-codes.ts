/** EC2's codes for a limit of the account or of a server that is reached (API reference, error codes; November 2026), and its sentence. */
export const LIMIT = /\b((?!Request)[A-Z][A-Za-z]*LimitExceeded)\b:? ?([^\n]*)/;

/** What is done so far stays, and is not done twice. */
export function limitHint(code: string): string {
    if (code === "AttachmentLimitExceeded")
        return "a larger server.instanceType carries more volumes (elastic-drive rehost), elastic-drive consolidate makes fewer of them; then the same command goes on";
    return "have the account's quota raised (Service Quotas) or free what is not needed; then the same command goes on";
}

/**
 * A volume that bears no further snapshot yet: five pending ones (st1, sc1: one), in `error`, or deleted while pending; one of less than
 * 15 s ago; too many pending in the account (API reference, error codes; repost.aws/knowledge-center/ebs-snapshot-stuck; 2026-11).
 */
export const SNAPSHOTS_BUSY =
    /^(ConcurrentSnapshotLimitExceeded|PendingSnapshotLimitExceeded|SnapshotCreationPerVolumeRateExceeded)$/;

/** EC2 judges it before it does anything, whatever the status of its answer. */
export const THROTTLED = /^(RequestLimitExceeded|Throttl\w*|EC2ThrottledException)$/;
