import { DriveError } from "../../infra/model/errors";
import type { Beforehand, IoHost, Question } from "./host";
import { agreed, howToAgree } from "./host";
import type { Message } from "./messages";

/** JSON lines for programs: one message a line; never asks. */
export class JsonHost implements IoHost {
    constructor(
        private readonly write: (line: string) => void,
        private readonly beforehand: Beforehand,
    ) {}

    emit(message: Message): void {
        this.write(`${JSON.stringify({ time: new Date().toISOString(), ...message })}\n`);
    }

    confirm(question: Question): Promise<boolean> {
        if (agreed(question, this.beforehand)) return Promise.resolve(true);
        return Promise.reject(
            new DriveError("ConfirmationNeeded", `${question.text} cannot be asked with --json`, {
                hint: howToAgree(question),
            }),
        );
    }
}
