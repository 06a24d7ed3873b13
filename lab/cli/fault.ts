import { control, requireDaemon } from "../daemon/client";
import type { Fault } from "../ec2/faults";

const show = (fault: Fault): string =>
    `${fault.id}  ${fault.action}  ${fault.kind}  ${fault.count} more${fault.skip > 0 ? ` after ${fault.skip}` : ""}${fault.kind === "slow" ? `  ${fault.seconds} s` : ""}`;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

export async function addFault(
    action: string,
    kind: string,
    options: { dir: string; count: number; skip: number; seconds: number },
): Promise<void> {
    const { url } = await requireDaemon(options.dir);
    const { count, skip, seconds } = options;
    print(show((await control(url, "POST", "/faults", { action, kind, count, skip, seconds })) as Fault));
}

export async function listFaults(options: { dir: string }): Promise<void> {
    const { url } = await requireDaemon(options.dir);
    const faults = (await control(url, "GET", "/faults")) as Fault[];
    print(faults.length === 0 ? "no faults" : faults.map(show).join("\n"));
}

export async function clearFaults(options: { dir: string }): Promise<void> {
    const { url } = await requireDaemon(options.dir);
    await control(url, "DELETE", "/faults");
    print("no faults");
}
