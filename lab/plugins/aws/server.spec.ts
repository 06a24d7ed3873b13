import * as assert from "node:assert/strict";
import { InitializationFailed } from "../protocol/plugin";
import { eip, eipAssociation } from "./address";
import { Harness } from "./harness.testing";
import { instance } from "./instance";
import { networkInterface } from "./interface";
import { securityGroup } from "./security-group";
import { securityGroupRule } from "./security-group-rule";

const ami = "ami-0e1a57d0000deb13a";
const subnetId = "subnet-0e1a57d000000000a";
const SSH = {
    protocol: "tcp",
    fromPort: 22,
    toPort: 22,
    cidrBlocks: ["10.0.0.0/16", "10.1.0.0/16"],
    description: "ssh",
};

describe("aws plugin: server, interface, address, security groups", () => {
    let harness: Harness;
    beforeEach(async () => (harness = await Harness.open()));
    afterEach(() => harness.lab.close());

    const server = { ami, instanceType: "m7i.large", subnetId, userData: "#cloud-config\n" };
    const isGone = async (
        what: { id: string; state: object; inputs: object },
        definition: typeof instance,
    ): Promise<boolean> => {
        const { id, state, inputs } = what;
        return (
            (await harness.resource(definition).read(id, { ...state }, { ...inputs }, harness.context)) === undefined
        );
    };

    it("runs a server and sees no difference; a terminated one is gone", async () => {
        const rootBlockDevice = { volumeSize: 10, volumeType: "gp3", encrypted: true, tags: { Name: "root" } };
        const inputs = { ...server, rootBlockDevice, metadataOptions: { httpTokens: "required" }, tags: { a: "b" } };
        const made = await harness.make(instance, inputs);
        assert.deepEqual(harness.paths(instance, made, inputs), []);
        assert.deepEqual([made.state["userData"], made.state["instanceState"]], ["#cloud-config\n", "running"]);
        assert.equal(await isGone(made, instance), false);
        await harness.resource(instance).delete(made.id, made.state, harness.context);
        assert.equal(await isGone(made, instance), true);
    });

    it("replaces for another image, changes the type by stop and start, user data too unless told to replace", async () => {
        const made = await harness.make(instance, server);
        const paths = (more: object): string[] => harness.paths(instance, made, { ...server, ...more });
        assert.deepEqual(paths({ ami: "ami-1", keyName: "k" }), ["ami!", "keyName!"]);
        assert.deepEqual(paths({ userData: "x" }), ["userData"]);
        assert.deepEqual(paths({ userData: "x", userDataReplaceOnChange: true }), [
            "userData!",
            "userDataReplaceOnChange",
        ]);
        const changed = await harness.change(instance, made, {
            ...server,
            instanceType: "m5.large",
            disableApiTermination: true,
        });
        assert.deepEqual(
            [changed["instanceType"], changed["instanceState"], changed["disableApiTermination"]],
            ["m5.large", "running", true],
        );
        const powers = harness.lab.hardware.log
            .filter((line) => line.startsWith("power"))
            .map((line) => line.split(" ")[0]);
        assert.deepEqual(powers, ["powerOn", "powerOff", "powerOn"]);
        await assert.rejects(
            harness.resource(instance).delete(made.id, changed, harness.context),
            /api error OperationNotPermitted/,
        );
        await harness.resource(instance).delete(made.id, { ...changed, forceDestroy: true }, harness.context);
    });

    it("hands the interface and its address from a dead server to the next", async () => {
        const card = await harness.make(networkInterface, {
            subnetId,
            privateIps: ["10.0.1.10"],
            description: "drive",
        });
        const inputs = { ami, instanceType: "m7i.large", primaryNetworkInterface: { networkInterfaceId: card.id } };
        const address = await harness.make(eip, { domain: "vpc" });
        const place = { allocationId: address.id, networkInterfaceId: card.id };
        const association = await harness.make(eipAssociation, place);
        const first = await harness.make(instance, inputs);
        assert.deepEqual(harness.paths(instance, first, inputs), []);
        await harness.resource(instance).delete(first.id, first.state, harness.context);
        const second = await harness.make(instance, inputs);
        assert.deepEqual(
            [second.state["privateIp"], second.state["publicIp"]],
            ["10.0.1.10", address.state["publicIp"]],
        );
        assert.equal(await isGone(association, eipAssociation), false);
        assert.deepEqual(harness.paths(eipAssociation, association, place), []);
    });

    it("refuses what the interface decides, networkInterfaces, and an instance type EC2 does not have", async () => {
        const primaryNetworkInterface = { networkInterfaceId: "eni-1" };
        await assert.rejects(
            harness.make(instance, { ...server, primaryNetworkInterface }),
            /subnetId: conflicts with primaryNetworkInterface/,
        );
        await assert.rejects(
            harness.make(instance, { ...server, networkInterfaces: [] }),
            /does not know 'networkInterfaces'/,
        );
        await assert.rejects(
            harness.make(instance, { ...server, instanceType: "m7i.tiny" }),
            (error: unknown) =>
                !(error instanceof InitializationFailed) &&
                /^creating EC2 Instance: .*RunInstances/.test(String((error as Error).message)),
        );
    });

    it("takes the open way out of a new group, and aligns inline rules with the least calls", async () => {
        const bare = await harness.make(securityGroup, { vpcId: undefined, description: "x" }, "door");
        assert.deepEqual([bare.state["egress"], bare.state["ingress"]], [[], []]);
        assert.match(String(bare.state["name"]), /^door-[0-9a-f]{7}$/);
        const inputs = { name: "inline", description: "x", ingress: [SSH] };
        const made = await harness.make(securityGroup, inputs);
        assert.deepEqual(harness.paths(securityGroup, made, inputs), []);
        const wider = { ...inputs, ingress: [{ ...SSH, cidrBlocks: ["10.1.0.0/16", "10.2.0.0/16"] }] };
        assert.deepEqual(harness.paths(securityGroup, made, wider), ["ingress"]);
        const changed = await harness.change(securityGroup, made, wider);
        assert.deepEqual(harness.paths(securityGroup, { ...made, state: changed }, wider), []);
        assert.deepEqual(harness.paths(securityGroup, made, { ...inputs, description: "y" }), ["description!"]);
    });

    it("makes, changes and takes away single rules in both directions", async () => {
        const group = await harness.make(securityGroup, { description: "x" });
        const inputs = {
            securityGroupId: group.id,
            ipProtocol: "tcp",
            fromPort: 2049,
            toPort: 2049,
            cidrIpv4: "10.0.0.0/16",
        };
        const rule = await harness.make(securityGroupRule("Ingress"), inputs);
        const all = await harness.make(securityGroupRule("Egress"), {
            securityGroupId: group.id,
            ipProtocol: "-1",
            cidrIpv4: "0.0.0.0/0",
        });
        assert.deepEqual(harness.paths(securityGroupRule("Egress"), all, all.inputs), []);
        const narrower = { ...inputs, cidrIpv4: "10.0.1.0/24", description: "web" };
        assert.deepEqual(harness.paths(securityGroupRule("Ingress"), rule, narrower), ["cidrIpv4", "description"]);
        const changed = await harness.change(securityGroupRule("Ingress"), rule, narrower);
        assert.deepEqual([changed["cidrIpv4"], changed["description"]], ["10.0.1.0/24", "web"]);
        await harness.resource(securityGroupRule("Ingress")).delete(rule.id, changed, harness.context);
        assert.equal(await isGone(rule, securityGroupRule("Ingress")), true);
        await assert.rejects(
            harness.make(securityGroupRule("Ingress"), { ...inputs, cidrIpv6: "::/0" }),
            /exactly one of/,
        );
    });

    it("lives through throttling and a lost answer without doubling anything", async () => {
        harness.lab.faults.add({ action: "RunInstances", kind: "lost-after", count: 1 });
        harness.lab.faults.add({ action: "DescribeInstances", kind: "throttle", count: 2 });
        const made = await harness.make(instance, server);
        assert.deepEqual(Object.keys(harness.lab.lab.state.instances), [made.id]);
    });
});
