import { DriveError } from "../../infra/model/errors";

/** Another driver was at work meanwhile: what this one has seen is not worth acting on. Thrown by `apply`, which did nothing then. */
export class LookAgain extends DriveError {
    constructor() {
        super("LookAgain", "another up has just ended on this stack", { hint: "run it again", retryable: true });
    }
}
