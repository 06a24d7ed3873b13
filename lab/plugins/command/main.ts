import { randomBytes } from "node:crypto";
import type { Context, Resource } from "../protocol/plugin";
import { serve } from "../protocol/serve";
import { type Props, UNKNOWN } from "../protocol/values";
import { check, diff, LOCAL, REMOTE } from "./inputs";
import { runLocal } from "./local";
import { runRemote } from "./remote";

type Run = (
    command: string,
    inputs: Props,
    previous: Props,
    context: Context,
) => Promise<{ stdout: string; stderr: string }>;

/** Both commands live alike; only what they know and where they run differs. */
function commandResource(known: typeof REMOTE, run: Run): Resource {
    const perform = async (command: unknown, inputs: Props, previous: Props, context: Context): Promise<Props> => {
        const before = { stdout: previous["stdout"] ?? "", stderr: previous["stderr"] ?? "" };
        const outputs = typeof command === "string" ? await run(command, inputs, previous, context) : before;
        return { ...inputs, ...outputs };
    };
    return {
        check: (news) => check(known, news),
        diff: (state, news, _oldInputs, ignore) => diff(known, state, news, ignore),
        preview: (news) => ({ ...news, stdout: UNKNOWN, stderr: UNKNOWN }),
        create: async (inputs, context, name) => ({
            state: await perform(inputs["create"], inputs, {}, context),
            id: `${name}${randomBytes(4).toString("hex")}`,
        }),
        // There is nothing to look at: what is kept is what there is.
        read: (id, state, inputs) => Promise.resolve({ id, state, inputs }),
        update: (_id, state, news, context) => perform(news["update"] ?? news["create"], news, state, context),
        delete: async (_id, state, context) => {
            if (typeof state["delete"] === "string") {
                await run(state["delete"], state, state, context);
            }
        },
    };
}

serve({
    name: "command",
    version: "1.2.1",
    checkConfig: () => [],
    configure: () => undefined,
    resources: {
        "command:remote:Command": commandResource(REMOTE, runRemote),
        "command:local:Command": commandResource(LOCAL, runLocal),
    },
    functions: {},
});
