import { DriveError } from "../../infra/model/errors";
import type { IoHost, Question } from "./host";
import type { Message } from "./messages";

/** Says yes or no to what an operation asks; a question with `expected` loses data when it is answered yes. */
export type Answer = (question: Question) => boolean | Promise<boolean>;

/** A caller's side of one operation: what is said goes to its stream, and to the caller's host if there is one. */
export class CallerHost implements IoHost {
    constructor(
        private readonly stream: (message: Message) => void,
        private readonly caller: { readonly host?: IoHost | undefined; readonly answer?: Answer | undefined },
    ) {}

    emit(message: Message): void {
        this.stream(message);
        this.caller.host?.emit(message);
    }

    async confirm(question: Question): Promise<boolean> {
        const { answer, host } = this.caller;
        if (answer !== undefined) return answer(question);
        if (host !== undefined) return host.confirm(question);
        throw new DriveError("ConfirmationNeeded", `nobody is there to be asked: ${question.text}`, {
            hint: "give the Drive an `answer`, or a host that can ask",
        });
    }
}
