import type * as Ec2Sdk from "@aws-sdk/client-ec2";
import { DriveError } from "../../infra/model/errors";
import { TAG } from "../../infra/model/names";
import type { Ec2View, PartView } from "../model/observed";
import { endpointOf } from "./endpoint";
import { ec2Error } from "./errors";
import { identityOf } from "./identity";
import { debianImages, image, instanceType, zonesOffering } from "./machines";
import type { Caller, Loaded } from "./caller";
import { Pages } from "./pages";
import type {
    Architecture,
    Ec2,
    Image,
    InstanceType,
    MadeSet,
    SetCall,
    SetSnapshot,
    SnapshotOrder,
    Subnet,
} from "./port";
import { createSet } from "./set-call";
import { attachedVolumes, setSnapshots, tagSnapshots } from "./sets";
import { Ec2Time } from "./time";
import { addressPart, doorPart, interfacePart, rulePart, serverView, snapshotView, volumeView } from "./view";

export interface Ec2Options {
    readonly region: string | undefined;
    readonly env: NodeJS.ProcessEnv;
}

/** The adapter to AWS SDK v3; AWS_ENDPOINT_URL and what a profile says instead are honoured by the SDK. The SDK is loaded at the first call. */
export class SdkEc2 implements Ec2 {
    private readonly time = new Ec2Time();
    private loaded: Promise<Loaded> | undefined;

    constructor(private readonly options: Ec2Options) {}

    async view(drive: string, look: { readonly parts: boolean }): Promise<Ec2View> {
        const Filters = [{ Name: `tag:${TAG.drive}`, Values: [drive] }];
        const slots = [...Filters, { Name: "tag-key", Values: [TAG.slot] }]; // the server's root volume has none
        const copies = [...Filters, { Name: "tag-key", Values: [TAG.copy] }];
        const { pages } = this;
        const [instances, [volumes, modifications], snapshots, parts] = await Promise.all([
            pages.instances(Filters),
            pages.volumes(slots).then(async (found) => [found, await pages.modifications(found)] as const),
            pages.snapshots(copies),
            look.parts ? this.parts(Filters) : [],
        ]);
        return {
            servers: instances.map(serverView),
            volumes: volumes.map((volume) => volumeView(volume, modifications)),
            snapshots: snapshots.map(snapshotView).sort((a, b) => (a.id < b.id ? -1 : 1)),
            parts,
            readAt: this.time.last(),
        };
    }

    debianImages(architecture: Architecture): Promise<Image[]> {
        return debianImages(this.call, architecture);
    }

    image(id: string): Promise<Image | undefined> {
        return image(this.call, id);
    }

    instanceType(name: string): Promise<InstanceType | undefined> {
        return instanceType(this.call, name);
    }

    zonesOffering(type: string): Promise<string[]> {
        return zonesOffering(this.call, type);
    }

    async subnets(zone: string | undefined): Promise<Subnet[]> {
        const found = await this.pages.subnets(
            zone === undefined ? [] : [{ Name: "availability-zone", Values: [zone] }],
        );
        return found.map((subnet) => ({
            id: subnet.SubnetId!,
            vpcId: subnet.VpcId,
            zone: subnet.AvailabilityZone ?? "",
            cidr: subnet.CidrBlock ?? "",
            isDefault: subnet.DefaultForAz === true,
        }));
    }

    async startServer(id: string): Promise<void> {
        await this.call("StartInstances", ({ sdk, client }) =>
            client.send(new sdk.StartInstancesCommand({ InstanceIds: [id] })),
        );
    }

    async stopServer(id: string): Promise<void> {
        await this.call("StopInstances", ({ sdk, client }) =>
            client.send(new sdk.StopInstancesCommand({ InstanceIds: [id] })),
        );
    }

    async terminateServer(id: string): Promise<void> {
        await this.call("TerminateInstances", ({ sdk, client }) =>
            client.send(new sdk.TerminateInstancesCommand({ InstanceIds: [id] })),
        );
    }

    async markLeaving(serverId: string): Promise<void> {
        const Tags = [{ Key: TAG.leaving, Value: serverId }]; // its own id: on another server, where it was copied to, it says nothing
        await this.call("CreateTags", ({ sdk, client }) =>
            client.send(new sdk.CreateTagsCommand({ Resources: [serverId], Tags })),
        );
    }

    async detachVolume(VolumeId: string, InstanceId: string): Promise<void> {
        await this.call("DetachVolume", ({ sdk, client }) =>
            client.send(new sdk.DetachVolumeCommand({ VolumeId, InstanceId })),
        );
    }

    async createSnapshot({ drive, slot, volumeId, stage, tags }: SnapshotOrder): Promise<void> {
        const input = {
            VolumeId: volumeId,
            Description: `elastic-drive ${drive}: slot ${slot}, to be copied (${stage})`,
            TagSpecifications: [
                {
                    ResourceType: "snapshot" as const,
                    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
                },
            ],
        };
        await this.call("CreateSnapshot", ({ sdk, client }) => client.send(new sdk.CreateSnapshotCommand(input)));
    }

