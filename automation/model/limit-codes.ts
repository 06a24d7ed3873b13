/** EC2's codes for a limit of the account or of a server that is reached (API reference, error codes; November 2026), and its sentence. */
export const LIMIT = /\b((?!Request)[A-Z][A-Za-z]*LimitExceeded)\b:? ?([^\n]*)/;

/** What is done so far stays, and is not done twice. */
export function limitHint(code: string): string {
    if (code === "AttachmentLimitExceeded")
        return "a larger server.instanceType carries more volumes (elastic-drive rehost), elastic-drive consolidate makes fewer of them; then the same command goes on";
    return "have the account's quota raised (Service Quotas) or free what is not needed; then the same command goes on";
}
