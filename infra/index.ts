import * as pulumi from "@pulumi/pulumi";
import { Drive } from "./components/drive";
import { COMES_BACK, comesBack, removedAccess, removedOf } from "./model/access";
import { DriveConfig } from "./model/config";
import { DriveError } from "./model/errors";
import { GROUP_UUID, MOUNT_POINT } from "./model/names";
import { settings, type Settings } from "./settings";

/** What the last `up` that ended left in this stack's own outputs; before the first one there is nothing. */
interface Last {
    readonly group: string | undefined;
    readonly began: unknown;
    readonly desired: DriveConfig | undefined;
    readonly removed: readonly string[];
}

/** The program: what it returns are the stack's outputs. */
async function program(): Promise<Record<string, unknown>> {
    const stack = new pulumi.Config("elastic-drive");
    const { config, destroyData, adopt, sshPort, again, began, readmit } = read(stack);
    const last = await lastOutputs();
    const back = comesBack(last.removed, config);
    if (back.length > 0 && !readmit)
        throw new pulumi.RunError(`${COMES_BACK.message(back)}; ${COMES_BACK.hint} (${COMES_BACK.code})`);
    const made = new Drive({
        config,
        destroyData,
        adopt,
        sshPort,
        made: { group: pulumi.output(config.made ?? last.group), again },
        hostKey: stack.requireSecret("hostKey"),
        operatorKey: stack.requireSecret("operatorKey"),
    });
    return {
        revision: config.revision,
        drive: config.name,
        /** When the driver's last `up` began, by EC2's clock; a plain one leaves it as it is. */
        began: began ?? last.began,
        serverId: made.serverId,
        privateIp: made.privateIp,
        sshHost: made.sshHost,
        hostKey: made.hostKey,
        volumes: made.volumeIds,
        /** UUID of the volume group: what was made once, and is never made again (decision 0023). */
        group: made.group,
        mountPoint: MOUNT_POINT,
        exportPath: MOUNT_POINT,
        /** What the last `up` wanted; the driver compares the configuration with it, once all commands are in the state too. */
        desired: config,
        /** Networks and keys that were taken away: a checkout from before does not bring them back (decision 0027). */
        removed: removedAccess(last.removed, last.desired, config),
    };
}

async function lastOutputs(): Promise<Last> {
    const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
    const reference = new pulumi.StackReference("last-outputs", { name });
    const [group, began, desired, removed] = await Promise.all(
        ["group", "began", "desired", "removed"].map(
            async (output): Promise<unknown> => (await reference.getOutputDetails(output)).value,
        ),
    );
    return {
        // It becomes part of a command line.
        group: typeof group === "string" && GROUP_UUID.test(group) ? group : undefined,
        began,
        desired: DriveConfig.safeParse(desired).data,
        removed: removedOf(removed),
    };
}

/** A fault of the configuration is said in its own words; a stack trace would only hide them. */
function read(stack: pulumi.Config): Settings {
    try {
        return settings(stack, new pulumi.Config("aws").get("region"), process.env);
    } catch (error) {
        if (!(error instanceof DriveError)) throw error;
        throw new pulumi.RunError(
            error.details.hint === undefined ? error.message : `${error.message}; ${error.details.hint}`,
        );
    }
}

export = program;
