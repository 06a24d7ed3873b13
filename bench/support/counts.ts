import { labControl } from "../../lab/index";
import type { OperatedDrive, Outputs } from "../../lab/rig/drive";

/** A call of ours (infra/guest/call.ts) as sudo notes it. */
const GUEST_CALL = /COMMAND=\S*bash -c .* elastic-drive$/;

/** What one operation asked of others. */
export interface Counts {
    readonly ec2Calls: number;
    /** EC2's actions with how often each was called. */
    readonly actions: string;
    readonly remoteCommands: number;
}

/** Counts while the work runs: calls as EC2 received them, commands as the server's sudo has written them down. */
export async function counted<T>(drive: OperatedDrive, work: () => Promise<T>): Promise<{ result: T; counts: Counts }> {
    const url = drive.checkout.env["AWS_ENDPOINT_URL"]!;
    const before = await commandsSoFar(drive);
    await labControl(url, "DELETE", "/calls");
    const result = await work();
    const calls = (await labControl(url, "GET", "/calls")) as Readonly<Record<string, number>>;
    const remoteCommands = (await commandsSoFar(drive)) - before;
    const actions = Object.entries(calls).sort(([, a], [, b]) => b - a);
    return {
        result,
        counts: {
            ec2Calls: actions.reduce((total, [, times]) => total + times, 0),
            actions: actions.map(([action, times]) => `${action} ${times}`).join(", "),
            remoteCommands,
        },
    };
}

/** None before there is a server. */
async function commandsSoFar(drive: OperatedDrive): Promise<number> {
    const { serverId }: Partial<Outputs> = await drive.outputs();
    if (serverId === undefined) return 0;
    const journal = await (await drive.server()).run("sudo journalctl --quiet --output=cat _COMM=sudo");
    return journal.split("\n").filter((line) => GUEST_CALL.test(line)).length;
}
