/** How often each action was called since the last reset. */
export class Calls {
    private counts: Record<string, number> = {};

    note(action: string): void {
        this.counts[action] = (this.counts[action] ?? 0) + 1;
    }

    list(): Readonly<Record<string, number>> {
        return this.counts;
    }

    reset(): void {
        this.counts = {};
    }
}
