import type { Ec2 } from "../ec2/port";
import type { NamedWait } from "../io/wait";

const SETTLED_MS = 600_000;
/** `optimizing` may last a day (facts §1), so it is waited for with patience and shown with its progress. */
const MODIFIED_MS = 24 * 3_600_000;

/** What EC2 has begun and not ended yet, waited for by name. */
export class Ec2Waits {
    constructor(
        private readonly drive: string,
        private readonly ec2: Ec2,
        private readonly wait: NamedWait,
    ) {}

    server(id: string, states: readonly string[]): Promise<void> {
        return this.wait(`server ${id} to be ${states.join(" or ")}`, SETTLED_MS, 2_000, async () => {
            const { servers } = await this.ec2.view(this.drive, { parts: false });
            const seen = servers.find((server) => server.id === id)?.state ?? "terminated";
            return states.includes(seen) ? { ready: undefined } : { seen };
        });
    }

    volume(id: string): Promise<void> {
        return this.wait(`volume ${id} to settle`, SETTLED_MS, 2_000, async () => {
            const { volumes } = await this.ec2.view(this.drive, { parts: false });
            const seen = volumes.find((volume) => volume.id === id);
            const moving =
                seen !== undefined &&
                (seen.state === "creating" || ["attaching", "detaching"].includes(seen.attachment ?? ""));
            return moving ? { seen: `${seen.state} ${seen.attachment ?? ""}`.trim() } : { ready: undefined };
        });
    }

    modification(id: string): Promise<void> {
        return this.wait(`the modification of ${id} to be completed`, MODIFIED_MS, 10_000, async () => {
            const { volumes } = await this.ec2.view(this.drive, { parts: false });
            const seen = volumes.find((volume) => volume.id === id)?.modification;
            return seen === undefined ? { ready: undefined } : { seen: `${seen.state} ${seen.progress} %` };
        });
    }
}