    createSet(order: SetCall): Promise<MadeSet> {
        const end = performance.now() + order.timeoutMs; // loading the SDK counts too
        return this.call("CreateSnapshots", (loaded) =>
            createSet(loaded, { ...order, timeoutMs: end - performance.now() }, endpointOf(this.options.env)),
        );
    }

    setSnapshots(drive: string): Promise<readonly SetSnapshot[]> {
        return setSnapshots(this.pages, drive);
    }

    tagSnapshots(ids: readonly string[], tags: Readonly<Record<string, string>>): Promise<void> {
        return tagSnapshots(this.call, ids, tags);
    }

    attachedVolumes(serverId: string): Promise<readonly string[]> {
        return attachedVolumes(this.pages, serverId);
    }

    deleteSnapshot(SnapshotId: string): Promise<void> {
        return this.unlessGone("InvalidSnapshot.NotFound", () =>
            this.call("DeleteSnapshot", ({ sdk, client }) =>
                client.send(new sdk.DeleteSnapshotCommand({ SnapshotId })),
            ),
        );
    }

    async keep(volumeId: string, hours: number): Promise<void> {
        const until = this.time.now() + hours * 3_600_000;
        const Tags = [{ Key: TAG.keptUntil, Value: new Date(until).toISOString() }];
        await this.call("CreateTags", ({ sdk, client }) =>
            client.send(new sdk.CreateTagsCommand({ Resources: [volumeId], Tags })),
        );
    }

    deleteVolume(VolumeId: string): Promise<void> {
        return this.unlessGone("InvalidVolume.NotFound", () =>
            this.call("DeleteVolume", ({ sdk, client }) => client.send(new sdk.DeleteVolumeCommand({ VolumeId }))),
        );
    }

    private async unlessGone(code: string, work: () => Promise<unknown>): Promise<void> {
        try {
            await work();
        } catch (error) {
            if (!(error instanceof DriveError) || !error.message.includes(code)) throw error;
        }
    }

    async deletePart({ kind, id }: Pick<PartView, "kind" | "id">): Promise<void> {
        switch (kind) {
            case "address":
                await this.call("DeleteNetworkInterface", ({ sdk, client }) =>
                    client.send(new sdk.DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id })),
                );
                return;
            case "door":
                await this.call("DeleteSecurityGroup", ({ sdk, client }) =>
                    client.send(new sdk.DeleteSecurityGroupCommand({ GroupId: id })),
                );
                return;
            case "rule":
                await this.revoke(id);
                return;
            case "public-address":
                await this.releaseAddress(id);
                return;
        }
    }

    /** A rule is revoked by its group and direction, which only EC2 knows. */
    private async revoke(id: string): Promise<void> {
        const rule = await this.call("DescribeSecurityGroupRules", async ({ sdk, client }) => {
            const found = await client.send(new sdk.DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] }));
            return found.SecurityGroupRules![0]!;
        });
        const input = { GroupId: rule.GroupId!, SecurityGroupRuleIds: [id] };
        await this.call("RevokeSecurityGroupIngress", ({ sdk, client }) =>
            rule.IsEgress === true
                ? client.send(new sdk.RevokeSecurityGroupEgressCommand(input))
                : client.send(new sdk.RevokeSecurityGroupIngressCommand(input)),
        );
    }

    /** EC2 releases only what is on no interface. */
    private async releaseAddress(id: string): Promise<void> {
        const [address] = await this.call("DescribeAddresses", async ({ sdk, client }) => {
            return (await client.send(new sdk.DescribeAddressesCommand({ AllocationIds: [id] }))).Addresses ?? [];
        });
        const AssociationId = address?.AssociationId;
        if (AssociationId !== undefined) {
            await this.call("DisassociateAddress", ({ sdk, client }) =>
                client.send(new sdk.DisassociateAddressCommand({ AssociationId })),
            );
        }
        await this.call("ReleaseAddress", ({ sdk, client }) =>
            client.send(new sdk.ReleaseAddressCommand({ AllocationId: id })),
        );
    }

    private async parts(Filters: Ec2Sdk.Filter[]): Promise<PartView[]> {
        const [rules, interfaces, doors, addresses] = await Promise.all([
            this.pages.rules(Filters),
            this.pages.interfaces(Filters),
            this.pages.groups(Filters),
            this.pages.addresses(Filters),
        ]);
        return [
            ...rules.map(rulePart),
            ...addresses.map(addressPart),
            ...interfaces.map(interfacePart),
            ...doors.map((door) => doorPart(door, interfaces)),
        ];
    }

    private readonly call: Caller = async (action, work) => {
        try {
            this.loaded ??= this.load();
            return await work(await this.loaded);
        } catch (error) {
            throw ec2Error(error, action, endpointOf(this.options.env));
        }
    };

    private readonly pages = new Pages(this.call);

    private async load(): Promise<Loaded> {
        const sdk = await import("@aws-sdk/client-ec2");
        const endpoint = endpointOf(this.options.env);
        const config: Ec2Sdk.EC2ClientConfig = {
            ...(this.options.region === undefined ? {} : { region: this.options.region }),
            ...(endpoint === undefined ? {} : { endpoint }),
            ...identityOf(this.options.env),
            maxAttempts: 5,
        };
        const client = new sdk.EC2Client(config);
        this.time.listenTo(client);
        return { sdk, client, config };
    }
}
