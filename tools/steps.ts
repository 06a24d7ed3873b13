/** Prints what is being done and how long it took, one line a step, at most 100 columns. */
export class Steps {
    private readonly start = Date.now();

    /** Runs one step; its line says `ok` or `FAILED` and the seconds. */
    async of<T>(title: string, work: () => Promise<T>): Promise<T> {
        const began = Date.now();
        const seconds = (): string => `${((Date.now() - began) / 1000).toFixed(1)} s`;
        process.stdout.write(`... ${title}\n`);
        try {
            const result = await work();
            process.stdout.write(`ok  ${title.slice(0, 82).padEnd(82)} ${seconds().padStart(10)}\n`);
            return result;
        } catch (error) {
            process.stdout.write(`FAILED  ${title.slice(0, 78).padEnd(78)} ${seconds().padStart(10)}\n`);
            throw error;
        }
    }

    say(text: string): void {
        for (const line of text.split("\n")) process.stdout.write(`    ${line}\n`);
    }

    summary(): void {
        process.stdout.write(`\nall of it in ${((Date.now() - this.start) / 60_000).toFixed(1)} minutes\n`);
    }
}
