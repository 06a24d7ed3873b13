import type { Message } from "./messages";

/** A question with two answers, or one that wants a word typed. */
export interface Question {
    readonly text: string;
    /** The word that must be typed; without it y/n is asked. `--yes` alone never answers such a question. */
    readonly expected?: string;
}

/** Where the library speaks to; it never touches the console itself. */
export interface IoHost {
    emit(message: Message): void;
    /** True when the person agrees. A host that cannot ask throws DriveError `ConfirmationNeeded`. */
    confirm(question: Question): Promise<boolean>;
}

/** What was said beforehand, on the command line or by the caller. */
export interface Beforehand {
    readonly yes: boolean;
    /** The word, for questions that want one. */
    readonly typed?: string | undefined;
}

export function agreed({ expected }: Question, { yes, typed }: Beforehand): boolean {
    return yes && (expected === undefined || typed === expected);
}

export const howToAgree = ({ expected }: Question): string =>
    expected === undefined ? "add --yes to agree beforehand" : `add --yes --name ${expected} to agree beforehand`;
