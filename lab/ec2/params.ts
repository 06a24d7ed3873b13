import { Ec2Error, invalidValue, missingParameter } from "./errors";

interface Node {
    value?: string;
    read: boolean;
    readonly children: Map<string, Node>;
}

const emptyNode = (): Node => ({ read: false, children: new Map() });

/**
 * A request's parameters as a tree (`Filter.1.Name` → list of structures). Remembers what was read, since EC2 refuses
 * what it does not know: after the handler, `unread()` names what nobody asked for.
 */
export class Params {
    private constructor(
        private readonly node: Node,
        private readonly path: string,
    ) {}

    static parse(body: string): Params {
        const root = emptyNode();
        for (const [key, value] of new URLSearchParams(body)) {
            let node = root;
            for (const part of key.split(".")) {
                const next = node.children.get(part) ?? emptyNode();
                node.children.set(part, next);
                node = next;
            }
            node.value = value;
        }
        return new Params(root, "");
    }

    /** Undefined when absent or empty, as EC2 takes an empty parameter. */
    text(name: string): string | undefined {
        const node = this.node.children.get(name);
        if (node === undefined) {
            return undefined;
        }
        node.read = true;
        return node.value === "" ? undefined : node.value;
    }

    /** Also when its value is the empty string. */
    has(name: string): boolean {
        const node = this.node.children.get(name);
        if (node !== undefined) {
            node.read = true;
        }
        return node !== undefined;
    }

    required(name: string): string {
        const value = this.text(name);
        if (value === undefined) {
            throw missingParameter(this.path + name);
        }
        return value;
    }

    int(name: string): number | undefined {
        const value = this.text(name);
        if (value !== undefined && !/^-?\d{1,9}$/.test(value)) {
            throw invalidValue(
                `Value (${value}) for parameter ${this.path}${name} is invalid. An integer is expected.`,
            );
        }
        return value === undefined ? undefined : Number(value);
    }

    bool(name: string): boolean | undefined {
        const value = this.text(name);
        if (value !== undefined && !/^(true|false)$/i.test(value)) {
            throw invalidValue(
                `Value (${value}) for parameter ${this.path}${name} is invalid. Expected: true or false.`,
            );
        }
        return value === undefined ? undefined : value.toLowerCase() === "true";
    }

    oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
        const value = this.text(name);
        if (value !== undefined && !values.includes(value as T)) {
            throw invalidValue(
                `Value (${value}) for parameter ${this.path}${name} is invalid. Expected: ${values.join(", ")}.`,
            );
        }
        return value as T | undefined;
    }

    /** `Name.1=a&Name.2=b` in the order of the numbers. */
    list(name: string): string[] {
        return this.numbered(name).map(([, node]) => {
            node.read = true;
            return node.value ?? "";
        });
    }

    /** `Name.1.X=…&Name.2.X=…` in the order of the numbers. */
    structs(name: string): Params[] {
        return this.numbered(name).map(([number, node]) => new Params(node, `${this.path}${name}.${number}.`));
    }

    struct(name: string): Params | undefined {
        const node = this.node.children.get(name);
        return node === undefined ? undefined : new Params(node, `${this.path}${name}.`);
    }

    /** Everything counts as read: the same request was checked before. */
    ignoreAll(): void {
        markRead(this.node);
    }

    /** Parameters of EC2 that change nothing here. */
    ignore(...names: readonly string[]): void {
        for (const name of names) {
            const node = this.node.children.get(name);
            if (node !== undefined) {
                markRead(node);
            }
        }
    }

    /** Full names of the parameters that nobody read. */
    unread(): string[] {
        return unreadOf(this.node, "");
    }

    /** The same text for the same parameters, whatever their order; for the comparison of client tokens. */
    fingerprint(without: readonly string[]): string {
        const lines: string[] = [];
        const walk = (node: Node, path: string): void => {
            if (node.value !== undefined) {
                lines.push(`${path}=${node.value}`);
            }
            node.children.forEach((child, name) => {
                if (path !== "" || !without.includes(name)) {
                    walk(child, path === "" ? name : `${path}.${name}`);
                }
            });
        };
        walk(this.node, "");
        return lines.sort().join("&");
    }

    private numbered(name: string): [string, Node][] {
        const node = this.node.children.get(name);
        if (node === undefined) {
            return [];
        }
        node.read = true;
        const entries = [...node.children.entries()];
        const wrong = entries.find(([key]) => !/^\d+$/.test(key));
        if (wrong !== undefined || node.value !== undefined) {
            throw new Ec2Error("UnknownParameter", `The parameter ${this.path}${name} must be a numbered list`);
        }
        return entries.sort(([a], [b]) => Number(a) - Number(b));
    }
}

function markRead(node: Node): void {
    node.read = true;
    node.children.forEach(markRead);
}

function unreadOf(node: Node, path: string): string[] {
    const own = node.value !== undefined && !node.read ? [path] : [];
    const below = [...node.children].flatMap(([name, child]) =>
        unreadOf(child, path === "" ? name : `${path}.${name}`),
    );
    return [...own, ...below];
}
