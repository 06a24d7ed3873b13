import type { StackValidationPolicy } from "@pulumi/policy";
import { driveNameOf } from "./kit/drives";
import { checkStack } from "./kit/policy";
import { byServer, type StackView } from "./kit/stack";
import { quote } from "./kit/text";
import { TYPE } from "./kit/types";
import { ask, notYet, UNKNOWN } from "./kit/unknown";

const NAME = "no-delete-script";

/**
 * A delete script runs when the resource is removed or replaced, by a refresh that lost it, or by a renamed variable; on a
 * server with data that is an unmount or worse at a moment nobody chose.
 */
export const noDeleteScript: StackValidationPolicy = {
    name: NAME,
    description: "No remote command with a delete script reaches a server that holds data.",
    enforcementLevel: "mandatory",
    severity: "critical",
    remediationSteps:
        "Leave `delete` out of the command. What has to be undone on the server is an operation of its own, run on purpose.",
    url: "https://www.pulumi.com/registry/packages/command/api-docs/remote/command/",
    validateStack: checkStack(TYPE.remoteCommand, (stack, report) => {
        const reaching = dependants(stack);
        for (const command of stack.ofType(TYPE.remoteCommand)) {
            const script = ask(() => command.props.delete);
            if (script === undefined || script === "") continue;
            const drive = driveNameOf(command);
            if (drive === undefined && !reaching.has(command.urn)) continue;
            const what = `remote command ${quote(command.name)}`;
            if (script === UNKNOWN) notYet(report, NAME, `delete of ${what}`, command.urn);
            else
                report(
                    `${what} has a delete script on ${drive === undefined ? "a server with data volumes" : `drive ${quote(drive)}`}`,
                    command.urn,
                );
        }
    }),
};

/** URNs of everything that depends, at any distance, on a data volume, its attachment or its server. */
function dependants(stack: StackView): Set<string> {
    const users = new Map<string, string[]>();
    for (const { urn, dependencies } of stack.resources) {
        for (const used of dependencies) {
            const known = users.get(used.urn);
            if (known) known.push(urn);
            else users.set(used.urn, [urn]);
        }
    }
    const holders = [...stack.ofType(TYPE.volume), ...stack.ofType(TYPE.attachment), ...byServer(stack).keys()];
    const found = new Set<string>();
    const waiting = holders.map(({ urn }) => urn);
    for (let urn = waiting.pop(); urn !== undefined; urn = waiting.pop()) {
        if (found.has(urn)) continue;
        found.add(urn);
        waiting.push(...(users.get(urn) ?? []));
    }
    return found;
}
