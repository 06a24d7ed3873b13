import { DriveError } from "../../infra/model/errors";

/** Another driver is at work right now, or has taken over. */
export const isOthersWork = (error: unknown): error is DriveError =>
    error instanceof DriveError && ["StackLocked", "LeaseHeld", "LeaseLost"].includes(error.code);
