import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
    DescribeAddressesCommand,
    DescribeImagesCommand,
    DescribeSubnetsCommand,
    EC2Client,
} from "@aws-sdk/client-ec2";
import { makeKeyPair, type KeyPair } from "../automation/guest/keys";
import { CONFIG } from "../infra/model/names";
import { sshPort } from "../infra/model/ssh-port";
import { labEnvironment, startLab, stopLab } from "../lab/index";
import { Checkout } from "../lab/rig/checkout";
import { loadavg } from "node:os";
import { median, type Context, type Row } from "./context";
import { writePlainProgram } from "./support/plain-program";
import { Stack, type Spent } from "./support/stack";
import { YesServer } from "./support/yes-server";

/** Issue 3, Gate D. */
const RATIO_GOAL = 1.2;
const MORE_SLOTS_GOAL_S = 1;
const ROUNDS = 5;

/** A stack that is up and whose next `up` finds nothing to do. */
interface Standing {
    readonly up: () => Promise<Spent>;
}

/**
 * What an `up` that has nothing to do costs: the drive with 2 and with 20 slots, against a program with one volume and one
 * remote command on the same plugins. On the lab's API alone: no machine is booted, a server that says yes takes its place,
 * and in the runs that are timed it is not even asked.
 */
export async function bench({ folder, say }: Context): Promise<Row[]> {
    const labFolder = join(folder, "lab");
    await startLab({ dir: labFolder, port: 0, delays: "instant", machines: false, tieToParent: true });
    const servers: YesServer[] = [];
    try {
        const env = await labEnvironment(labFolder);
        const keys = { host: makeKeyPair("host"), operator: makeKeyPair("operator") };
        const listen = async (host: string, port: number): Promise<number> => {
            const server = new YesServer(keys.host.privateKey);
            servers.push(server);
            return server.listen(host, port);
        };
        const secrets = { operatorKey: keys.operator.privateKey, hostKey: keys.host.privateKey };

        const plain = await standPlain(join(folder, "plain"), env, await listen("127.0.0.1", 0), keys);
        const few = await standDrive(join(folder, "few"), env, 2, secrets, listen);
        const many = await standDrive(join(folder, "many"), env, 20, secrets, listen);
        const asked = servers.reduce((sum, server) => sum + server.commands, 0);

        const spent = { plain: [] as Spent[], few: [] as Spent[], many: [] as Spent[] };
        for (let round = 1; round <= ROUNDS; round++) {
            say(`no-op up, round ${round} of ${ROUNDS}`); // in turns, so that another load on the machine hits all alike
            spent.plain.push(await plain.up());
            spent.few.push(await few.up());
            spent.many.push(await many.up());
        }
        const askedMeanwhile = servers.reduce((sum, server) => sum + server.commands, 0) - asked;
        const how = `median of ${ROUNDS}; load ${loadavg()[0]!.toFixed(1)}; remote commands run meanwhile: ${askedMeanwhile}`;
        return [
            ...rowsOf("", how, spent, ({ seconds }) => seconds),
            ...rowsOf(", processor time", "says more on a busy machine", spent, ({ cpuSeconds }) => cpuSeconds),
        ];
    } finally {
        await Promise.all(servers.map((server) => server.close()));
        await stopLab(labFolder, { wipe: true });
    }
}

function rowsOf(
    what: string,
    note: string,
    spent: Readonly<Record<"plain" | "few" | "many", readonly Spent[]>>,
    of: (one: Spent) => number,
): Row[] {
    const [baseline, two, twenty] = [spent.plain, spent.few, spent.many].map((all) => median(all.map(of))) as [
        number,
        number,
        number,
    ];
    const row = (slots: number, ours: number): Row => ({
        name: `no-op up, ${slots} slots${what}`,
        unit: "s",
        ours,
        baseline,
        ratio: ours / baseline,
    });
    return [
        { ...row(2, two), goal: RATIO_GOAL, note },
        row(20, twenty),
        { name: `20 slots more than 2${what}`, unit: "s", ours: twenty - two, goal: MORE_SLOTS_GOAL_S },
    ];
}

async function standPlain(
    folder: string,
    env: Readonly<Record<string, string>>,
    port: number,
    keys: { host: KeyPair; operator: KeyPair },
): Promise<Standing> {
    await writePlainProgram(folder);
    const stack = new Stack(folder, env, "plain", join(folder, "Pulumi.plain.yaml"));
    await stack.init({ "aws:region": "us-east-1", "plain:port": port, "plain:hostKey": keys.host.publicKey.trim() });
    await stack.secret("plain:operatorKey", keys.operator.privateKey);
    return stand(stack);
}

async function standDrive(
    folder: string,
    env: Readonly<Record<string, string>>,
    slots: number,
    secrets: { operatorKey: string; hostKey: string },
    listen: (host: string, port: number) => Promise<number>,
): Promise<Standing> {
    const name = `slots${slots}`;
    const ec2 = new EC2Client({
        endpoint: env["AWS_ENDPOINT_URL"]!,
        region: "us-east-1",
        credentials: { accessKeyId: env["AWS_ACCESS_KEY_ID"]!, secretAccessKey: env["AWS_SECRET_ACCESS_KEY"]! },
    });
    await Checkout.make(folder, env);
    const stack = new Stack(folder, env, name, join(folder, `stacks/Pulumi.${name}.yaml`));
    await stack.init({ "aws:region": "us-east-1", [CONFIG.drive]: await desired(ec2, name, slots) });
    await stack.secret(CONFIG.operatorKey, secrets.operatorKey);
    await stack.secret(CONFIG.hostKey, secrets.hostKey);
    const answering = (async () => listen(await publicAddress(ec2, name), sshPort(env)))();
    const [standing] = await Promise.all([stand(stack), answering]);
    ec2.destroy();
    return standing;
}

/** Brings it up and makes sure that there is nothing left to do. */
async function stand(stack: Stack): Promise<Standing> {
    const up = (): Promise<Spent> => stack.spent("up", "--yes", "--skip-preview");
    await up();
    await stack.pulumi("preview", "--expect-no-changes");
    return { up };
}

async function desired(ec2: EC2Client, name: string, count: number): Promise<unknown> {
    const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ["self", "amazon"] }));
    const Filters = [{ Name: "availability-zone", Values: ["us-east-1a"] }];
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
    const letters = [..."abcdefghijklmnopqrstuvwxyz"].slice(0, count);
    return {
        name,
        zone: "us-east-1a",
        network: {
            subnetId: Subnets![0]!.SubnetId,
            vpcId: Subnets![0]!.VpcId,
            sshFrom: ["127.0.0.0/8"],
            publicAddress: true,
        },
        server: { instanceType: "m7i.large", imageId: Images![0]!.ImageId },
        slots: Object.fromEntries(letters.map((letter) => [`b${letter}`, { sizeGiB: 8, type: "gp3" }])),
        share: { clients: ["10.0.0.0/16"] },
    };
}

/** The address that the `up` under way has given the drive. */
async function publicAddress(ec2: EC2Client, drive: string): Promise<string> {
    for (;;) {
        const { Addresses } = await ec2.send(new DescribeAddressesCommand({}));
        const ours = Addresses?.find(({ Tags }) => Tags?.some(({ Value }) => Value === drive));
        if (ours?.PublicIp !== undefined) return ours.PublicIp;
        await sleep(200);
    }
}
