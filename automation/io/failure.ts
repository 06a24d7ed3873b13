import { DriveError, InvalidInput } from "../../infra/model/errors";
import { MSG, type Message } from "./messages";

/** What the last message of a failed operation says: the error's code, what to do next, every fault of an input. */
export function failureMessage(error: unknown): Message {
    return MSG.FAILED(error instanceof Error ? error.message : String(error), facts(error));
}

function facts(error: unknown): { code: string; hint?: string | undefined; faults?: InvalidInput["faults"] } {
    if (error instanceof InvalidInput) return { code: error.code, hint: error.details.hint, faults: error.faults };
    if (error instanceof DriveError) return { code: error.code, hint: error.details.hint };
    return { code: "Unexpected" };
}
