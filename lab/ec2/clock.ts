/** Time as the lab sees it; specs bring their own and never wait. */
export interface Clock {
    now(): number;
    /** Calls back once at that time, or at once if it is past. Returns what cancels it. */
    at(time: number, callback: () => void): () => void;
}

/** setTimeout's own limit; whoever asks for more is called early and asks again. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const realClock: Clock = {
    now: () => Date.now(),
    at: (time, callback) => {
        const timer = setTimeout(callback, Math.min(Math.max(0, time - Date.now()), LONGEST_TIMER));
        return () => clearTimeout(timer);
    },
};

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
    private readonly waiting = new Set<{ time: number; callback: () => void }>();

    constructor(private current = Date.UTC(2026, 9, 1)) {}

    now(): number {
        return this.current;
    }

    at(time: number, callback: () => void): () => void {
        const entry = { time, callback };
        this.waiting.add(entry);
        return () => this.waiting.delete(entry);
    }

    advance(milliseconds: number): void {
        this.current += milliseconds;
        const due = [...this.waiting].filter((entry) => entry.time <= this.current).sort((a, b) => a.time - b.time);
        due.forEach((entry) => {
            this.waiting.delete(entry);
            entry.callback();
        });
    }
}
