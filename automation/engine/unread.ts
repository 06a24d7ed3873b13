/**
 * Calls of the automation API (3.248) that nobody here reads the answer of, and what it gets for one. After each `up` it asks for the
 * outputs, twice, and for the history, one after the other: three processes, and with a remote backend as many round trips. The stack's
 * export tells the driver more. `select` would move the choice that a person made for their shell.
 */
const UNREAD: Readonly<Record<string, string>> = { select: "", output: "{}", history: "[]" };

/** What is answered in the engine's place; undefined: the engine is asked. */
export function answerUnread([command, sub = ""]: readonly string[]): string | undefined {
    return command === "stack" ? UNREAD[sub] : undefined;
}
