import * as assert from "node:assert/strict";
import {
    AuthorizeSecurityGroupEgressCommand,
    AuthorizeSecurityGroupIngressCommand,
    CreateKeyPairCommand,
    CreateNetworkInterfaceCommand,
    CreateSecurityGroupCommand,
    DeleteKeyPairCommand,
    DeleteSecurityGroupCommand,
    DescribeKeyPairsCommand,
    DescribeSecurityGroupRulesCommand,
    DescribeSecurityGroupsCommand,
    ImportKeyPairCommand,
    ModifySecurityGroupRulesCommand,
    RevokeSecurityGroupEgressCommand,
    RevokeSecurityGroupIngressCommand,
    type IpPermission,
} from "@aws-sdk/client-ec2";
import { DEFAULT_GROUP_ID } from "./seeds";
import { refused, SUBNET_A, TestLab } from "./testing";

describe("security groups and keys", () => {
    let lab: TestLab;
    beforeEach(async () => (lab = await TestLab.open()));
    afterEach(() => lab.close());

    const create = async (GroupName: string, Description = "a door") =>
        (await lab.ec2.send(new CreateSecurityGroupCommand({ GroupName, Description }))).GroupId ?? "";
    const remove = (GroupId: string) => lab.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    const see = async (id: string) =>
        (await lab.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }))).SecurityGroups?.[0];
    const ssh = (...cidrs: string[]): IpPermission => ({
        IpProtocol: "tcp",
        FromPort: 22,
        ToPort: 22,
        IpRanges: cidrs.map((CidrIp) => ({ CidrIp })),
    });
    const allow = (GroupId: string, ...IpPermissions: IpPermission[]) =>
        lab.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    const revoke = (GroupId: string, ...IpPermissions: IpPermission[]) =>
        lab.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));

    it("R101: a group's name is its own in the VPC; a new one lets everything out and nothing in", async () => {
        const id = await create("door");
        await refused(create("door"), "InvalidGroup.Duplicate");
        await refused(create("door2", "line\nbreak"), "InvalidParameterValue");
        const seen = await see(id);
        assert.deepEqual(seen?.IpPermissions, []);
        assert.deepEqual(seen?.IpPermissionsEgress?.[0]?.IpRanges, [{ CidrIp: "0.0.0.0/0" }]);
    });

    it("R102: a group is deleted only when no interface and no rule names it; the default one never", async () => {
        const [door, other] = [await create("door"), await create("other")];
        await allow(other, { IpProtocol: "tcp", FromPort: 2049, ToPort: 2049, UserIdGroupPairs: [{ GroupId: door }] });
        await refused(remove(door), "DependencyViolation");
        await lab.ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: SUBNET_A, Groups: [other] }));
        await refused(remove(other), "DependencyViolation");
        await refused(remove(DEFAULT_GROUP_ID), "CannotDelete");
        const free = await create("free");
        await remove(free);
        await refused(see(free), "InvalidGroup.NotFound");
    });

    it("R103: a rule that is there is refused, one that is not there cannot be revoked", async () => {
        const id = await create("door");
        await allow(id, ssh("10.0.0.0/16", "10.1.0.0/16"));
        await refused(allow(id, ssh("10.2.0.0/16", "10.1.0.0/16")), "InvalidPermission.Duplicate", /10\.1\.0\.0\/16/);
        assert.deepEqual((await see(id))?.IpPermissions?.[0]?.IpRanges, [
            { CidrIp: "10.0.0.0/16" },
            { CidrIp: "10.1.0.0/16" },
        ]);
        await revoke(id, ssh("10.0.0.0/16"));
        await refused(revoke(id, ssh("10.0.0.0/16")), "InvalidPermission.NotFound");
    });

    it("R104: a CIDR, protocol or port range that is none is refused; a CIDR is kept in its plain form", async () => {
        const id = await create("door");
        for (const cidr of ["10.0.0.0", "10.0.0.0/33", "300.0.0.0/8", "all"]) {
            await refused(allow(id, ssh(cidr)), "InvalidParameterValue", /malformed/);
        }
        await refused(allow(id, { ...ssh("10.0.0.0/8"), IpProtocol: "tcpx" }), "InvalidParameterValue");
        await refused(allow(id, { ...ssh("10.0.0.0/8"), FromPort: 23 }), "InvalidParameterValue");
        await refused(allow(id, { ...ssh("10.0.0.0/8"), ToPort: 65_536 }), "InvalidParameterValue");
        await refused(allow(id), "MissingParameter");
        await allow(id, ssh("10.0.3.7/16"));
        assert.equal((await see(id))?.IpPermissions?.[0]?.IpRanges?.[0]?.CidrIp, "10.0.0.0/16");
    });

    it("R105: each rule has an id, by which it is described, changed and revoked", async () => {
        const id = await create("door");
        const made = (await allow(id, ssh("10.0.0.0/16"))).SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
        const SecurityGroupRule = {
            IpProtocol: "tcp",
            FromPort: 22,
            ToPort: 22,
            CidrIpv4: "10.9.0.0/16",
            Description: "us",
        };
        const change = { GroupId: id, SecurityGroupRules: [{ SecurityGroupRuleId: made, SecurityGroupRule }] };
        await lab.ec2.send(new ModifySecurityGroupRulesCommand(change));
        const Filters = [{ Name: "group-id", Values: [id] }];
        const rules = (await lab.ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }))).SecurityGroupRules ?? [];
        const rule = rules.find((each) => each.IsEgress === false);
        assert.deepEqual([rule?.SecurityGroupRuleId, rule?.CidrIpv4, rule?.Description], [made, "10.9.0.0/16", "us"]);
        const byId = { GroupId: id, SecurityGroupRuleIds: [made] };
        await lab.ec2.send(new RevokeSecurityGroupIngressCommand(byId));
        await refused(lab.ec2.send(new RevokeSecurityGroupIngressCommand(byId)), "InvalidSecurityGroupRuleId.NotFound");
    });

    it("R106: rules out are kept apart from rules in", async () => {
        const id = await create("door");
        const everything: IpPermission = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
        await lab.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: id, IpPermissions: [everything] }));
        assert.deepEqual((await see(id))?.IpPermissionsEgress, []);
        await lab.ec2.send(
            new AuthorizeSecurityGroupEgressCommand({ GroupId: id, IpPermissions: [ssh("10.0.0.0/8")] }),
        );
        assert.deepEqual((await see(id))?.IpPermissions, []);
    });

    it("R107: so many rules a group", async () => {
        const id = await create("door");
        await allow(id, ssh(...Array.from({ length: 60 }, (_, i) => `10.0.${i}.0/24`)));
        await refused(allow(id, ssh("10.1.0.0/24")), "RulesPerSecurityGroupLimitExceeded");
    });

    it("R108: a key's name is its own; a key that is not in OpenSSH's form is refused", async () => {
        const load = (text: string) =>
            lab.ec2.send(new ImportKeyPairCommand({ KeyName: "k", PublicKeyMaterial: Buffer.from(text) }));
        await refused(load("-----BEGIN PUBLIC KEY-----"), "InvalidKey.Format");
        await load("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==");
        await refused(load("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA=="), "InvalidKeyPair.Duplicate");
        const made = await lab.ec2.send(new CreateKeyPairCommand({ KeyName: "new" }));
        assert.match(made.KeyMaterial ?? "", /^-----BEGIN RSA PRIVATE KEY-----/);
        await lab.ec2.send(new DeleteKeyPairCommand({ KeyName: "k" }));
        await lab.ec2.send(new DeleteKeyPairCommand({ KeyName: "k" }));
        const { KeyPairs } = await lab.ec2.send(new DescribeKeyPairsCommand({}));
        assert.deepEqual(
            KeyPairs?.map((pair) => pair.KeyName),
            ["new"],
        );
        await refused(lab.ec2.send(new DescribeKeyPairsCommand({ KeyNames: ["k"] })), "InvalidKeyPair.NotFound");
    });
});
