const WAIT_MS = 5 * 60_000;
const EVERY_MS = 2_000;

/** Probes until it ends with 0. Throws with what was waited for. */
export async function waitFor(what: string, probe: () => Promise<{ code: number }>): Promise<void> {
    const end = Date.now() + WAIT_MS;
    while ((await probe()).code !== 0) {
        if (Date.now() > end) throw new Error(`waited ${WAIT_MS / 1000} s for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
}
