import { join } from "node:path";
import { z } from "zod";
import type { GuestCall } from "../../infra/guest/call";
import { guestCall } from "../../infra/guest/call";
import { observeCall } from "../../infra/guest/calls";
import { ObserveResult } from "../../infra/guest/observed";
import { parseAnswer } from "../../infra/guest/results";
import { DriveError } from "../../infra/model/errors";
import type { Guest, GuestOpener } from "../guest";
import type { ReachableGuest } from "../observed";
import { Ssh } from "./connection";
import { publicKeyOf } from "./keys";

/** The verbs that only the driver calls. */
const VERBS = join(__dirname, "..", "verbs");
const OPERATOR = "admin";
const DIAL_MS = 15_000;
/** LVM answers slowly under load; it never takes longer to look. */
const OBSERVE_MS = 120_000;
/** Unmounting writes back what the server still holds in memory. */
const QUIESCE_MS = 600_000;

/** Connections to the drive's server: the operator's key in, the drive's host key pinned. */
export function guestOpener(keys: { readonly operatorKey: string; readonly hostKey: string }, port = 22): GuestOpener {
    const hostKey = publicKeyOf(keys.hostKey);
    if (hostKey === undefined) {
        throw new DriveError(
            "KeyUnreadable",
            "the secret elastic-drive:hostKey is not a private key in OpenSSH format",
            {
                hint: "elastic-drive pull brings it from the backend",
            },
        );
    }
    return async (host) => {
        const ssh = await Ssh.open({ host, port, user: OPERATOR, privateKey: keys.operatorKey, hostKey }, DIAL_MS);
        return new SshGuest(ssh);
    };
}

class SshGuest implements Guest {
    constructor(private readonly ssh: Ssh) {}

    async observe(): Promise<ReachableGuest> {
        return readReport(await this.call(ObserveResult, "observe", observeCall(), OBSERVE_MS));
    }

    async quiesce(): Promise<void> {
        await this.call(z.looseObject({}), "quiesce", guestCall(["quiesce"], {}, VERBS), QUIESCE_MS);
    }

    close(): void {
        this.ssh.close();
    }

    private async call<T>(schema: z.ZodType<T>, what: string, call: GuestCall, timeoutMs: number): Promise<T> {
        return parseAnswer(schema, what, await this.ssh.run(call.command, call.stdin, timeoutMs));
    }
}

/** What the planner needs of the server's report; volumes are known by serial and by nothing else. */
export function readReport(report: ObserveResult): ReachableGuest {
    const { group, mount } = report;
    const present = (group?.members ?? []).filter((member) => !member.missing);
    return {
        reachable: true,
        members: present.flatMap((member) =>
            member.serial === undefined
                ? []
                : [
                      {
                          volumeId: member.serial.replace(/^vol-?/, "vol-"),
                          sizeBytes: Number(member.sizeBytes),
                          usedBytes: Number(member.usedBytes),
                          leaving: member.tags.includes("elastic-drive:leaving"),
                      },
                  ],
        ),
        missing: (group?.members ?? []).filter((member) => member.missing).map((member) => member.uuid),
        freeBytes: Number(group?.freeBytes ?? 0n),
        mounted: mount !== null,
        sizeBytes: Number(mount?.sizeBytes ?? 0n),
        usedBytes: mount === null ? 0 : Number(mount.sizeBytes - mount.freeBytes),
        exports: report.nfsdThreads > 0 ? [...new Set(report.exports.map(({ client }) => client))] : [],
        clients: report.clients.filter(({ status }) => status !== "unconfirmed").map(({ address }) => address),
        uptimeSeconds: report.uptimeSeconds,
    };
}
