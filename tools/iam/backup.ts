import { TAG } from "../../infra/model/names";
import type { Deed, Tags, Thing } from "./world";
import { asking, DRIVE, foreign, INTERFACE, made, own, place, untagged, type World } from "./world";

const SET = "20261127T104000Z-3f9a";

/** What a set's members are tagged with in the creating call (automation/backup/tags.ts). */
const SET_TAGS: Tags = {
    Name: `${DRIVE}-${SET}`,
    [TAG.drive]: DRIVE,
    [TAG.nonce]: "0123456789abcdef",
    "elastic-drive:set": SET,
    "elastic-drive:members": "4",
    "elastic-drive:group": "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggggg",
    "elastic-drive:epoch": "20261127T104000Z",
    "elastic-drive:stack": "dev",
    "elastic-drive:by": "nightly",
    "elastic-drive:map.1": "ba:0:u:8/gp3",
    "elastic-drive:map.2": "bb:0:u:8/gp3",
};

/** A member of a set of the drive's. */
export const ownSet = (): Thing => own("snapshot", SET_TAGS);

/** The same thing, with one of the marks that come later. */
export const mark = (thing: Thing, name: "consistency" | "verified" | "in-use" | "expiring"): Thing =>
    asking(thing, { [`elastic-drive:${name}`]: "t" });

const deed = (sentence: string, ...questions: Deed["questions"][]): Deed => ({ sentence, questions: questions.flat() });

/** Every call of EC2 that taking a set needs. */
export function backupCalls(world: World): Deed[] {
    const call = world.call.bind(world);
    return [
        deed(
            "backup: the driver looks at server, volumes and sets",
            ...["DescribeInstances", "DescribeSnapshots", "DescribeVolumes", "DescribeVolumesModifications"].map(
                (name) => call(name),
            ),
        ),
        deed(
            "backup: a set of the drive's own volumes",
            call("CreateSnapshots", [own("instance"), own("volume"), made("snapshot", SET_TAGS)]),
        ),
        deed("backup: the set is marked", call("CreateTags", [mark(ownSet(), "consistency")])),
    ];
}

/** What neither the operator of one drive nor its timer may do. */
export function setAttacks(world: World): Deed[] {
    const call = world.call.bind(world);
    const others: Tags = { ...SET_TAGS, [TAG.drive]: "payroll" };
    const set = (server: Thing, volume: Thing, snapshot: Thing) => call("CreateSnapshots", [server, volume, snapshot]);
    const ours = made("snapshot", SET_TAGS);
    return [
        ...Object.entries({ "stranger's": {}, "second drive's": others }).flatMap(([what, tags]) => [
            deed(
                `set: a ${what} volume on the drive's server is read by a set`,
                set(own("instance"), foreign("volume", tags), ours),
            ),
            deed(`set: of a ${what} server`, set(foreign("instance", tags), own("volume"), ours)),
            deed(
                `set: a ${what} snapshot is claimed`,
                call("CreateTags", [asking(foreign("snapshot", tags), SET_TAGS)]),
            ),
            ...(["consistency", "verified", "in-use", "expiring"] as const).map((name) =>
                deed(
                    `set: a ${what} set is marked ${name}`,
                    call("CreateTags", [mark(foreign("snapshot", tags), name)]),
                ),
            ),
            deed(`set: a ${what} set is deleted`, call("DeleteSnapshot", [foreign("snapshot", tags)])),
        ]),
        deed("set: without a tag", set(own("instance"), own("volume"), untagged("snapshot"))),
        deed("set: as another drive's", set(own("instance"), own("volume"), made("snapshot", others))),
        deed(
            "set: as another drive's, in other letters too",
            set(own("instance"), own("volume"), made("snapshot", { ...others, "ELASTIC-DRIVE:DRIVE": DRIVE })),
        ),
        deed(
            "set: with a tag that means something elsewhere",
            set(own("instance"), own("volume"), made("snapshot", { ...SET_TAGS, Team: "finance" })),
        ),
        deed("set: given to another drive", call("CreateTags", [asking(ownSet(), { [TAG.drive]: "payroll" })])),
        deed("set: shared with another account", call("ModifySnapshotAttribute", [ownSet()])),
        deed("set: unlocked", call("UnlockSnapshot", [ownSet()])),
    ];
}

