import { readFileSync } from "node:fs";
import * as path from "node:path";
import { InvalidInput } from "../../infra/model/errors";
import { POLICIES } from "../all";
import { configurationFaults } from "./configuration-faults";

/**
 * Refuses a faulty file of levels and settings before the engine reads it. The engine reads it before the pack is asked, and
 * what it says of a faulty one names neither the file nor what would be right.
 */
export function checkConfigurationFile(project: string, file: string): void {
    const faults = configurationFaults(readFileSync(path.join(project, file), "utf8"), POLICIES);
    if (faults.length === 0) return;
    throw new InvalidInput(file, faults, `correct ${file}; docs/policies.md lists the policies and their settings`);
}
