import * as assert from "node:assert/strict";
import {
    AllocateAddressCommand,
    AssociateAddressCommand,
    AttachNetworkInterfaceCommand,
    CreateNetworkInterfaceCommand,
    DeleteNetworkInterfaceCommand,
    DescribeAddressesCommand,
    DescribeAvailabilityZonesCommand,
    DescribeNetworkInterfacesCommand,
    DescribeSubnetsCommand,
    DetachNetworkInterfaceCommand,
    DisassociateAddressCommand,
    ModifyNetworkInterfaceAttributeCommand,
    ReleaseAddressCommand,
    StartInstancesCommand,
    StopInstancesCommand,
    TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { refused, SUBNET_A, SUBNET_B, TestLab } from "./testing";

describe("interfaces and addresses", () => {
    let lab: TestLab;
    beforeEach(async () => (lab = await TestLab.open()));
    afterEach(() => lab.close());

    const card = async (PrivateIpAddress?: string, SubnetId = SUBNET_A): Promise<string> => {
        const wish = { SubnetId, ...(PrivateIpAddress === undefined ? {} : { PrivateIpAddress }) };
        return (await lab.ec2.send(new CreateNetworkInterfaceCommand(wish))).NetworkInterface?.NetworkInterfaceId ?? "";
    };
    const see = async (id: string) =>
        (await lab.ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] })))
            .NetworkInterfaces?.[0];
    const on = (NetworkInterfaceId: string) =>
        lab.instance({ NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId }] });
    const terminate = async (id: string): Promise<void> => {
        await lab.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
        await lab.pass(1_000);
    };
    const allocate = async () => (await lab.ec2.send(new AllocateAddressCommand({ Domain: "vpc" }))).AllocationId ?? "";
    const associate = (AllocationId: string, NetworkInterfaceId: string, AllowReassociation = false) =>
        lab.ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId, AllowReassociation }));

    it("R90: an interface in use is refused to a second machine, and taken over with address and MAC by the next one", async () => {
        const id = await card("10.0.1.50");
        const first = await on(id);
        const mac = lab.hardware.machines.get(first)?.mac;
        await refused(on(id), "InvalidNetworkInterface.InUse");
        await terminate(first);
        assert.equal((await see(id))?.Status, "available");
        const second = await on(id);
        const machine = lab.hardware.machines.get(second);
        assert.deepEqual([machine?.privateIp, machine?.mac], ["10.0.1.50", mac]);
        assert.equal((await see(id))?.Attachment?.InstanceId, second);
    });

    it("R91: a private address is one of the subnet, not one that EC2 keeps for itself, not one in use", async () => {
        await card("10.0.1.4");
        await refused(card("10.0.1.4"), "InvalidIPAddress.InUse");
        for (const ip of ["10.0.1.3", "10.0.1.255", "10.0.2.10", "text"]) {
            await refused(card(ip), "InvalidParameterValue", /range/);
        }
        await refused(card(undefined, "subnet-0123456789abcdef0"), "InvalidSubnetID.NotFound");
        assert.equal((await see(await card()))?.PrivateIpAddress, "10.0.1.10");
    });

    it("R92: an interface is deleted only when it is not attached; one made by a launch goes with its machine", async () => {
        const id = await card();
        const machine = await on(id);
        const remove = () => lab.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }));
        await refused(remove(), "InvalidParameterValue", /currently in use/);
        await terminate(machine);
        await remove();
        await refused(see(id), "InvalidNetworkInterfaceID.NotFound");
        await terminate(await lab.instance());
        assert.deepEqual((await lab.ec2.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces, []);
    });

    it("R93: the interface at index 0 cannot be detached, another can; the zone must be the machine's", async () => {
        const machine = await on(await card());
        const attach = (NetworkInterfaceId: string, DeviceIndex: number) =>
            lab.ec2.send(new AttachNetworkInterfaceCommand({ InstanceId: machine, NetworkInterfaceId, DeviceIndex }));
        const other = await card();
        await refused(attach(other, 0), "InvalidParameterValue", /index/);
        await refused(attach(await card(undefined, SUBNET_B), 1), "InvalidParameterValue", /availability zone/);
        const { AttachmentId = "" } = await attach(other, 1);
        await attach(await card(), 2);
        await refused(attach(await card(), 3), "AttachmentLimitExceeded");
        await lab.ec2.send(new DetachNetworkInterfaceCommand({ AttachmentId }));
        assert.equal((await see(other))?.Status, "available");
        const primary = (await lab.seeInstance(machine)).NetworkInterfaces?.[0]?.Attachment?.AttachmentId ?? "";
        await refused(
            lab.ec2.send(new DetachNetworkInterfaceCommand({ AttachmentId: primary })),
            "OperationNotPermitted",
        );
    });

    it("R94: groups, description and deletion with the machine can be changed", async () => {
        const id = await card();
        const machine = await on(id);
        const modify = (wish: object) =>
            lab.ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: id, ...wish }));
        await refused(modify({ Groups: ["sg-0123456789abcdef0"] }), "InvalidGroup.NotFound");
        await modify({ Description: { Value: "the drive's address" } });
        const AttachmentId = (await see(id))?.Attachment?.AttachmentId;
        await modify({ Attachment: { AttachmentId, DeleteOnTermination: true } });
        assert.equal((await see(id))?.Description, "the drive's address");
        await terminate(machine);
        await refused(see(id), "InvalidNetworkInterfaceID.NotFound");
    });

    it("R95: with interfaces in the request, subnet and groups of the instance are refused", async () => {
        const NetworkInterfaces = [{ DeviceIndex: 0, SubnetId: SUBNET_A }];
        await refused(lab.instance({ NetworkInterfaces, SubnetId: SUBNET_A }), "InvalidParameterCombination");
        await refused(
            lab.instance({ NetworkInterfaces, SecurityGroupIds: ["sg-0e1a57d0000defa17"] }),
            "InvalidParameterCombination",
        );
    });

    it("R96: a public address comes as the subnet or the request says; it changes with stop and start", async () => {
        const id = await lab.instance();
        const before = (await lab.seeInstance(id)).PublicIpAddress;
        assert.match(before ?? "", /^127\.77\./);
        assert.deepEqual(lab.hardware.addresses.get(id), [before]);
        const NetworkInterfaces = [{ DeviceIndex: 0, SubnetId: SUBNET_A, AssociatePublicIpAddress: false }];
        assert.equal((await lab.seeInstance(await lab.instance({ NetworkInterfaces }))).PublicIpAddress, undefined);
        assert.equal((await lab.seeInstance(await on(await card()))).PublicIpAddress, undefined);
        await lab.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
        await lab.pass(1_000);
        assert.equal((await lab.seeInstance(id)).PublicIpAddress, undefined);
        await lab.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
        await lab.pass(1_000);
        const after = (await lab.seeInstance(id)).PublicIpAddress;
        assert.deepEqual(lab.hardware.addresses.get(id), [after]);
        assert.notEqual(after, before);
    });

    it("R97: an elastic IP takes the place of the address that EC2 gave, and stays with its interface", async () => {
        const allocation = await allocate();
        const id = await card();
        await associate(allocation, id);
        const machine = await on(id);
        const publicIp = (await see(id))?.Association?.PublicIp;
        assert.deepEqual(lab.hardware.addresses.get(machine), [publicIp]);
        await terminate(machine);
        const next = await on(id);
        assert.equal((await lab.seeInstance(next)).PublicIpAddress, publicIp);
        const other = await lab.instance();
        const auto = (await lab.seeInstance(other)).NetworkInterfaces?.[0]?.NetworkInterfaceId ?? "";
        const second = await allocate();
        await associate(second, auto);
        await lab.pass(1_000);
        const seen = (await lab.ec2.send(new DescribeAddressesCommand({ AllocationIds: [second] }))).Addresses?.[0];
        assert.deepEqual(lab.hardware.addresses.get(other), [seen?.PublicIp]);
        assert.equal(seen?.InstanceId, other);
    });

    it("R98: an associated address is neither released nor given away without saying so", async () => {
        const allocation = await allocate();
        const [one, two] = [await card(), await card()];
        const { AssociationId = "" } = await associate(allocation, one);
        assert.equal((await associate(allocation, one)).AssociationId, AssociationId);
        const release = () => lab.ec2.send(new ReleaseAddressCommand({ AllocationId: allocation }));
        await refused(release(), "InvalidIPAddress.InUse");
        await refused(associate(allocation, two), "Resource.AlreadyAssociated");
        await refused(associate(await allocate(), one), "Resource.AlreadyAssociated");
        const again = await associate(allocation, two, true);
        await refused(lab.ec2.send(new DisassociateAddressCommand({ AssociationId })), "InvalidAssociationID.NotFound");
        await lab.ec2.send(new DisassociateAddressCommand({ AssociationId: again.AssociationId }));
        await release();
        await refused(release(), "InvalidAllocationID.NotFound");
    });

    it("R99: five elastic IPs an account", async () => {
        for (let i = 0; i < 5; i++) {
            await allocate();
        }
        await refused(allocate(), "AddressLimitExceeded");
    });

    it("R100: two zones, a subnet in each; an interface takes an address of its subnet", async () => {
        const { AvailabilityZones } = await lab.ec2.send(new DescribeAvailabilityZonesCommand({}));
        assert.deepEqual(
            AvailabilityZones?.map((zone) => zone.ZoneName),
            ["us-east-1a", "us-east-1b"],
        );
        await refused(
            lab.ec2.send(new DescribeAvailabilityZonesCommand({ ZoneNames: ["us-east-1c"] })),
            "InvalidParameterValue",
        );
        await card();
        const { Subnets } = await lab.ec2.send(new DescribeSubnetsCommand({}));
        assert.deepEqual(
            Subnets?.map((subnet) => [subnet.AvailabilityZone, subnet.CidrBlock, subnet.AvailableIpAddressCount]),
            [
                ["us-east-1a", "10.0.1.0/24", 250],
                ["us-east-1b", "10.0.2.0/24", 251],
            ],
        );
    });
});
