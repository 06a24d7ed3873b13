/** A request that would lose data or cannot be decided safely, in the drive's own words. */
export interface Refusal {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
}
