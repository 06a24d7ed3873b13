import type { Command } from "commander";
import { FREEZE_WISHES } from "../../infra/model/backup";
import type { BackupResult, Drive } from "../index";
import { oneOf, whole } from "./growth";

/** As autogrow has them: 0 taken, or not due; 3 a weaker set than required, or none is taken just now. */
const EXIT: Readonly<Record<BackupResult["outcome"], number>> = { taken: 0, notDue: 0, weaker: 3, later: 3 };

export const BACKUP_EXAMPLES = [
    ["A set now", "elastic-drive backup"],
    ["From a timer; how often stands in the configuration", "elastic-drive backup --due"],
] as const;
export const BACKUPS_EXAMPLES = [
    ["All sets, and why each is kept", "elastic-drive backups"],
    ["One set, with its snapshots", "elastic-drive backups 20261127T104000Z-3f9a"],
    ["For monitoring: exit code 0, 3 or 4 by age", "elastic-drive backups --check"],
] as const;

interface BackupFlags {
    readonly due?: boolean;
    readonly freeze?: string;
}

export function backupVerb(command: Command, drive: (command: Command) => Drive, exit: (code: number) => void): void {
    command
        .option("--due", "only where the newest good set is older than backup.everyHours")
        .option("--freeze <wish>", `${FREEZE_WISHES.join(", ")} (default: backup.freeze, else prefer)`)
        .addHelpText(
            "after",
            "\nWith --wait it also waits until EC2 has completed the set.\n" +
                "Exit codes besides the general ones: 3 weaker than required, or none for now: run it again later",
        )
        .action(async ({ due, freeze: wish }: BackupFlags, self: Command) => {
            const { wait } = self.optsWithGlobals<{ wait?: boolean }>(); // one word for both kinds of waiting
            const faults: string[] = [];
            const freeze = oneOf("--freeze", wish, FREEZE_WISHES, faults);
            whole({ freeze }, faults);
            exit(EXIT[(await drive(self).backup({ due, wait, freeze })).outcome]);
        });
}

export function backupsVerb(command: Command, drive: (command: Command) => Drive, exit: (code: number) => void): void {
    command
        .argument("[set]", "a set's id: all that is known of it")
        .option("--check", "exit by the age of the newest good set")
        .addHelpText(
            "after",
            "\nExit codes of --check: 0 young enough; 3 older than backup.warnAfterHours; 4 twice as old, or none",
        )
        .action(async (set: string | undefined, { check = false }: { check?: boolean }, self: Command) => {
            const result = await drive(self).backups({ set });
            if (check) exit(result.check.exit);
        });
}
