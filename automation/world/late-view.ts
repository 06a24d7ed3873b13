import type { Ec2View, Observed, StackView } from "../model/observed";
import { isKnown, leakedVolumes } from "../model/observed";
import type { Clock } from "../io/wait";
import { throwIfAborted } from "../io/wait";

/** EC2 shows what was just made some seconds late; it names no bound. After this long what is not shown is not there. */
export const LATE_MS = 10_000;
const EVERY_MS = 2_000;

export interface LateParts {
    readonly clock: Clock;
    readonly signal?: AbortSignal | undefined;
    /** EC2 and the stack's state. */
    look(): Promise<Observed>;
}

/** EC2 is eventually consistent: that it does not show a thing is believed only after a while. */
export class LateView {
    private readonly gone = new Set<string>();

    constructor(private readonly parts: LateParts) {}

    /** A look in which everything that the state knows is shown, or is gone for good. */
    async whole(): Promise<Observed> {
        const observed = await this.until((seen) => this.unseen(seen).length === 0);
        for (const id of this.unseen(observed)) this.gone.add(id);
        return observed;
    }

    /** Returns when all that an `up` may have made without the state's knowledge is shown. */
    async leftovers(count: number): Promise<void> {
        await this.until((seen) => unknown(seen).length >= count);
    }

    private unseen({ ec2, stack }: Observed): string[] {
        return known(stack).filter((id) => !this.gone.has(id) && !shown(ec2).includes(id));
    }

    /** The last look, when it does not come in time. */
    private async until(enough: (seen: Observed) => boolean): Promise<Observed> {
        const { clock, signal, look } = this.parts;
        for (let waited = 0; ; waited += EVERY_MS) {
            const seen = await look();
            if (enough(seen) || waited >= LATE_MS) return seen;
            await clock.sleep(EVERY_MS, signal);
            throwIfAborted(signal);
        }
    }
}

const known = ({ serverId, volumes }: StackView): string[] => [
    ...Object.values(volumes),
    ...(serverId === undefined ? [] : [serverId]),
];

const shown = ({ volumes, servers }: Ec2View): string[] => [...volumes, ...servers].map(({ id }) => id);

/** What the next `up` would adopt or sweep. */
const unknown = (seen: Observed): string[] =>
    [
        ...leakedVolumes(seen).filter(({ slot }) => seen.stack.volumes[slot] === undefined),
        ...seen.ec2.servers.filter(({ id, state }) => state !== "terminated" && !isKnown(seen, id)),
    ].map(({ id }) => id);
