import type { DaemonFacts } from "../daemon/daemon";
import { sshLine } from "../machines/ssh-port";

export interface Status extends DaemonFacts {
    readonly memoryMiB: number;
    readonly instances: readonly {
        readonly id: string;
        readonly name?: string;
        readonly state: string;
        readonly type: string;
        readonly zone: string;
        readonly privateIp?: string;
        readonly publicIps: readonly string[];
    }[];
    readonly volumes: readonly {
        readonly id: string;
        readonly name?: string;
        readonly state: string;
        readonly size: number;
        readonly type: string;
        readonly attachedTo?: string;
        readonly device?: string;
        readonly attachment?: string;
        readonly modification?: string;
    }[];
}

/** The lab on one screen. */
export function statusText(status: Status): string {
    const instances = status.instances.map((each) => [
        each.id,
        each.name ?? "-",
        each.state,
        each.type,
        each.zone,
        each.privateIp ?? "-",
        each.publicIps.join(" ") || "-",
    ]);
    const volumes = status.volumes.map((each) => [
        each.id,
        each.name ?? "-",
        each.state,
        `${each.size} GiB ${each.type}`,
        each.attachedTo === undefined ? "-" : `${each.attachedTo} ${each.device ?? ""} ${each.attachment ?? ""}`,
        each.modification ?? "",
    ]);
    return [
        `lab   ${status.url}   process ${status.pid}, ${status.memoryMiB} MiB   since ${status.startedAt.slice(0, 19).replace("T", " ")} UTC`,
        `      ${status.dir}${status.machines ? "" : "   without machines"}`,
        ...(status.ssh.why === undefined ? [] : [`      ${sshLine(status.ssh)}`]),
        ...section("instances", ["id", "name", "state", "type", "zone", "private", "public"], instances),
        ...section("volumes", ["id", "name", "state", "size", "attached", ""], volumes),
    ].join("\n");
}

function section(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
    if (rows.length === 0) {
        return ["", `no ${title}`];
    }
    const all = [heads, ...rows];
    const widths = heads.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
    return [
        "",
        ...all.map((row) =>
            row
                .map((cell, column) => cell.padEnd(widths[column] ?? 0))
                .join("  ")
                .trimEnd(),
        ),
    ];
}
