import { existsSync } from "node:fs";
import type { DriveConfig } from "../../infra/model/config";
import { parseDriveConfig } from "../../infra/model/config";
import type { Fault } from "../../infra/model/errors";
import { DriveError, InvalidInput } from "../../infra/model/errors";
import type { Ec2 } from "../ec2/port";
import { settingsFile } from "../engine/config";
import { checkFolder, makeProject } from "../engine/project";
import { makeNonce } from "../reconcile/identity";
import { MSG } from "../io/messages";
import type { Session } from "../world/session";
import { makeKeyPair } from "../guest/keys";
import { judged, look, nowhere, zoneRegion } from "./choice";
import { uploadUsers, type KeysGiven } from "./upload-keys";

export interface InitInput {
    readonly name: string;
    readonly zone?: string | undefined;
    readonly subnet?: string | undefined;
    readonly region?: string | undefined;
    readonly instanceType: string;
    readonly image?: string | undefined;
    /** Slots as the schema takes them, not yet checked. */
    readonly slots: Readonly<Record<string, { readonly sizeGiB: unknown; readonly type?: string }>>;
    readonly clients: readonly string[];
    readonly sshFrom: readonly string[];
    readonly publicAddress: boolean;
    readonly leaseSeconds?: number | undefined;
    readonly uid?: number | undefined;
    readonly gid?: number | undefined;
    /** User name to public key, or to the file that holds it; or to several. */
    readonly uploadUsers: Readonly<Record<string, KeysGiven>>;
    /** How the new stack's secrets are encrypted: a key's URL such as awskms://alias/…; a passphrase, where the backend has no way of its own. */
    readonly secretsProvider?: string | undefined;
    /** What was already found wrong with the input; said with everything else that is. */
    readonly faults?: readonly Fault[];
}

/** Writes a new stack: image pinned, keys made, everything checked first; an existing one is never overwritten. */
export async function init(
    session: Session,
    input: InitInput,
): Promise<{ stack: string; file: string; desired: DriveConfig }> {
    const { projectDir, stack } = session.options;
    checkFolder(projectDir);
    const file = settingsFile(projectDir, stack);
    if (existsSync(file) && !(await isBlank(session))) {
        throw new DriveError("StackExists", `stack '${stack}' has settings already: ${file}`, {
            hint: "elastic-drive up works with them; choose another --stack for another drive",
        });
    }
    const { AWS_REGION, AWS_DEFAULT_REGION } = session.env;
    const regions = [input.region, zoneRegion(input), AWS_REGION, AWS_DEFAULT_REGION];
    const region = regions.find((name) => name !== undefined && name !== "");
    const { users, faults } = await uploadUsers(input.uploadUsers);
    const ec2 = session.ec2(region);
    const [found, account] = await Promise.all([
        region === undefined ? nowhere(input) : look(ec2, input),
        region === undefined ? undefined : session.account(region),
        session.engine.checkVersion(),
    ]);
    const { subnet, imageId } = found;
    const wanted = {
        name: input.name,
        revision: 1,
        account,
        nonce: makeNonce(),
        zone: input.zone ?? subnet?.zone,
        network: {
            subnetId: input.subnet ?? subnet?.id,
            vpcId: subnet?.vpcId,
            sshFrom: input.sshFrom,
            publicAddress: input.publicAddress,
        },
        server: { instanceType: input.instanceType, imageId },
        slots: input.slots,
        share: {
            clients: input.clients,
            ...(input.leaseSeconds === undefined ? {} : { leaseSeconds: input.leaseSeconds }),
        },
        uploads: {
            ...(input.uid === undefined ? {} : { uid: input.uid }),
            ...(input.gid === undefined ? {} : { gid: input.gid }),
            users,
        },
    };
    const seen = [...(input.faults ?? []), ...faults, ...found.faults, ...(await judged(ec2, input, found))];
    const desired = checked(wanted, region, seen, found.noImage);
    await refuseTakenName(ec2, desired.name);
    await write(session, desired, region!, input.secretsProvider);
    session.host.emit(
        MSG.STACK_WRITTEN(`stack '${stack}' is written to ${file}\nnext: elastic-drive up`, { stack, file }),
    );
    return { stack, file, desired };
}

