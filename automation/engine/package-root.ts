import { join } from "node:path";

/** Built for the package (docs/decisions/0015), where everything is JavaScript under `dist`; the clone runs its sources. */
export const IS_BUILT = __filename.endsWith(".js");

/** The folder with `infra`, `automation` and `policies`: the clone itself, or the package's `dist`. */
export const HOME = join(__dirname, "..", "..");

/** Where this package's package.json is. */
export const PACKAGE = IS_BUILT ? join(HOME, "..") : HOME;
