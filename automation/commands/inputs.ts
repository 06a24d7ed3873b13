import { z } from "zod";
import { FREEZE_WISHES } from "../../infra/model/backup";
import { VOLUME_TYPES } from "../../infra/model/volume-types";
import { InvalidInput } from "../../infra/model/errors";
import { schemaFaults } from "../../infra/model/faults";
import { REPLACE_HOWS } from "../workflows/move/edits";
import { HOWS } from "../growth/ways/way";

/**
 * What a program hands over is judged before anything is looked at: types are no help to plain JavaScript, nor against NaN. What
 * fits together with the drive is judged by the operations; members that are not named here are theirs alone.
 */
const count = (what: string) => z.int(`a whole number of ${what}, at least 1`).min(1, `at least 1 ${what}`).optional();
const type = z.enum(VOLUME_TYPES).optional();
const rate = z.number("MiB a second, above 0").positive("MiB a second, above 0").optional();
const kind = { type, iops: count("IOPS"), throughput: count("MiB/s") };
const volume = { sizeGiB: count("GiB"), ...kind };
const slot = z.string("a slot's name, such as bb");

const keepHours = count("hours");
const dollars = z.number("US$, 0 or more").min(0, "US$, 0 or more");
const price = z.looseObject(
    {
        perGiB: dollars,
        perIops: dollars.optional(),
        freeIops: dollars.optional(),
        perThroughput: dollars.optional(),
        freeThroughput: dollars.optional(),
    },
    "prices of a type, as parsePrices gives them",
);
const types = Object.fromEntries(VOLUME_TYPES.map((name) => [name, price]));
const prices = z.looseObject({ ...types, snapshotPerGiB: dollars }, "a whole list, as parsePrices gives it").optional();
const priced = { prices, pricesFrom: z.string("where the prices are from").optional() };

const INPUTS = {
    grow: z.looseObject({
        to: count("GiB"),
        by: count("GiB"),
        ...kind,
        how: z.enum(HOWS).optional(),
        rate,
        keepHours,
        ...priced,
    }),
    // Levels and ceilings are judged with those of the configuration.
    autogrow: z.looseObject({ ...priced, dryRun: z.boolean("true or false").optional() }),
    backup: z.looseObject({
        due: z.boolean("true or false").optional(),
        wait: z.boolean("true or false").optional(),
        freeze: z.enum(FREEZE_WISHES).optional(),
    }),
    backups: z.looseObject({ set: z.string("a set's id, as backups lists them").optional() }),
    change: z.looseObject({ slot, ...volume }),
    replace: z.looseObject({ slot, ...volume, how: z.enum(REPLACE_HOWS).optional(), keepHours }),
    consolidate: z.looseObject({
        into: z.int("a whole number of volumes").min(1, "at least 1 volume"),
        ...kind,
        keepHours,
    }),
    log: z.looseObject({ count: count("entries") }),
};

/** All faults at once. Throws InvalidInput. */
export function checkInput(operation: keyof typeof INPUTS, input: unknown): void {
    const schema = INPUTS[operation];
    const { error } = schema.safeParse(input);
    if (error !== undefined) throw new InvalidInput(operation, schemaFaults(schema, error.issues, input));
}

/** A stack's name goes into file names. */
export const isStackName = (name: unknown): name is string =>
    typeof name === "string" && /^([A-Za-z0-9_.-]+\/){0,2}[A-Za-z0-9_.-]{1,100}$/.test(name);

export const STACK_NAMES = "letters, digits, dashes, dots and underscores";

/** Throws InvalidInput. */
export function checkStack(stack: unknown): void {
    if (isStackName(stack)) return;
    const reason = `got ${JSON.stringify(stack) ?? "nothing"}; ${STACK_NAMES}`;
    throw new InvalidInput("drive", [{ path: "stack", reason }]);
}
