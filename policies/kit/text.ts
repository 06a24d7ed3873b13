/** Names come from people: quotes and line breaks in them must not break a message in two. */
export function quote(name: string): string {
    const shown = JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"');
    return `'${shown.length > 120 ? `${shown.slice(0, 119)}…` : shown}'`;
}

/** `one volume`, `3 volumes`. */
export const count = (n: number, what: string): string => (n === 1 ? `one ${what}` : `${n} ${what}s`);

/** At most so many names; a stack may have thousands. */
export function list(names: readonly string[], most = 5): string {
    const shown = names.slice(0, most).map(quote).join(", ");
    return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
