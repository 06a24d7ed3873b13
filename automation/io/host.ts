import type { Message } from "./messages";

/** A question with two answers, or one that wants a word typed. */
export interface Question {
    readonly text: string;
    /** The word that must be typed; without it y/n is asked. */
    readonly expected?: string;
}

/** Where the library speaks to; it never touches the console itself. */
export interface IoHost {
    emit(message: Message): void;
    /** True when the person agrees. A host that cannot ask throws DriveError `ConfirmationNeeded`. */
    confirm(question: Question): Promise<boolean>;
}
