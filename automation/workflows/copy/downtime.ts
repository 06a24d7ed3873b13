import type { IoHost } from "../../io/host";
import { MSG } from "../../io/messages";
import type { Observed } from "../../model/observed";
import type { Step } from "../../model/steps";

export interface DowntimeParts {
    readonly host: IoHost;
    /** Milliseconds of the epoch. */
    now(): number;
    note(event: "downtime", text: string, seconds: number): Promise<void>;
}

/**
 * How long the drive was put aside: from the moment when exports end to the look that finds it exported again. The server remembers
 * when it began, so that a driver that goes on with another's work knows it too.
 */
export class Downtime {
    private since: number | undefined;

    constructor(private readonly parts: DowntimeParts) {}

    begins(step: Step): void {
        if (step.kind === "quiesce" && step.aside !== undefined) this.since ??= this.parts.now();
    }

    async sees({ guest, stack }: Observed): Promise<void> {
        if (guest?.reachable !== true) return;
        if (guest.asideSince !== undefined) this.since ??= guest.asideSince * 1000;
        const isShared = guest.exports.length > 0 || stack.desired?.share.clients.length === 0;
        if (this.since === undefined || guest.asideSince !== undefined || !guest.mounted || !isShared) return;
        const seconds = (this.parts.now() - this.since) / 1000;
        this.since = undefined;
        const text = `the drive was away for ${seconds.toFixed(1)} s; clients go on`;
        await this.parts.note("downtime", text, seconds);
        this.parts.host.emit(MSG.DOWNTIME(text, { seconds }));
    }
}
