import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
    DescribeImagesCommand,
    DescribeInstancesCommand,
    DescribeSubnetsCommand,
    DescribeVolumesCommand,
    EC2Client,
    TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { labEnvironment, startLab, stopLab, type Started } from "../index";
import { Checkout } from "./checkout";
import { OperatedDrive } from "./drive";
import { waitFor } from "./wait";
import { WebServer, type Place } from "./web-server";

export const ZONE = "us-east-1a";
export const STACK = "lab";
/** Two web servers that may mount the drive. */
export const WEB_ADDRESSES = ["10.0.1.21", "10.0.1.22"] as const;

/** A lab of its own, a checkout of its own and one drive: what the demo and the stories work on. */
export class Site {
    private constructor(
        readonly folder: string,
        readonly labFolder: string,
        /** Where the machines' ssh answers. */
        readonly ssh: Started["ssh"],
        readonly ec2: EC2Client,
        readonly drive: OperatedDrive,
        private readonly place: Omit<Place, "privateIp">,
    ) {}

    static async open(): Promise<Site> {
        const folder = await mkdtemp(join(tmpdir(), "elastic-drive-"));
        const labFolder = join(folder, "lab");
        const { ssh } = await startLab({ dir: labFolder, port: 0, delays: "instant", tieToParent: true });
        const env = await labEnvironment(labFolder);
        await mkdir(join(folder, "state"), { recursive: true });
        const checkout = await Checkout.make(join(folder, "checkout"), {
            ...env,
            XDG_STATE_HOME: join(folder, "state"),
        });
        const ec2 = new EC2Client({
            endpoint: env["AWS_ENDPOINT_URL"]!,
            region: env["AWS_REGION"]!,
            credentials: { accessKeyId: env["AWS_ACCESS_KEY_ID"]!, secretAccessKey: env["AWS_SECRET_ACCESS_KEY"]! },
        });
        const drive = new OperatedDrive(checkout, STACK);
        const place = { imageId: await imageId(ec2), subnetId: await subnetId(ec2), sshPort: drive.sshPort };
        return new Site(folder, labFolder, ssh, ec2, drive, place);
    }

    get subnetId(): string {
        return this.place.subnetId;
    }

    /** Writes the stack's configuration by `elastic-drive init`. `slots` as `ba=2,bb=2` (GiB). */
    async init(slots: string, ...flags: string[]): Promise<void> {
        await this.drive.checkout.elasticDrive(
            ...["init", "--stack", STACK, "--name", "content", "--zone", ZONE, "--subnet", this.place.subnetId],
            ...["--slots", slots, "--clients", WEB_ADDRESSES.join(","), "--ssh-from", "127.0.0.0/8"],
            ...["--public-address", "--instance-type", "m7i.large", "--yes", ...flags],
        );
    }

    bootWebServer(privateIp: string): Promise<WebServer> {
        return WebServer.boot(this.ec2, { ...this.place, privateIp });
    }

    /** Returns when EC2 shows the instance so. */
    instanceIs(instanceId: string, wanted: "stopped" | "terminated"): Promise<void> {
        return waitFor(`${instanceId} to be ${wanted}`, async () => {
            const described = await this.ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
            return { code: described.Reservations?.[0]?.Instances?.[0]?.State?.Name === wanted ? 0 : 1 };
        });
    }

    volumeIs(volumeId: string, wanted: "available" | "in-use"): Promise<void> {
        return waitFor(`${volumeId} to be ${wanted}`, async () => {
            const described = await this.ec2.send(new DescribeVolumesCommand({ VolumeIds: [volumeId] }));
            return { code: described.Volumes?.[0]?.State === wanted ? 0 : 1 };
        });
    }

    /** As if the server were lost: terminated behind Pulumi's back. Until EC2 is done with it a refresh takes it for alive. */
    async loseServer(): Promise<void> {
        const { serverId } = await this.drive.outputs();
        this.drive.close();
        await this.ec2.send(new TerminateInstancesCommand({ InstanceIds: [serverId] }));
        await this.instanceIs(serverId, "terminated");
    }

    /** Ends the lab and every machine. `keep`: leaves consoles and logs for a look. */
    async close(keep: boolean): Promise<void> {
        this.drive.close();
        this.ec2.destroy();
        await stopLab(this.labFolder, { now: true });
        if (!keep) await rm(this.folder, { recursive: true, force: true });
    }
}

async function imageId(ec2: EC2Client): Promise<string> {
    const found = await ec2.send(
        new DescribeImagesCommand({ Filters: [{ Name: "name", Values: ["debian-13-amd64-lab"] }] }),
    );
    return found.Images![0]!.ImageId!;
}

async function subnetId(ec2: EC2Client): Promise<string> {
    const found = await ec2.send(
        new DescribeSubnetsCommand({ Filters: [{ Name: "availability-zone", Values: [ZONE] }] }),
    );
    return found.Subnets![0]!.SubnetId!;
}
