import { createInterface } from "node:readline/promises";
import { DriveError } from "../../infra/model/errors";
import type { Beforehand, IoHost, Question } from "./host";
import { agreed, howToAgree } from "./host";
import type { Level, Message } from "./messages";

export interface Terminal {
    readonly out: NodeJS.WritableStream;
    readonly err: NodeJS.WritableStream;
    readonly in: NodeJS.ReadableStream & { isTTY?: boolean };
}

const MARK: Record<Level, string> = { info: "", progress: "  ", warn: "warning: ", result: "", error: "error: " };

/** Text for people: plain lines in a pipe, the same lines on a terminal; never wider than 100 columns. */
export class TerminalHost implements IoHost {
    constructor(
        private readonly terminal: Terminal,
        private readonly beforehand: Beforehand,
        private readonly width = 100,
    ) {}

    emit(message: Message): void {
        if (message.text === "") return;
        const stream = message.level === "error" || message.level === "warn" ? this.terminal.err : this.terminal.out;
        for (const line of fold(MARK[message.level] + message.text, this.width)) stream.write(`${line}\n`);
    }

    async confirm(question: Question): Promise<boolean> {
        if (agreed(question, this.beforehand)) return true;
        if (this.terminal.in.isTTY !== true) {
            throw new DriveError("ConfirmationNeeded", `${question.text} cannot be asked: there is no terminal`, {
                hint: howToAgree(question),
            });
        }
        const answer = await this.ask(
            question.expected === undefined ? `${question.text} [y/N] ` : `${question.text} `,
        );
        return question.expected === undefined ? /^(y|yes)$/i.test(answer) : answer === question.expected;
    }

    /** Ctrl-C and Ctrl-D are no answer: readline takes both for itself, and would leave the question open for ever. */
    private async ask(text: string): Promise<string> {
        const lines = createInterface({ input: this.terminal.in, output: this.terminal.out });
        const gone = new AbortController();
        lines.once("SIGINT", () => gone.abort()).once("close", () => gone.abort());
        try {
            return (await lines.question(text, { signal: gone.signal })).trim();
        } catch (error) {
            if (!gone.signal.aborted) throw error;
            this.terminal.out.write("\n");
            return "";
        } finally {
            lines.close();
        }
    }
}

/** Folds at spaces; continuation lines are indented like the first, and a word longer than a line is cut. */
export function fold(text: string, width: number): string[] {
    return text.split("\n").flatMap((line) => {
        if (line.length <= width) return [line];
        const indent = `${/^ */.exec(line)![0]}  `;
        const folded: string[] = [];
        let rest = line;
        while (rest.length > width) {
            const space = rest.lastIndexOf(" ", width);
            const at = space > indent.length ? space : width;
            folded.push(rest.slice(0, at));
            rest = indent + rest.slice(at).trimStart();
        }
        return [...folded, rest];
    });
}
