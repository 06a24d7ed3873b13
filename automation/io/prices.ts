import { readFileSync } from "node:fs";
import { InvalidInput } from "../../infra/model/errors";
import { parsePricesText, type PriceOverride } from "../../infra/model/price-list";

/** Prices from a file of JSON. Throws InvalidInput, also for a file that cannot be read. */
export function readPrices(file: string): PriceOverride {
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch (error) {
        throw new InvalidInput(file, [{ path: "(the whole)", reason: (error as Error).message }]);
    }
    return parsePricesText(text, file);
}