/** What the timer's host, or whoever stole its key, may not do beside that. */
export function timerAttacks(world: World): Deed[] {
    const call = world.call.bind(world);
    const volume = own("volume");
    const instance = own("instance");
    const retag = (tags: Tags) => call("CreateTags", [asking(ownSet(), tags)]);
    const set = (tags: Tags) => call("CreateSnapshots", [instance, volume, made("snapshot", { ...SET_TAGS, ...tags })]);
    return [
        deed("timer: a set is deleted", call("DeleteSnapshot", [ownSet()])),
        deed("timer: a set is given up for deletion", call("CreateTags", [mark(ownSet(), "expiring")])),
        deed(
            "timer: a set is called verified, so that the verified one goes",
            call("CreateTags", [mark(ownSet(), "verified")]),
        ),
        deed("timer: a set is called in use", call("CreateTags", [mark(ownSet(), "in-use")])),
        deed("timer: the map of a set is changed", retag({ "elastic-drive:map.1": "ba:1:u:8/gp3" })),
        deed("timer: a set becomes a part of another", retag({ "elastic-drive:set": "20261128T104000Z-0000" })),
        deed("timer: a mark comes with another tag", retag({ "elastic-drive:consistency": "t", Name: "x" })),
        deed("timer: a tag of a set is removed", call("DeleteTags", [asking(ownSet(), { "elastic-drive:set": SET })])),
        deed(
            "timer: a copy's snapshot is marked as if it were a set's",
            call("CreateTags", [mark(own("snapshot"), "consistency")]),
        ),
        deed(
            "timer: the drive's volume gets a tag",
            call("CreateTags", [asking(volume, { "elastic-drive:consistency": "t" })]),
        ),
        deed(
            "timer: a volume of the drive that has a set's tag gets a mark",
            call("CreateTags", [mark(own("volume", SET_TAGS), "consistency")]),
        ),
        deed("timer: a set is made as verified", set({ "elastic-drive:verified": "t" })),
        deed("timer: a set is made that older drivers delete", set({ [TAG.copy]: "ahead" })),
        deed("timer: one snapshot alone", call("CreateSnapshot", [volume, made("snapshot", SET_TAGS)])),
        deed("timer: a volume is made from a set", call("CreateVolume", [ownSet(), made("volume")])),
        deed("timer: a blank volume", call("CreateVolume", [made("volume")])),
        deed("timer: a volume is deleted", call("DeleteVolume", [volume])),
        deed("timer: a volume is detached", call("DetachVolume", [instance, volume])),
        deed("timer: a volume is attached", call("AttachVolume", [instance, volume])),
        deed("timer: a volume is modified", call("ModifyVolume", [volume])),
        deed("timer: the server is started", call("StartInstances", [instance])),
        deed("timer: the server is stopped", call("StopInstances", [instance])),
        deed("timer: the server is terminated", call("TerminateInstances", [instance])),
        deed("timer: the server gets other user data", call("ModifyInstanceAttribute", [instance])),
        deed("timer: the server's user data is read", call("DescribeInstanceAttribute", [instance])),
        deed(
            "timer: a server is launched",
            call("RunInstances", [
                place("image"),
                made("instance"),
                { ...own("network-interface"), id: INTERFACE },
                untagged("volume"),
                place("subnet"),
                own("security-group"),
            ]),
        ),
        deed(
            "timer: the door is opened",
            call("AuthorizeSecurityGroupIngress", [own("security-group"), made("security-group-rule")]),
        ),
    ];
}
