import { TAG } from "../../infra/model/names";
import type { Deed, Thing } from "./world";
import { backupCalls, mark, ownSet } from "./backup";
import { asking, DRIVE, made, own, place, untagged, type World } from "./world";

/**
 * Every call that the driver (automation/ec2/client.ts) and the provider make for a drive, with all resources that each names: what
 * the operator must be allowed. The provider is @pulumi/aws 7.48, i.e. terraform-provider-aws v6; its calls were read in its source
 * (internal/service/ec2: ebs_volume.go, ebs_volume_attachment.go, ec2_instance.go, vpc_network_interface.go, vpc_security_group.go,
 * vpc_security_group_*_rule.go, ec2_eip.go, vpc_subnet_data_source.go; October and November 2026). sts:GetCallerIdentity needs no
 * right (STS reference, GetCallerIdentity), and GetInstanceUefiData's refusal is ignored by the provider.
 */
export function calls(world: World): Deed[] {
    const call = world.call.bind(world);
    const deed = (sentence: string, ...made: ReturnType<World["call"]>[]): Deed => ({
        sentence,
        questions: made.flat(),
    });
    const drive = { [TAG.drive]: DRIVE };
    const instance = own("instance");
    const volume = own("volume");
    const group = own("security-group");
    const held = own("network-interface");
    const address = own("elastic-ip");
    const rule = own("security-group-rule");
    const snapshot = own("snapshot");
    const launch = (root: Thing = untagged("volume")): ReturnType<World["call"]> =>
        // The subnet and the group are the interface's; whether EC2 judges them too the reference leaves open, so both are here.
        call("RunInstances", [place("image"), made("instance"), held, root, place("subnet"), group]);
    return [
        deed("init looks for an image, a subnet and a type", ...LOOK_INIT.map((name) => call(name))),
        deed("the driver looks at the world", ...LOOK_DRIVER.map((name) => call(name))),
        deed("the provider reads what it has made", ...LOOK_PROVIDER.map((name) => call(name))),
        deed("the provider reads a burstable server", call("DescribeInstanceCreditSpecifications")),
        deed("status asks how EC2 finds the server", call("DescribeInstanceStatus")),
        deed(
            "the provider reads the server's attributes, its user data too",
            call("DescribeInstanceAttribute", [instance]),
        ),

        deed("create: the door", call("CreateSecurityGroup", [made("security-group"), place("vpc")])),
        deed("create: EC2's own rule of a new group goes", call("RevokeSecurityGroupEgress", [group])),
        deed("create: a way in", call("AuthorizeSecurityGroupIngress", [group, made("security-group-rule")])),
        deed("create: the way out", call("AuthorizeSecurityGroupEgress", [group, made("security-group-rule")])),
        deed(
            "create: the interface",
            call("CreateNetworkInterface", [made("network-interface"), place("subnet"), group]),
        ),
        deed("create: the public address", call("AllocateAddress", [made("elastic-ip")])),
        deed("create: the public address is put on the interface", call("AssociateAddress", [address, held])),
        deed("create: the server, on the interface that is there, its root volume without tags", launch()),
        deed("create: a blank volume", call("CreateVolume", [made("volume", { ...drive, [TAG.slot]: "ba" })])),
        deed("create: a volume is attached", call("AttachVolume", [instance, volume])),

        deed("grow: a volume in place", call("ModifyVolume", [volume])),
        deed(
            "add: a further volume",
            call("CreateVolume", [made("volume", { ...drive, [TAG.slot]: "bc", Name: "content-bc" })]),
            call("AttachVolume", [instance, volume]),
        ),
        deed(
            "copy: a snapshot of the drive's own volume",
            call("CreateSnapshot", [volume, made("snapshot", { ...drive, [TAG.slot]: "ba", [TAG.copy]: "final" })]),
        ),
        deed(
            "copy: the larger volume from the drive's own snapshot",
            call("CreateVolume", [
                snapshot,
                made("volume", { ...drive, [TAG.from]: "snap-0", [TAG.fromVolume]: "vol-0" }),
            ]),
        ),
        deed("copy: the snapshot goes", call("DeleteSnapshot", [snapshot])),
        ...backupCalls(world).filter(({ sentence }) => !/ looks /.test(sentence)),
        deed("drill: a set is marked as verified", call("CreateTags", [mark(ownSet(), "verified")])),
        deed("restore: a set is marked as in use", call("CreateTags", [mark(ownSet(), "in-use")])),
        deed("gc: a set is marked, then each member goes", [
            ...call("CreateTags", [mark(ownSet(), "expiring")]),
            ...call("DeleteSnapshot", [ownSet()]),
        ]),
        deed("replace: what was moved off is detached", call("DetachVolume", [instance, volume])),
        deed(
            "replace: it is noted until when it is kept",
            call("CreateTags", [asking(volume, { [TAG.keptUntil]: "t" })]),
        ),
        deed("replace: a slot is taken back", call("DeleteTags", [asking(volume, { [TAG.keepHours]: "48" })])),
        deed("gc: a kept volume goes", call("DeleteVolume", [volume])),

        deed(
            "rehost: the old server is marked",
            call("CreateTags", [asking(instance, { "elastic-drive:leaving": "t" })]),
        ),
        deed("rehost: it stops", call("StopInstances", [instance])),
        deed("rehost: it is terminated", call("TerminateInstances", [instance])),
        deed("rehost: another one takes the interface", launch(untagged("volume"))),
        deed("up: a server that stands still is started", call("StartInstances", [instance])),
        deed("up: another instance type", call("ModifyInstanceAttribute", [instance])),
        deed("up: metadata options that a hand changed", call("ModifyInstanceMetadataOptions", [instance])),
        deed("up: groups of the interface that a hand changed", call("ModifyNetworkInterfaceAttribute", [held, group])),
        deed("up: a rule that a hand changed", call("ModifySecurityGroupRules", [group, rule])),

        ...[instance, volume, group, held, address, rule, snapshot].map((part) =>
            deed(
                `up: a ${part.type} that was made by an older version gets new tags`,
                call("CreateTags", [asking(part, { "elastic-drive:nonce": "0123456789abcdef", Name: "content-x" })]),
                call("CreateTags", [asking(part, { ...drive, "elastic-drive:nonce": "0123456789abcdef" })]),
            ),
        ),

        deed("destroy: a way in is closed", call("RevokeSecurityGroupIngress", [group])),
        deed("destroy: the public address leaves the interface", call("DisassociateAddress", [address, held])),
        deed("destroy: the public address goes", call("ReleaseAddress", [address])),
        deed("destroy: the interface leaves a server", call("DetachNetworkInterface", [instance, held])),
        deed("destroy: the interface goes", call("DeleteNetworkInterface", [held])),
        deed("destroy: the door goes", call("DeleteSecurityGroup", [group])),
    ];
}

const LOOK_INIT = ["DescribeImages", "DescribeSubnets", "DescribeInstanceTypeOfferings", "DescribeInstanceTypes"];
const LOOK_DRIVER = [
    "DescribeAddresses",
    "DescribeInstances",
    "DescribeNetworkInterfaces",
    "DescribeSecurityGroupRules",
    "DescribeSecurityGroups",
    "DescribeSnapshots",
    "DescribeVolumes",
    "DescribeVolumesModifications",
];
/** Beside those: the address's, the subnet's and the server's own. */
const LOOK_PROVIDER = ["DescribeAddressesAttribute", "DescribeTags", "DescribeVpcs"];
