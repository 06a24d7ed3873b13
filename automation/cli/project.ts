import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isProject, noProject } from "../engine/project";
import { HOME, IS_BUILT, PACKAGE } from "../engine/package-root";
import { isStackName, STACK_NAMES } from "../commands/inputs";
import { UsageFault } from "./report";

export const version = (): string =>
    (JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as { version: string }).version;

export interface Project {
    readonly folder: string;
    /** The stack meant: as given, else the only one that has settings here. */
    stack(given: string | undefined): string;
}

/**
 * The given folder; else the nearest one upwards from here that is an elastic-drive project; else the clone itself. The
 * installed package has no project in it: there `init` makes one of the folder it is called in.
 */
export function findProject(given: string | undefined, isNew: boolean): Project {
    const maker = IS_BUILT && isNew;
    if (given !== undefined && !maker && !isProject(given)) throw noProject(given);
    const folder = given ?? upwards(process.cwd()) ?? (maker ? process.cwd() : HOME);
    if (!maker && !isProject(folder)) throw noProject(process.cwd());
    return { folder, stack: (name) => checkName(name ?? (isNew ? undefined : onlyStack(folder))) };
}

function upwards(from: string): string | undefined {
    if (isProject(from)) return from;
    return dirname(from) === from ? undefined : upwards(dirname(from));
}

function checkName(name: string | undefined): string {
    if (name === undefined) throw new UsageFault("no stack is given", "add --stack <name>");
    if (!isStackName(name)) throw new UsageFault(`'${String(name)}' is not a stack's name`, STACK_NAMES);
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
