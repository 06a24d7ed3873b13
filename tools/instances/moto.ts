import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Described } from "./table";

/** moto's files bear no date: when its data was taken into this repository, by version. */
const TAKEN: Readonly<Record<string, string>> = { "5.2.5": "2026-10-01" };

export interface MotoTypes {
    readonly version: string;
    readonly date: string;
    readonly described: Readonly<Record<string, Described>>;
}

/** What the moto in this Python environment ships of DescribeInstanceTypes. */
export function motoTypes(environment: string): MotoTypes {
    const lib = join(environment, "lib");
    const python = readdirSync(lib).find((name) => /^python3\.\d+$/.test(name));
    if (python === undefined) throw new Error(`${lib} holds no Python`);
    const packages = join(lib, python, "site-packages");
    const version = readdirSync(packages)
        .map((name) => /^moto-(.+)\.dist-info$/.exec(name)?.[1])
        .find((found) => found !== undefined);
    const date = TAKEN[version ?? ""];
    if (version === undefined || date === undefined)
        throw new Error(`moto ${version ?? "?"} has no date: write it into tools/instances/moto.ts`);
    const packed = readFileSync(join(packages, "moto/ec2/resources/instance_types.json.gz"));
    return { version, date, described: JSON.parse(gunzipSync(packed).toString()) as MotoTypes["described"] };
}
