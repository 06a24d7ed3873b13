import {
    DescribeInstancesCommand,
    RunInstancesCommand,
    TerminateInstancesCommand,
    type EC2Client,
} from "@aws-sdk/client-ec2";
import { makeKeyPair } from "../../automation/guest/keys";
import { CLIENT_MOUNT_POINT, MOUNT_POINT } from "../../infra/model/names";
import { Peer } from "./peer";
import { Shell } from "./shell";

/** Options of the operator's guide: hard mounts lose nothing, `lookupcache=positive` shows new files at once. */
export const MOUNT_OPTIONS = "vers=4.2,hard,timeo=600,retrans=2,noresvport,lookupcache=positive,nosuid,nodev";
const ADDRESS_DEADLINE_MS = 60_000;

export interface Place {
    readonly imageId: string;
    readonly subnetId: string;
    readonly privateIp: string;
    readonly sshPort: number;
}

/** A machine beside the drive's server that mounts the drive. */
export class WebServer {
    private constructor(
        readonly instanceId: string,
        readonly privateIp: string,
        readonly shell: Shell,
        readonly peer: Peer,
    ) {}

    static async boot(ec2: EC2Client, place: Place): Promise<WebServer> {
        const key = makeKeyPair("web server");
        const userData = [
            "#cloud-config",
            "manage_etc_hosts: localhost", // else sudo waits for a name server that is not there
            "users:",
            "  - name: admin",
            "    sudo: 'ALL=(ALL) NOPASSWD:ALL'",
            "    shell: /bin/bash",
            `    ssh_authorized_keys: ["${key.publicKey.trim()}"]`,
        ].join("\n");
        const launched = await ec2.send(
            new RunInstancesCommand({
                ImageId: place.imageId,
                InstanceType: "t3.small",
                MinCount: 1,
                MaxCount: 1,
                UserData: Buffer.from(userData).toString("base64"),
                NetworkInterfaces: [
                    {
                        DeviceIndex: 0,
                        SubnetId: place.subnetId,
                        PrivateIpAddress: place.privateIp,
                        AssociatePublicIpAddress: true,
                    },
                ],
            }),
        );
        const instanceId = launched.Instances![0]!.InstanceId!;
        const host = await publicAddress(ec2, instanceId);
        const shell = await Shell.open({ host, port: place.sshPort, user: "admin", privateKey: key.privateKey });
        return new WebServer(instanceId, place.privateIp, shell, await Peer.start(shell));
    }

    /** Mounts the drive; the outcome of mount(8), so that a refusal can be looked at. */
    tryMount(server: string, folder = CLIENT_MOUNT_POINT): ReturnType<Shell["try"]> {
        const options = `${MOUNT_OPTIONS},retry=0`;
        return this.shell.try(
            `sudo mkdir -p ${folder} && sudo timeout 120 mount -t nfs4 -o ${options} ${server}:${MOUNT_POINT} ${folder}`,
        );
    }

    async mount(server: string): Promise<void> {
        const outcome = await this.tryMount(server);
        if (outcome.code !== 0) throw new Error(`mount on ${this.privateIp} exited ${outcome.code}: ${outcome.stderr}`);
    }

    async terminate(ec2: EC2Client): Promise<void> {
        this.shell.close();
        await ec2.send(new TerminateInstancesCommand({ InstanceIds: [this.instanceId] }));
    }
}

async function publicAddress(ec2: EC2Client, instanceId: string): Promise<string> {
    const end = Date.now() + ADDRESS_DEADLINE_MS;
    for (;;) {
        const described = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
        const address = described.Reservations?.[0]?.Instances?.[0]?.PublicIpAddress;
        if (address !== undefined) return address;
        if (Date.now() > end)
            throw new Error(`${instanceId} has no public address after ${ADDRESS_DEADLINE_MS / 1000} s`);
        await new Promise((resolve) => setTimeout(resolve, 500));
    }
}
