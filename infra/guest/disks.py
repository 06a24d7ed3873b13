"""The right disks: nothing of the drive is activated unless every physical volume that LVM's newest metadata names is there
exactly once, on the serial that `join` recorded for it, and nothing else of such a group is on the server.

`look` says what it finds; `alone` refuses only a physical volume that is there twice; `activate` is what the unit runs: an older copy of
the metadata on a recorded disk is LVM's own interrupted write and is brought up to date, then the group is activated on the recorded
disks alone. Exit code 0: all is right. 3: refused. 4: not yet (a disk is missing, or the group is put aside). JSON says which, and why.
"""

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple, Optional

if TYPE_CHECKING:
    from labels import Device, Metadata, dashed, devices, line, plain, volume

GROUP = "elastic_drive"
ASIDE = "elastic-drive:aside="
VOLUMES = ("state", "content")
MAPPER = f"{GROUP}-"
REPORT = "/run/elastic-drive/disks.json"
COPY = "/run/elastic-drive/group"
EXIT = {"right": 0, "refused": 3, "waiting": 4}


class Verdict(NamedTuple):
    """`state`: right, refused, or waiting for what may come by itself. `wrong`: serials of disks that do not belong there."""

    state: str
    code: str = ""
    seen: str = ""
    expected: str = ""
    hint: str = ""
    wrong: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    outdated: bool = False
    bare: bool = False


def recorded_in(path: str) -> Optional[dict[str, str]]:
    """Serial → UUID of the physical volume, as `join` wrote it; None where there is no list."""
    try:
        with open(path, encoding="ascii") as file:
            return {serial: plain(uuid) for serial, uuid in (entry.split() for entry in file if entry.strip())}
    except OSError:
        return None


def judge(recorded: Optional[dict[str, str]], found: "list[Device]") -> Verdict:
    """Pure: of what is recorded and what is there, whether it may be mounted, and on which disks."""
    if recorded is None:
        return Verdict("waiting", "NoList", "no list of the drive's disks", "the list that join writes", "elastic-drive up writes it")
    ours = [one for one in found if one.pv is not None and recorded.get(one.serial) == one.pv and one.whole]
    return judged(recorded, found, ours)._replace(devices=tuple(one.path for one in ours))


def judged(recorded: dict[str, str], found: "list[Device]", ours: "list[Device]") -> Verdict:
    twice = [str(one) for one in found if one.whole and one.serial in recorded and count(found, one.serial) > 1]
    if twice:
        return refused(f"{both(twice)} answer to one serial", "one disk a serial", "stop and start the server: its volumes are attached anew")
    groups = [one.metadata for one in ours if one.metadata is not None and one.metadata.group == GROUP]
    newest = max(groups, key=lambda metadata: metadata.seqno, default=None)
    wrong = strangers(recorded, found, ours, newest)
    if wrong:
        names = both([f"{one} {why}" for one, why in wrong])
        strange = tuple(sorted({one.serial for one, _ in wrong}))
        there = refused(
            names,
            "each physical volume of the drive once, on the disk recorded for it",
            f"detach {both([volume(serial) for serial in strange])} from this server: its data can be read on another server",
        )
        return there._replace(wrong=strange)
    if newest is None:
        return Verdict("waiting", "NoGroup", "no recorded disk holds the drive", "the drive's volumes", "elastic-drive up")
    return whole(recorded, ours, newest)


