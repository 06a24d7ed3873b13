/** A reader that has seen enough (`| head`) ends no work: what is under way goes on, unseen. Any other failure to write is one. */
export function outliveReaders(...streams: readonly NodeJS.WritableStream[]): void {
    for (const stream of streams) {
        stream.on("error", (error: NodeJS.ErrnoException) => {
            if (error.code !== "EPIPE") throw error;
        });
    }
}