/** A stack that `pulumi stack init` made, or an `init` that was killed there: nothing in its state, and settings of its secrets alone. */
async function isBlank({ engine }: Session): Promise<boolean> {
    try {
        const { drive, operatorKey, hostKey } = await engine.config();
        return (
            [drive, operatorKey, hostKey].every((value) => value === undefined) &&
            (await engine.state()).ids.length === 0
        );
    } catch (error) {
        if (error instanceof DriveError && error.code === "NoSuchStack") return false; // of another backend
        throw error;
    }
}

/** Makes the stack, unless a blank one is there; whether it did. */
async function made(session: Session, secretsProvider: string | undefined): Promise<boolean> {
    try {
        await session.engine.createStack(secretsProvider);
        return true;
    } catch (error) {
        if (!(error instanceof DriveError) || error.code !== "StackExists" || !(await isBlank(session))) throw error;
    }
    const text = `stack '${session.options.stack}' is there already and blank: it is taken, its secrets are encrypted as it was made`;
    session.host.emit(MSG.NOTE(text, {}));
    return false;
}

/** The stack with its keys and settings; of one that is made here, all or nothing. */
async function write(
    session: Session,
    drive: DriveConfig,
    region: string,
    secretsProvider: string | undefined,
): Promise<void> {
    const operator = makeKeyPair(`elastic-drive operator of ${drive.name}`);
    const host = makeKeyPair(`elastic-drive host of ${drive.name}`);
    await makeProject(session.options.projectDir);
    const isMade = await made(session, secretsProvider);
    try {
        await session.engine.editConfig({
            drive,
            region,
            ...(drive.account === undefined ? {} : { account: drive.account }),
            secrets: { operatorKey: operator.privateKey, hostKey: host.privateKey },
        });
    } catch (error) {
        if (isMade) await session.engine.removeStack();
        throw error;
    }
    await session.log.append("init", "done", `drive ${drive.name}, ${Object.keys(drive.slots).length} slots`);
}

/** The schema's faults and those found here, all at once; what EC2 says of a value says more than the schema. */
function checked(
    wanted: unknown,
    region: string | undefined,
    more: readonly Fault[],
    noImage: DriveError | undefined,
): DriveConfig {
    let faults = [...more];
    let desired: DriveConfig | undefined;
    try {
        desired = parseDriveConfig(wanted, { region, isNew: true });
    } catch (error) {
        if (!(error instanceof InvalidInput)) throw error;
        faults = [...error.faults.filter((fault) => !faults.some((other) => covers(other, fault))), ...faults];
    }
    if (region === undefined && !faults.some(({ path }) => path === "zone"))
        faults.push({ path: "aws:region", reason: "no region: give --zone or set AWS_REGION" });
    if (noImage !== undefined && faults.length === 0) throw noImage;
    if (noImage !== undefined) faults.push({ path: "server.imageId", reason: noImage.message });
    if (faults.length > 0 || desired === undefined) throw new InvalidInput("init", faults, "nothing was written");
    return desired;
}

/** `uploads.users.x` cannot be read: then that it has no keys is no news. */
const covers = (other: Fault, fault: Fault): boolean =>
    fault.path === other.path || fault.path.startsWith(`${other.path}.publicKeys`);

/** Tags name the drive: two drives of one name in a region would take each other's volumes for their own. */
async function refuseTakenName(ec2: Ec2, name: string): Promise<void> {
    const { volumes, servers } = await ec2.view(name, { parts: false });
    const found = [...volumes, ...servers.filter(({ state }) => state !== "terminated")].map(({ id }) => id);
    if (found.length === 0) return;
    throw new DriveError(
        "NameTaken",
        `there is a drive '${name}' in this region already (${found.slice(0, 4).join(", ")})`,
        {
            hint: "choose another --name; if that drive's stack is lost, restore its state",
        },
    );
}
