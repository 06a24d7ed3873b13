import * as pulumi from "@pulumi/pulumi";
import { Drive } from "./components/drive";
import { DriveError } from "./model/errors";
import { GROUP_UUID, MOUNT_POINT } from "./model/names";
import { settings, type Settings } from "./settings";

const stack = new pulumi.Config("elastic-drive");
const { config, destroyData, adopt, sshPort, again, began: given } = read();
/** This stack's own outputs as the last `up` that ended left them; in the first one there are none. */
const last = new pulumi.StackReference("last-outputs", {
    name: `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`,
});
const made = new Drive({
    config,
    destroyData,
    adopt,
    sshPort,
    made: { group: config.made ?? last.getOutput("group").apply(uuid), again },
    hostKey: stack.requireSecret("hostKey"),
    operatorKey: stack.requireSecret("operatorKey"),
});

/** It becomes part of a command line. */
function uuid(output: unknown): string | undefined {
    return typeof output === "string" && GROUP_UUID.test(output) ? output : undefined;
}

/** A fault of the configuration is said in its own words; a stack trace would only hide them. */
function read(): Settings {
    try {
        return settings(stack, new pulumi.Config("aws").get("region"), process.env);
    } catch (error) {
        if (!(error instanceof DriveError)) throw error;
        throw new pulumi.RunError(
            error.details.hint === undefined ? error.message : `${error.message}; ${error.details.hint}`,
        );
    }
}

export const revision = config.revision;
export const drive = config.name;
/** When the driver's last `up` began, by EC2's clock; a plain one leaves it as it is. */
export const began = given ?? last.getOutput("began");
export const serverId = made.serverId;
export const privateIp = made.privateIp;
export const sshHost = made.sshHost;
export const hostKey = made.hostKey;
export const volumes = made.volumeIds;
/** UUID of the volume group: what was made once, and is never made again (decision 0023). */
export const group = made.group;
export const mountPoint = MOUNT_POINT;
export const exportPath = MOUNT_POINT;
/** What the last `up` wanted; the driver compares the configuration with it, once all commands are in the state too. */
export const desired = config;
