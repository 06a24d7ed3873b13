import { TAG } from "../../infra/model/names";
import { setAttacks } from "./backup";
import type { Deed, Tags, Thing } from "./world";
import { ACCOUNT, asking, DRIVE, foreign, made, OTHER_VPC, own, place, untagged, type World } from "./world";

/** What the operator of one drive must not be able to do, with all that would make it easier for him. */
export function attacks(world: World): Deed[] {
    const call = world.call.bind(world);
    const deed = (sentence: string, ...made: ReturnType<World["call"]>[]): Deed => ({
        sentence,
        questions: made.flat(),
    });
    const drive: Tags = { Name: "content-ba", [TAG.drive]: DRIVE };
    const others: Tags = { [TAG.drive]: "payroll", [TAG.slot]: "ba" };
    const noKey: Tags = {};
    const instance = own("instance");
    const group = own("security-group");
    const held = own("network-interface");
    const there = (vpc: string): Thing["facts"] => ({ "ec2:Vpc": world.arn("vpc", vpc) });
    const elsewhere = (thing: Thing): Thing => ({ ...thing, facts: there(OTHER_VPC)! });
    const image = (owner: string): Thing => ({ ...place("image"), facts: { "ec2:Owner": owner } });
    const launch = (change: { image?: Thing; as?: Thing; on?: Thing; root?: Thing; group?: Thing; more?: Thing[] }) =>
        call("RunInstances", [
            change.image ?? place("image"),
            change.as ?? made("instance"),
            change.on ?? held,
            change.root ?? untagged("volume"),
            place("subnet"),
            change.group ?? group,
            ...(change.more ?? []),
        ]);
    const all = { "stranger's": noKey, "stranger's tagged": { Team: "finance" }, "second drive's": others };
    const each = (work: (what: string, tags: Tags) => Deed[]): Deed[] =>
        Object.entries(all).flatMap(([what, tags]) => work(what, tags));
    return [
        ...setAttacks(world),
        // Reading what others have.
        ...each((what, tags) => [
            deed(
                `read: a ${what} volume is claimed by tagging it`,
                call("CreateTags", [asking(foreign("volume", tags), drive)]),
            ),
            deed(
                `read: a ${what} volume is claimed as a server's root volume`,
                call("CreateTags", [asking(foreign("volume", tags), { ...drive, [TAG.part]: "server" })]),
            ),
            deed(`read: a ${what} snapshot is claimed`, call("CreateTags", [asking(foreign("snapshot", tags), drive)])),
            deed(
                `read: a ${what} volume is copied to a snapshot of the drive's`,
                call("CreateSnapshot", [foreign("volume", tags), made("snapshot")]),
            ),
            deed(
                `read: a volume of the drive's is made from a ${what} snapshot`,
                call("CreateVolume", [foreign("snapshot", tags), made("volume")]),
            ),
            deed(
                `read: a server is started with a disk from a ${what} snapshot`,
                launch({ more: [foreign("snapshot", tags)] }),
            ),
            deed(
                `read: a ${what} volume is attached to the drive's server`,
                call("AttachVolume", [instance, foreign("volume", tags)]),
            ),
            deed(
                `read: user data of a ${what} server (keys, passwords)`,
                call("DescribeInstanceAttribute", [foreign("instance", tags)]),
            ),
        ]),
        deed("read: a server is started from an image of the own account", launch({ image: image(ACCOUNT) })),
        deed("read: a server is started from a stranger's image", launch({ image: image("444455556666") })),
        deed(
            "read: the drive's volume goes to a foreign server",
            call("AttachVolume", [foreign("instance"), own("volume")]),
        ),

        deed(
            "read: the drive's snapshot is shared with another account",
            call("ModifySnapshotAttribute", [own("snapshot")]),
        ),
        deed("read: the console of a stranger's server", call("GetConsoleOutput", [foreign("instance")])),

        // Changing or deleting what others have.
        ...each((what, tags) => [
            deed(`harm: a ${what} volume is deleted`, call("DeleteVolume", [foreign("volume", tags)])),
            deed(`harm: a ${what} volume is modified`, call("ModifyVolume", [foreign("volume", tags)])),
            deed(
                `harm: a ${what} volume is detached`,
                call("DetachVolume", [foreign("instance", tags), foreign("volume", tags)]),
            ),
            deed(`harm: a ${what} snapshot is deleted`, call("DeleteSnapshot", [foreign("snapshot", tags)])),
            deed(`harm: a ${what} server is terminated`, call("TerminateInstances", [foreign("instance", tags)])),
            deed(`harm: a ${what} server is stopped`, call("StopInstances", [foreign("instance", tags)])),
            deed(`harm: a ${what} server is started`, call("StartInstances", [foreign("instance", tags)])),
            deed(
                `harm: a ${what} server gets other user data`,
                call("ModifyInstanceAttribute", [foreign("instance", tags)]),
            ),
            deed(
                `harm: a ${what} server's metadata opens`,
                call("ModifyInstanceMetadataOptions", [foreign("instance", tags)]),
            ),
            deed(
                `harm: a ${what} interface is deleted`,
                call("DeleteNetworkInterface", [foreign("network-interface", tags)]),
            ),
            deed(
                `harm: a ${what} interface gets the drive's group`,
                call("ModifyNetworkInterfaceAttribute", [foreign("network-interface", tags), group]),
            ),
            deed(`harm: a ${what} address is released`, call("ReleaseAddress", [foreign("elastic-ip", tags)])),
            deed(
                `harm: a ${what} address is taken over`,
                call("AssociateAddress", [foreign("elastic-ip", tags), held]),
            ),
            deed(
                `harm: a ${what} group is opened`,
                call("AuthorizeSecurityGroupIngress", [foreign("security-group", tags), made("security-group-rule")]),
            ),
            deed(
                `harm: a ${what} group is opened outwards`,
                call("AuthorizeSecurityGroupEgress", [foreign("security-group", tags), made("security-group-rule")]),
            ),
            deed(
                `harm: a ${what} group is closed`,
                call("RevokeSecurityGroupIngress", [foreign("security-group", tags)]),
            ),
            deed(
                `harm: a rule of a ${what} group is changed`,
                call("ModifySecurityGroupRules", [
                    foreign("security-group", tags),
                    foreign("security-group-rule", tags),
                ]),
            ),
            deed(`harm: a ${what} group is deleted`, call("DeleteSecurityGroup", [foreign("security-group", tags)])),
            deed(
                `harm: tags of a ${what} volume are deleted`,
                call("DeleteTags", [asking(foreign("volume", tags), { [TAG.slot]: "ba" })]),
            ),
            deed(
                `harm: a ${what} volume gets a tag of the driver's`,
                call("CreateTags", [asking(foreign("volume", tags), { [TAG.keptUntil]: "2026-01-01" })]),
            ),
        ]),
        deed(
            "door: the interface is put behind a foreign group",
            call("ModifyNetworkInterfaceAttribute", [held, foreign("security-group")]),
        ),
        deed(
            "door: an interface is made in a foreign group",
            call("CreateNetworkInterface", [made("network-interface"), place("subnet"), foreign("security-group")]),
        ),
        deed("door: a server is started in a foreign group", launch({ group: foreign("security-group") })),

        // Leaving the drive's tag or its place.
        deed("tag: the drive's volume becomes another drive's", call("CreateTags", [asking(own("volume"), others)])),
        deed(
            "tag: its tag is changed, in other letters",
            call("CreateTags", [asking(own("volume"), { "Elastic-Drive:Drive": "payroll" })]),
        ),
        deed(
            "tag: the drive's server gets a tag that means something elsewhere",
            call("CreateTags", [asking(instance, { Team: "finance" })]),
        ),
        deed("tag: the drive's tag is removed", call("DeleteTags", [asking(own("volume"), { [TAG.drive]: DRIVE })])),
        deed("tag: all tags are removed by naming none", call("DeleteTags", [asking(own("volume"), noKey)])),
        deed(
            "tag: a tag that is not the drive's is removed",
            call("DeleteTags", [asking(own("volume"), { CostCenter: "7" })]),
        ),
        deed("tag: a server without a tag", launch({ as: untagged("instance") })),
        deed("tag: a server as another drive's", launch({ as: made("instance", others) })),
        deed(
            "tag: a server whose tag is written otherwise",
            launch({ as: made("instance", { "ELASTIC-DRIVE:DRIVE": DRIVE }) }),
        ),
        deed("tag: a disk for another drive comes with a server", launch({ root: made("volume", others) })),
        deed(
            "tag: a server with a tag that means something elsewhere",
            launch({ as: made("instance", { ...drive, Team: "finance" }) }),
        ),
        deed("tag: a volume without a tag", call("CreateVolume", [untagged("volume")])),
        deed("tag: a volume as another drive's", call("CreateVolume", [made("volume", others)])),
        deed(
            "tag: a volume with both drives' tags",
            call("CreateVolume", [made("volume", { ...others, "ELASTIC-DRIVE:DRIVE": DRIVE })]),
        ),
        deed("tag: a snapshot without a tag", call("CreateSnapshot", [own("volume"), untagged("snapshot")])),
        deed("tag: a snapshot as another drive's", call("CreateSnapshot", [own("volume"), made("snapshot", others)])),
        deed("tag: a group without a tag", call("CreateSecurityGroup", [untagged("security-group"), place("vpc")])),
        deed(
            "tag: a rule as another drive's",
            call("AuthorizeSecurityGroupIngress", [group, made("security-group-rule", others)]),
        ),
        deed("tag: an address without a tag", call("AllocateAddress", [untagged("elastic-ip")])),
        deed(
            "tag: an interface without a tag",
            call("CreateNetworkInterface", [untagged("network-interface"), place("subnet"), group]),
        ),
        deed("place: a server on an interface of another VPC", launch({ on: elsewhere(foreign("network-interface")) })),
        deed(
            "place: an interface in another VPC",
            call("CreateNetworkInterface", [made("network-interface"), elsewhere(place("subnet")), group]),
        ),
        deed(
            "place: a group in another VPC",
            call("CreateSecurityGroup", [made("security-group"), { type: "vpc", id: OTHER_VPC }]),
        ),
        deed("login: the server gets a role of the account", call("AssociateIamInstanceProfile", [instance])),
        deed("login: a server with a key pair of the account", launch({ more: [foreign("key-pair")] })),
    ];
}

/** What only a policy stops that names types and the interface. */
export function narrowAttacks(world: World): Deed[] {
    const call = world.call.bind(world);
    const huge = { "ec2:InstanceType": "p5.48xlarge" };
    const launch = (change: { as?: Thing; on?: Thing }) =>
        call("RunInstances", [
            place("image"),
            change.as ?? made("instance"),
            change.on ?? own("network-interface"),
            untagged("volume"),
            place("subnet"),
            own("security-group"),
        ]);
    return [
        { sentence: "cost: a server of another type", questions: launch({ as: { ...made("instance"), facts: huge } }) },
        {
            sentence: "cost: the server is started as another type",
            questions: call("StartInstances", [{ ...own("instance"), facts: huge }]),
        },
        {
            sentence: "place: a server on somebody's free interface in the same VPC",
            questions: launch({ on: foreign("network-interface") }),
        },
    ];
}
