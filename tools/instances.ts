import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureMoto } from "../lab/ec2/moto";
import { motoTypes } from "./instances/moto";
import { tableOf } from "./instances/table";
import { endWith } from "./setup/failure";
import { cacheFolder, REPOSITORY } from "./setup/key";
import { sayAs } from "./setup/steps";

/**
 * Writes infra/model/instance-types.json from the answer of DescribeInstanceTypes that moto ships; with --check it only says whether
 * that is still to be done. A newer moto (lab/ec2/moto.ts) brings the newer types.
 */
export const INSTANCE_TYPES = join(REPOSITORY, "infra/model/instance-types.json");

/** The table as it is to be, of the moto in this folder. */
export const madeOf = (moto: string): string => {
    const { version, date, described } = motoTypes(moto);
    return tableOf(described, { version, date });
};

async function main(): Promise<void> {
    const table = madeOf(await ensureMoto(cacheFolder(), sayAs("moto")));
    if (!process.argv.includes("--check")) return writeFileSync(INSTANCE_TYPES, table);
    if (readFileSync(INSTANCE_TYPES, "utf8") === table) return;
    process.stderr.write(
        "DataStale: infra/model/instance-types.json is not what moto's data makes: npm run data:instances\n",
    );
    process.exitCode = 1;
}

if (require.main === module) main().catch(endWith);
