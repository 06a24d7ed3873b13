import { InvalidInput, type Fault } from "./errors";
import { PRICES, type PriceList } from "./prices";

const FIELDS = ["perGiB", "perIops", "freeIops", "perThroughput", "freeThroughput"];
const SHAPE = `{ "source": "where from", "gp3": { "perGiB": 0.09 } }, types and fields as in infra/model/prices.ts`;

/** Prices of another region or of a contract, and where they are from. */
export interface PriceOverride {
    readonly source: string;
    readonly prices: PriceList;
}

/** What `given` leaves out stays as listed. Throws InvalidInput with every fault; `what` names it, e.g. the file. */
export function parsePrices(given: unknown, what: string): PriceOverride {
    if (typeof given !== "object" || given === null || Array.isArray(given))
        throw invalid(what, [{ path: "(the whole)", reason: "not an object" }]);
    const faults: Fault[] = [];
    const prices: Record<string, unknown> = { ...PRICES };
    for (const [type, value] of Object.entries(given)) {
        if (type === "source") continue;
        const listed = Object.hasOwn(PRICES, type) ? PRICES[type as keyof PriceList] : undefined;
        if (typeof listed === "number") {
            if (isPrice(value)) prices[type] = value;
            else faults.push({ path: type, reason: `got ${JSON.stringify(value)}; dollars, not negative` });
        } else if (listed === undefined || typeof value !== "object" || value === null) {
            const known = Object.keys(PRICES).join(", ");
            faults.push({ path: type, reason: listed ? "not an object" : `no such type; there are ${known}` });
        } else {
            faults.push(...fieldFaults(type, value));
            prices[type] = { ...listed, ...(value as object) };
        }
    }
    const source = (given as { source?: unknown }).source;
    if (typeof source !== "string" || source === "")
        faults.push({ path: "source", reason: "missing; say where the prices are from" });
    if (faults.length > 0) throw invalid(what, faults);
    return { source: String(source), prices: prices as unknown as PriceList };
}

/** The same of a file's text. Throws InvalidInput. */
export function parsePricesText(text: string, what: string): PriceOverride {
    let given: unknown;
    try {
        given = JSON.parse(text);
    } catch (error) {
        throw invalid(what, [{ path: "(the whole)", reason: (error as Error).message }]);
    }
    return parsePrices(given, what);
}

const invalid = (what: string, faults: readonly Fault[]): InvalidInput =>
    new InvalidInput(what, faults, `write ${SHAPE}`);

const fieldFaults = (type: string, value: object): Fault[] =>
    Object.entries(value).flatMap(([field, price]) => {
        const path = `${type}.${field}`;
        if (!FIELDS.includes(field)) return [{ path, reason: `no such field; there are ${FIELDS.join(", ")}` }];
        return isPrice(price) ? [] : [{ path, reason: `got ${JSON.stringify(price)}; dollars, not negative` }];
    });

const isPrice = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0;
