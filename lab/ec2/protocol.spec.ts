import * as assert from "node:assert/strict";
import {
    CreateNetworkInterfaceCommand,
    CreateTagsCommand,
    CreateVolumeCommand,
    DeleteTagsCommand,
    DeleteVolumeCommand,
    DescribeInstancesCommand,
    DescribeTagsCommand,
    DescribeVolumesCommand,
    EC2Client,
    RunInstancesCommand,
    TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { IMAGE, refused, SUBNET_A, TestLab } from "./testing";

describe("EC2's protocol", () => {
    let lab: TestLab;
    beforeEach(async () => (lab = await TestLab.open()));
    afterEach(() => lab.close());

    const signed =
        "AWS4-HMAC-SHA256 Credential=lab/20261001/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0";
    const raw = async (body: string, authorization = signed): Promise<{ status: number; text: string }> => {
        const answer = await fetch(lab.url, { method: "POST", body, headers: { authorization } });
        return { status: answer.status, text: await answer.text() };
    };

    it("R1: a request that is not signed, or for another region, is refused with AuthFailure", async () => {
        const unsigned = await raw("Action=DescribeVolumes&Version=2016-11-15", "");
        assert.equal(unsigned.status, 401);
        assert.match(unsigned.text, /^<\?xml[^>]*>\n<Response><Errors><Error><Code>AuthFailure<\/Code><Message>/);
        const elsewhere = new EC2Client({
            endpoint: lab.url,
            region: "eu-west-1",
            credentials: { accessKeyId: "a", secretAccessKey: "b" },
            maxAttempts: 1,
        });
        await refused(elsewhere.send(new DescribeVolumesCommand({})), "AuthFailure", /us-east-1/);
    });

    it("R2: an action that is missing or not known is refused", async () => {
        assert.match((await raw("Version=2016-11-15")).text, /<Code>MissingAction</);
        assert.match((await raw("Action=LaunchRocket&Version=2016-11-15")).text, /<Code>InvalidAction</);
    });

    it("R3: a parameter that is not known is refused and nothing is done", async () => {
        const { status, text } = await raw("Action=CreateVolume&AvailabilityZone=us-east-1a&Size=1&Colour=red");
        assert.equal(status, 400);
        assert.match(text, /<Code>UnknownParameter<\/Code><Message>The parameter Colour is not recognized</);
        assert.match(
            (await raw("Action=CreateVolume&AvailabilityZone=us-east-1a&Size=1&TagSpecification.1.Foo=x")).text,
            /<Code>/,
        );
        assert.deepEqual((await lab.ec2.send(new DescribeVolumesCommand({}))).Volumes, []);
    });

    it("R4: a missing parameter is named, and a number that is none is refused", async () => {
        const without = await raw("Action=CreateVolume&Size=1");
        assert.match(
            without.text,
            /<Code>MissingParameter<\/Code><Message>The request must contain the parameter AvailabilityZone</,
        );
        assert.match(
            (await raw("Action=CreateVolume&AvailabilityZone=us-east-1a&Size=1.5")).text,
            /<Code>InvalidParameterValue</,
        );
    });

    it("R5: DryRun answers DryRunOperation (412) to a good request, its own error to a bad one, and changes nothing", async () => {
        const good = { AvailabilityZone: "us-east-1a", Size: 1, DryRun: true };
        await refused(lab.ec2.send(new CreateVolumeCommand(good)), "DryRunOperation", 412);
        await refused(
            lab.ec2.send(new CreateVolumeCommand({ ...good, AvailabilityZone: "us-east-1z" })),
            "InvalidZone.NotFound",
        );
        assert.deepEqual((await lab.ec2.send(new DescribeVolumesCommand({}))).Volumes, []);
    });

    it("R6: an id of the wrong form is Malformed, one that is not there is NotFound", async () => {
        const volume = (id: string) => lab.ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }));
        await refused(volume("vol-xyz"), "InvalidVolumeID.Malformed");
        await refused(volume("i-0123456789abcdef0"), "InvalidVolumeID.Malformed");
        await refused(volume("vol-0123456789abcdef0"), "InvalidVolume.NotFound", /vol-0123456789abcdef0/);
        const instance = (id: string) => lab.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
        await refused(instance("i-1"), "InvalidInstanceID.Malformed");
        await refused(instance("i-0123456789abcdef0"), "InvalidInstanceID.NotFound");
    });

    it("R7: filters: all must match, any value of each, with wildcards, tags too; an unknown one is refused", async () => {
        const tagged = async (name: string, Size: number): Promise<string> =>
            lab.volume({ Size, TagSpecifications: [{ ResourceType: "volume", Tags: [{ Key: "Name", Value: name }] }] });
        const [small, large] = [await tagged("a-small", 1), await tagged("a-large", 9)];
        await lab.volume();
        const find = async (...filters: [string, ...string[]][]): Promise<string[]> => {
            const Filters = filters.map(([Name, ...Values]) => ({ Name, Values }));
            const { Volumes } = await lab.ec2.send(new DescribeVolumesCommand({ Filters }));
            return (Volumes ?? []).map((volume) => volume.VolumeId ?? "");
        };
        assert.deepEqual(await find(["tag:Name", "a-*"]), [small, large]);
        assert.deepEqual(await find(["tag-key", "Name"], ["size", "9", "10"]), [large]);
        assert.deepEqual(await find(["tag:Name", "a-s?all"], ["status", "available"]), [small]);
        assert.deepEqual(await find(["tag:Name", "a-\\*"]), []);
        assert.deepEqual(await find(["availability-zone", "us-east-1b"]), []);
        await refused(find(["colour", "red"]), "InvalidParameterValue", /The filter 'colour' is invalid/);
    });

    it("R8: a long listing comes in pages", async () => {
        for (let i = 0; i < 7; i++) {
            await lab.ec2.send(new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1 }));
        }
        const first = await lab.ec2.send(new DescribeVolumesCommand({ MaxResults: 5 }));
        assert.equal(first.Volumes?.length, 5);
        const second = await lab.ec2.send(new DescribeVolumesCommand({ MaxResults: 5, NextToken: first.NextToken }));
        assert.equal(second.Volumes?.length, 2);
        assert.equal(second.NextToken, undefined);
        await refused(lab.ec2.send(new DescribeVolumesCommand({ MaxResults: 1 })), "InvalidParameterValue");
    });

    it("R9: the same request with the same client token makes nothing new", async () => {
        const create = () =>
            lab.ec2.send(new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1, ClientToken: "one" }));
        const [first, second] = [await create(), await create()];
        assert.equal(first.VolumeId, second.VolumeId);
        const run = () =>
            lab.ec2.send(
                new RunInstancesCommand({
                    ImageId: IMAGE,
                    InstanceType: "m7i.large",
                    MinCount: 1,
                    MaxCount: 1,
                    ClientToken: "t",
                }),
            );
        assert.equal((await run()).Instances?.[0]?.InstanceId, (await run()).Instances?.[0]?.InstanceId);
        const card = () => lab.ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: SUBNET_A, ClientToken: "c" }));
        assert.equal(
            (await card()).NetworkInterface?.NetworkInterfaceId,
            (await card()).NetworkInterface?.NetworkInterfaceId,
        );
        assert.equal(Object.keys(lab.lab.state.interfaces).length, 2);
        assert.equal(Object.keys(lab.lab.state.instances).length, 1);
    });

    it("R10: a client token with other arguments is refused for a day", async () => {
        const create = (Size: number) =>
            lab.ec2.send(new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size, ClientToken: "one" }));
        await create(1);
        await refused(create(2), "IdempotentParameterMismatch");
        lab.clock.advance(25 * 60 * 60 * 1000);
        await create(2);
    });

    it("R11: the client token of a terminated instance is refused", async () => {
        const id = await lab.instance({ ClientToken: "t" });
        await lab.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
        await refused(lab.instance({ ClientToken: "t" }), "IdempotentInstanceTerminated");
    });

    it("R12: tags: 50 of them, 127 and 256 characters, none twice, none that begins with aws:", async () => {
        const id = await lab.volume();
        const tag = (...Tags: { Key: string; Value: string }[]) =>
            lab.ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
        const many = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: "" }));
        await tag(...many);
        await refused(tag({ Key: "one-more", Value: "" }), "TagLimitExceeded");
        await tag({ Key: "k0", Value: "x".repeat(256) });
        await refused(tag({ Key: "k0", Value: "x".repeat(257) }), "InvalidParameterValue");
        await refused(tag({ Key: "k".repeat(128), Value: "" }), "InvalidParameterValue");
        await refused(tag({ Key: "aws:x", Value: "" }), "InvalidParameterValue", /reserved/);
        await refused(tag({ Key: "a", Value: "1" }, { Key: "a", Value: "2" }), "InvalidParameterValue", /Duplicate/);
    });

    it("R13: a creating call tags only what it creates", async () => {
        const TagSpecifications = [{ ResourceType: "instance" as const, Tags: [{ Key: "a", Value: "b" }] }];
        const call = lab.ec2.send(
            new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1, TagSpecifications }),
        );
        await refused(call, "InvalidParameterValue", /not a valid taggable resource type/);
    });

    it("R14: CreateTags overwrites, DeleteTags takes only what has the value it names, DescribeTags shows both", async () => {
        const id = await lab.volume();
        const set = (Value: string) =>
            lab.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: "a", Value }] }));
        const shown = async () => (await lab.ec2.send(new DescribeTagsCommand({}))).Tags;
        await set("1");
        await set("2");
        await lab.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: "a", Value: "1" }] }));
        assert.deepEqual(await shown(), [{ Key: "a", ResourceId: id, ResourceType: "volume", Value: "2" }]);
        await lab.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: "a" }] }));
        assert.deepEqual(await shown(), []);
        const unknown = lab.ec2.send(
            new CreateTagsCommand({ Resources: ["vol-0123456789abcdef0"], Tags: [{ Key: "a", Value: "" }] }),
        );
        await refused(unknown, "InvalidVolume.NotFound");
    });

    it("R15: what is deleted takes its tags with it", async () => {
        const id = await lab.volume({
            TagSpecifications: [{ ResourceType: "volume", Tags: [{ Key: "a", Value: "b" }] }],
        });
        await lab.ec2.send(new DeleteVolumeCommand({ VolumeId: id }));
        await lab.pass(60_000);
        assert.deepEqual((await lab.ec2.send(new DescribeTagsCommand({}))).Tags, []);
    });

    it("R141: STS says whose the credentials are: of an access key that is an account's number, that account's", async () => {
        assert.equal((await lab.as("lab").sts.send(new GetCallerIdentityCommand({}))).Account, "123456789012");
        assert.equal((await lab.as("210987654321").sts.send(new GetCallerIdentityCommand({}))).Account, "210987654321");
    });

    it("R142: another account sees and reaches nothing of this one", async () => {
        const id = await lab.volume();
        const { ec2 } = lab.as("210987654321");
        assert.deepEqual((await ec2.send(new DescribeVolumesCommand({}))).Volumes, []);
        await refused(ec2.send(new DeleteVolumeCommand({ VolumeId: id })), "InvalidVolume.NotFound");
        const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: "us-east-1a", Size: 1 }));
        const seen = await lab.ec2.send(new DescribeVolumesCommand({}));
        assert.deepEqual(
            seen.Volumes?.map((volume) => volume.VolumeId),
            [id],
        );
        assert.equal((await ec2.send(new DescribeVolumesCommand({}))).Volumes?.[0]?.VolumeId, VolumeId);
    });
});
