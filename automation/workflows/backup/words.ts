/** `3 h`: whole units, never more than has passed. */
export function ageText(seconds: number): string {
    if (seconds >= 2 * 86_400) return `${Math.floor(seconds / 86_400)} d`;
    if (seconds >= 3_600) return `${Math.floor(seconds / 3_600)} h`;
    return seconds >= 60 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds)} s`;
}

/** `1 set`, `3 sets`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
