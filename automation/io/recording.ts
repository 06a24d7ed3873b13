import type { IoHost, Question } from "./host";
import type { Message } from "./messages";

/** Keeps what was said; answers questions as told. For specs and for callers that want the messages afterwards. */
export class RecordingHost implements IoHost {
    readonly messages: Message[] = [];
    readonly questions: Question[] = [];

    constructor(private readonly answer: (question: Question) => boolean = () => true) {}

    emit(message: Message): void {
        this.messages.push(message);
    }

    confirm(question: Question): Promise<boolean> {
        this.questions.push(question);
        return Promise.resolve(this.answer(question));
    }

    codes(): string[] {
        return this.messages.map((message) => message.code);
    }
}