def whole(recorded: dict[str, str], ours: "list[Device]", newest: "Metadata") -> Verdict:
    split = [one for one in ours if one.metadata and differs(one.metadata, newest, one.pv in newest.members)]
    if split:
        return refused(
            f"{both([str(one) for one in split])} and the other disks have changed apart from each other",
            "one drive",
            "one of these volumes was in use on another server: detach it, and restore the drive from one backup",
        )
    there = {one.pv for one in ours}
    missing = sorted(newest.members - there)
    unknown = [pv for pv in missing if pv not in recorded.values()]
    if unknown:
        return refused(
            f"the drive names {both([dashed(pv) for pv in unknown])}, which is on no disk that was recorded",
            "the recorded disks alone",
            "somebody extended the group by hand: attach that disk, and see elastic-drive status",
        )
    if missing:
        names = both([f"{volume(serial)} ({dashed(pv)})" for serial, pv in recorded.items() if pv in missing])
        return Verdict("waiting", "VolumeMissing", f"{names} is not there", "all volumes of the drive", "attach it again: the drive is mounted then")
    if any(tag.startswith(ASIDE) for tag in newest.tags):
        return Verdict("waiting", "PutAside", "the drive is put aside for a copy", "the end of the copy", "elastic-drive up goes on with it")
    bare = any(one.pv in newest.members and one.metadata is None and not one.used for one in ours)
    older = [one for one in ours if one.metadata is not None and one.metadata.seqno < newest.seqno]
    damaged = [one for one in ours if one.pv in newest.members and one.metadata is None and one.used]
    return Verdict("right", outdated=bool(older or damaged), bare=bare)


def strangers(
    recorded: dict[str, str], found: "list[Device]", ours: "list[Device]", newest: "Optional[Metadata]"
) -> "list[tuple[Device, str]]":
    """What carries a physical volume of the drive, or a group like it, and is not the disk recorded for it."""
    named = {*recorded.values(), *(newest.members if newest else ())}
    wrong = []
    for one in found:
        if one in ours or one.pv is None:
            continue
        if one.pv in named:
            wrong.append((one, f"holds the physical volume {dashed(one.pv)} of {owner(recorded, one.pv)}"))
        elif one.metadata is not None and newest is not None and one.metadata.id == newest.id:
            wrong.append((one, "was part of the drive and is not recorded"))
        elif one.metadata is not None and one.metadata.group == GROUP:
            wrong.append((one, f"holds another drive ({dashed(one.metadata.id)})"))
    return wrong


def differs(one: "Metadata", newest: "Metadata", is_member: bool) -> bool:
    if one.id != newest.id:
        return is_member or one.group == GROUP
    return one.seqno == newest.seqno and one.checksum != newest.checksum


def owner(recorded: dict[str, str], pv: str) -> str:
    return both([volume(serial) for serial, on in recorded.items() if on == pv]) or "no recorded volume"


def count(found: "list[Device]", serial: str) -> int:
    return sum(1 for one in found if one.whole and one.serial == serial)


def both(names: list[str]) -> str:
    return " and ".join(names)


def refused(seen: str, expected: str, hint: str) -> Verdict:
    return Verdict("refused", "DisksRefused", seen, expected, hint)


# --- what the unit does ---


def activate(verdict: Verdict) -> str:
    """On the recorded disks alone: a disk that comes in between is not seen. What failed, or nothing."""
    only = ["--devices", ",".join(verdict.devices)]
    if verdict.bare and not any(map(is_active, VOLUMES)):
        give_copy(only)
    try:
        if verdict.outdated:
            say("metadata of a recorded disk is older: brought up to date")
            lvm("vgck", "--updatemetadata", *only, GROUP)
        if not all(map(is_active, VOLUMES)):
            lvm("vgchange", "-q", "-ay", *only, GROUP)
        if not all(map(is_active, VOLUMES)):  # a rename that was cut off is in LVM's records and not yet in the kernel
            lvm("vgchange", "-q", "--refresh", *only, GROUP)
    except subprocess.CalledProcessError as error:
        return str(error)
    subprocess.run(["udevadm", "settle", "--timeout=30"], check=False)
    return ""


def give_copy(only: list[str]) -> None:
    """
    vgextend was cut off before it reached the new disk. LVM repairs that disk's label with its next write, and never writes metadata to it
    afterwards (seen with 2.03.16): this comes before. Without it all is as safe, but the disk could not be the last one that stays.
    """
    say("a new disk has no metadata yet: it is written there too")
    try:
        lvm("vgcfgbackup", "-q", *only, "-f", COPY, GROUP)
        lvm("vgcfgrestore", "-q", *only, "-f", COPY, GROUP)
    except subprocess.CalledProcessError as error:
        say(str(error))


