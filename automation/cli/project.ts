import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DriveError } from "../../infra/model/errors";
import { UsageFault } from "./report";

const OWN = join(__dirname, "..", "..");

export const version = (): string =>
    (JSON.parse(readFileSync(join(OWN, "package.json"), "utf8")) as { version: string }).version;

export interface Project {
    readonly folder: string;
    /** The stack meant: as given, else the only one that has settings here. */
    stack(given: string | undefined, isNew: boolean): string;
}

/** The given folder; else the nearest one upwards from here that is an elastic-drive project; else the program's own. */
export function findProject(given: string | undefined): Project {
    if (given !== undefined && !isProject(given)) {
        throw new DriveError("NoProject", `'${given}' is not a checkout of elastic-drive`, {
            hint: "give the folder that holds its Pulumi.yaml",
        });
    }
    const folder = given ?? upwards(process.cwd()) ?? OWN;
    return { folder, stack: (name, isNew) => checkName(name ?? (isNew ? undefined : onlyStack(folder))) };
}

function upwards(from: string): string | undefined {
    if (isProject(from)) return from;
    return dirname(from) === from ? undefined : upwards(dirname(from));
}

const isProject = (folder: string): boolean =>
    existsSync(join(folder, "Pulumi.yaml")) && existsSync(join(folder, "infra", "model", "config.ts"));

function checkName(name: string | undefined): string {
    if (name === undefined) throw new UsageFault("no stack is given", "add --stack <name>");
    if (!/^([A-Za-z0-9_.-]+\/){0,2}[A-Za-z0-9_.-]{1,100}$/.test(name)) {
        throw new UsageFault(`'${name}' is not a stack's name`, "letters, digits, dashes, dots and underscores");
    }
    return name;
}

function onlyStack(folder: string): string | undefined {
    const settings = join(folder, "stacks");
    const names = existsSync(settings)
        ? readdirSync(settings).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
        : [];
    if (names.length > 1)
        throw new UsageFault(`there are several stacks here: ${names.join(", ")}`, "choose one with --stack");
    return names[0];
}
