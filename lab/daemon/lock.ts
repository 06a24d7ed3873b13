import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { createServer } from "node:net";
import { DriveError } from "../../infra/model/errors";

/**
 * One daemon a folder. The lock is a name in Linux's abstract socket space: the kernel frees it at the very moment its
 * owner ends, however it ends, so there is no stale lock to ask about. Returns what lets go earlier.
 */
export async function lockFolder(dir: string): Promise<() => void> {
    const name = createHash("sha256")
        .update(await realpath(dir))
        .digest("hex")
        .slice(0, 32);
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((done, failed) => {
        server.once("error", (cause: NodeJS.ErrnoException) =>
            failed(
                cause.code === "EADDRINUSE"
                    ? new DriveError("LabAlreadyRunning", `another lab runs in ${dir}`, {
                          hint: "elastic-drive lab status",
                          cause,
                      })
                    : cause,
            ),
        );
        server.listen(`\0elastic-drive-lab-${name}`, done);
    });
    server.unref();
    return () => void server.close();
}
