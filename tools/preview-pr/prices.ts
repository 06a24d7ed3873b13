import { readFileSync } from "node:fs";
import { InvalidInput, type Fault } from "../../infra/model/errors";
import { PRICES, type PriceList } from "../../infra/model/prices";
import type { PriceOverride } from "./summary";

const FIELDS = ["perGiB", "perIops", "freeIops", "perThroughput", "freeThroughput"];
const SHAPE = `{ "source": "where from", "gp3": { "perGiB": 0.09 } }, types and fields as in infra/model/prices.ts`;

/** Reads prices of another region or of a contract; what it leaves out stays as listed. Throws InvalidInput. */
export function readPrices(file: string): PriceOverride {
    let given: unknown;
    try {
        given = JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
        throw new InvalidInput(file, [{ path: "(the whole)", reason: (error as Error).message }], `write ${SHAPE}`);
    }
    const faults: Fault[] = [];
    const prices: Record<string, unknown> = { ...PRICES };
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
        throw new InvalidInput(file, [{ path: "(the whole)", reason: "not an object" }], `write ${SHAPE}`);
    }
    for (const [type, value] of Object.entries(given)) {
        if (type === "source") continue;
        const listed = Object.hasOwn(PRICES, type) ? PRICES[type as keyof PriceList] : undefined;
        if (typeof listed === "number") {
            if (isPrice(value)) prices[type] = value;
            else faults.push({ path: type, reason: `got ${JSON.stringify(value)}; dollars, not negative` });
        } else if (listed === undefined || typeof value !== "object" || value === null) {
            faults.push({
                path: type,
                reason: listed ? "not an object" : `no such type; there are ${Object.keys(PRICES).join(", ")}`,
            });
        } else {
            for (const [field, price] of Object.entries(value)) {
                if (!FIELDS.includes(field))
                    faults.push({ path: `${type}.${field}`, reason: `no such field; there are ${FIELDS.join(", ")}` });
                else if (!isPrice(price))
                    faults.push({
                        path: `${type}.${field}`,
                        reason: `got ${JSON.stringify(price)}; dollars, not negative`,
                    });
            }
            prices[type] = { ...listed, ...(value as object) };
        }
    }
    const source = (given as { source?: unknown }).source;
    if (typeof source !== "string" || source === "")
        faults.push({ path: "source", reason: "missing; say where the prices are from" });
    if (faults.length > 0) throw new InvalidInput(file, faults, `write ${SHAPE}`);
    return { source: String(source), prices: prices as unknown as PriceList };
}

const isPrice = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0;
