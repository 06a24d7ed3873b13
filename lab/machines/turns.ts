/** One at a time, in the order asked. */
export class Turns {
    private last: Promise<unknown> = Promise.resolve();

    take<T>(work: () => Promise<T>): Promise<T> {
        const mine = this.last.then(work, work);
        this.last = mine.catch(() => undefined);
        return mine;
    }
}
