export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml };

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

// Characters that XML 1.0 does not allow at all would make the whole answer unreadable.
const escape = (text: string): string =>
    text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "").replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c);

/** EC2's way: objects are elements, lists are `<item>`s, what is undefined is left out. */
export function toXml(value: Xml): string {
    if (value === undefined) {
        return "";
    }
    if (Array.isArray(value)) {
        return (value as readonly Xml[]).map((item) => `<item>${toXml(item)}</item>`).join("");
    }
    if (typeof value === "object") {
        return Object.entries(value as Readonly<Record<string, Xml>>)
            .filter(([, child]) => child !== undefined)
            .map(([name, child]) => `<${name}>${toXml(child)}</${name}>`)
            .join("");
    }
    return escape(String(value));
}

export function answer(action: string, requestId: string, body: Xml): string {
    return (
        `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">` +
        `<requestId>${requestId}</requestId>${toXml(body)}</${action}Response>`
    );
}

export function errorAnswer(code: string, message: string, requestId: string): string {
    const errors = toXml({ Errors: { Error: { Code: code, Message: message } }, RequestID: requestId });
    return `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${errors}</Response>`;
}

/** Milliseconds as EC2 writes times. */
export const time = (milliseconds: number): string => new Date(milliseconds).toISOString();
