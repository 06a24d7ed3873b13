import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ec2Error } from "./errors";
import { parseInstanceType } from "./instance-types";
import type { InstanceType, InstanceTypes } from "./instance-types";
import type { Moto } from "./moto";

const HEADERS = {
    "content-type": "application/x-www-form-urlencoded",
    authorization:
        "AWS4-HMAC-SHA256 Credential=lab/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0",
};

/**
 * Instance types as moto knows them, asked one by one (all of them at once cost moto 150 MB) and kept as files:
 * a lab that knows its types needs no moto for them.
 */
export class MotoTypes implements InstanceTypes {
    private readonly known = new Map<string, Promise<string | undefined>>();

    constructor(
        private readonly moto: Moto,
        private readonly folder: string,
    ) {}

    async find(name: string): Promise<InstanceType | undefined> {
        const xml = await this.item(name);
        return xml === undefined ? undefined : parseInstanceType(xml);
    }

    /** The `<item>` of DescribeInstanceTypes, or undefined if there is no such type. */
    item(name: string): Promise<string | undefined> {
        if (!/^[a-z0-9-]+\.[a-z0-9-]+$/.test(name)) {
            return Promise.resolve(undefined);
        }
        const asked = this.known.get(name) ?? this.read(name);
        this.known.set(name, asked);
        asked.catch(() => this.known.delete(name));
        return asked;
    }

    private async read(name: string): Promise<string | undefined> {
        const file = join(this.folder, `${name}.xml`);
        try {
            return await readFile(file, "utf8");
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
                throw error;
            }
        }
        const body = `Action=DescribeInstanceTypes&Version=2016-11-15&InstanceType.1=${encodeURIComponent(name)}`;
        const reply = await this.moto.forward("POST", "/", HEADERS, body);
        const text = reply.body.toString();
        if (reply.status !== 200) {
            if (text.includes("InvalidInstanceType")) {
                return undefined;
            }
            throw new Ec2Error("InternalError", `moto answered ${reply.status} for instance type ${name}`, 500);
        }
        const xml = /<instanceTypeSet><item>(.*)<\/item><\/instanceTypeSet>/s.exec(text)?.[1];
        if (xml !== undefined) {
            await mkdir(this.folder, { recursive: true });
            await writeFile(`${file}.${process.pid}`, xml);
            await rename(`${file}.${process.pid}`, file);
        }
        return xml;
    }
}
