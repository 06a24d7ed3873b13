import { READMIT } from "./model/access";
import { parseDriveConfig, type DriveConfig } from "./model/config";
import { InvalidInput } from "./model/errors";
import { sshPort } from "./model/ssh-port";

/** The part of `pulumi.Config` that is read here. */
export interface ConfigSource {
    get(key: string): string | undefined;
}

export interface Settings {
    readonly config: DriveConfig;
    readonly destroyData: boolean;
    /** Volumes to take into the state, by slot. */
    readonly adopt: Readonly<Record<string, string>>;
    readonly sshPort: number;
    /** The driver runs the guest's commands again on a drive that is there: nothing is made by them. */
    readonly again: boolean;
    /** Networks and keys that were taken away may come back. */
    readonly readmit: boolean;
    /** When this `up` begins, by EC2's clock, as the driver says. */
    readonly began?: string | undefined;
}

/** What the stack's configuration asks for. Throws InvalidInput with every fault. */
export function settings(source: ConfigSource, region: string | undefined, env: NodeJS.ProcessEnv): Settings {
    const text = source.get("drive");
    if (text === undefined) {
        throw new InvalidInput(
            "elastic-drive:drive",
            [{ path: "(the whole)", reason: "missing; the stack has no drive yet" }],
            "elastic-drive init",
        );
    }
    const config = parseDriveConfig(json(text), { region });
    return {
        config,
        destroyData: destroys(source.get("destroyData"), config.name),
        adopt: adopted(env["ELASTIC_DRIVE_ADOPT"], config),
        sshPort: sshPort(env),
        again: (env["ELASTIC_DRIVE_AGAIN"] ?? "") !== "",
        readmit: env[READMIT] === "yes",
        began: env["ELASTIC_DRIVE_BEGAN"],
    };
}

function json(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text; // a plain word where a map belongs: the schema says so
    }
}

/** Only the drive's own name lifts its protection, so that a flag copied from another stack does nothing. */
function destroys(asked: string | undefined, name: string): boolean {
    if (asked === undefined || asked === name) return asked === name;
    throw new InvalidInput("elastic-drive:destroyData", [
        { path: "destroyData", reason: `got '${asked}'; only the drive's name, '${name}', lifts its protection` },
    ]);
}

function adopted(text: string | undefined, config: DriveConfig): Record<string, string> {
    if (text === undefined || text === "") return {};
    const value = json(text);
    const entries =
        typeof value === "object" && value !== null
            ? Object.entries(value as Record<string, unknown>)
            : [["", value] as const];
    const wrong = entries.filter(
        ([slot, id]) => config.slots[slot] === undefined || typeof id !== "string" || !/^vol-[0-9a-f]{8,17}$/.test(id),
    );
    if (wrong.length > 0) {
        throw new InvalidInput(
            "ELASTIC_DRIVE_ADOPT",
            wrong.map(([slot, id]) => ({
                path: slot,
                reason: `got '${String(id)}'; the id of a volume for one of the slots ${Object.keys(config.slots).join(", ")}`,
            })),
        );
    }
    return value as Record<string, string>;
}