def is_active(name: str) -> bool:
    return os.path.exists(f"/dev/{GROUP}/{name}")


def lvm(*command: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def misplaced(allowed: tuple[str, ...]) -> list[str]:
    """Volumes of the group that are active on another disk than a recorded one."""
    lower = lower_devices("/sys/block")
    names = {os.path.basename(path) for path in allowed}
    return [name for name, disks in lower.items() if name.startswith(MAPPER) and not disks <= names]


def lower_devices(sys_block: str) -> dict[str, set[str]]:
    """Name of a mapping → the disks below it, through whatever lies between."""

    def below(node: str) -> set[str]:
        slaves = os.path.join(sys_block, node, "slaves")
        found = os.listdir(slaves) if os.path.isdir(slaves) else []
        return set().union(*(below(slave) if slave.startswith("dm-") else {slave} for slave in found))

    nodes = [node for node in os.listdir(sys_block) if node.startswith("dm-")]
    return {line(sys_block, node, "dm", "name"): below(node) for node in nodes}


def say(text: str) -> None:
    print(f"elastic-drive: {text}", file=sys.stderr, flush=True)


def announce(verdict: Verdict) -> None:
    """To the journal and the console, each once: the unit looks again and again."""
    text = json.dumps(verdict._asdict())
    if line(REPORT) == text:
        return
    with open(f"{REPORT}.new", "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
    os.replace(f"{REPORT}.new", REPORT)
    if verdict.state != "right":
        say(f"the drive is not mounted: {in_words(verdict)}")


def in_words(verdict: Verdict) -> str:
    return f"{verdict.seen}; expected: {verdict.expected}; {verdict.hint} ({verdict.code})"


def main(what: str, recorded: str, sys_block: str = "/sys/block", dev: str = "/dev") -> int:
    found = devices(sys_block, dev)
    known = recorded_in(recorded)
    verdict = twice(known or {}, found) if what == "alone" else judge(known, found)
    if what == "activate":
        os.makedirs(os.path.dirname(REPORT), exist_ok=True)
        wrong = misplaced(verdict.devices)
        for name in wrong:  # by an event, before anyone looked; what is in use stays and is refused
            say(f"{name} was active on a disk that is not recorded: taken away")
            subprocess.run(["dmsetup", "remove", name], check=False)
        if verdict.state == "right":
            failure = activate(verdict)
            verdict = made(judge(known, devices(sys_block, dev)), failure)
        announce(verdict)
    elif verdict.state != "right":
        say(f"refused: {in_words(verdict)}")  # as every verb does: the driver reads this line
    print(json.dumps(verdict._asdict()))
    return EXIT[verdict.state]


def made(verdict: Verdict, failure: str) -> Verdict:
    """After a second look at the disks, one at the kernel: what is active lies on the recorded ones."""
    if failure:
        return refused(failure, "an active group", "journalctl -u elastic-drive-disks.service has what LVM says")
    if verdict.state != "right":
        return verdict  # it changed meanwhile
    wrong = misplaced(verdict.devices)
    if wrong:
        seen = f"{both(wrong)} is in use on a disk that is not recorded"
        return refused(seen, "the recorded disks alone", "reboot the server: nothing is activated before the disks have been looked at")
    absent = [name for name in VOLUMES if not is_active(name)]
    if absent:
        return Verdict("waiting", "NotMade", f"{both(absent)} is not there", "a drive that was made", "elastic-drive up makes it")
    return verdict


def twice(recorded: dict[str, str], found: "list[Device]") -> Verdict:
    """What LVM hides: it shows one of two equal physical volumes, whatever is recorded."""
    pvs = [one.pv for one in found if one.pv in recorded.values() or (one.metadata and one.metadata.group == GROUP)]
    doubled = [one for one in found if one.pv is not None and pvs.count(one.pv) > 1]
    if not doubled:
        return Verdict("right")
    names = both([f"{one} holds {dashed(one.pv or '')}" for one in doubled])
    return refused(names, "each physical volume once", "detach the one that is no volume of this drive: elastic-drive status shows the drive's own")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
