"""What LVM has written on the disks of this server, read from the disks themselves: LVM shows one of two equal physical volumes, and
not by which rule. Its on-disk format: lvm2, lib/format_text/layout.h. disks.py, which comes behind it, judges what is found.
"""

import os
import re
import struct
import zlib
from typing import Iterator, NamedTuple, Optional, Union

SECTOR = 512


class Metadata(NamedTuple):
    """What one disk says of its group."""

    group: str
    id: str
    seqno: int
    members: frozenset[str]
    tags: tuple[str, ...]
    checksum: int


class Device(NamedTuple):
    """A disk or a part of one; `pv` is the UUID of the physical volume on it, without dashes; `used` what its label says."""

    path: str
    serial: str
    whole: bool = True
    pv: Optional[str] = None
    metadata: Optional[Metadata] = None
    used: bool = False

    def __str__(self) -> str:
        return f"{self.path} ({volume(self.serial)})"


def crc(data: bytes) -> int:
    return zlib.crc32(data, 0xF597A6CF ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def label_of(head: bytes) -> Optional[tuple[str, list[int], bool]]:
    """The label in the first four sectors: UUID, where the metadata areas begin, whether a group has said that it uses it."""
    for at in range(0, min(len(head), 4 * SECTOR), SECTOR):
        sector = head[at : at + SECTOR]
        if sector[:8] != b"LABELONE" or len(sector) < SECTOR:
            continue
        number, checksum, offset = struct.unpack_from("<QII", sector, 8)
        if number != at // SECTOR or checksum != crc(sector[20:]) or sector[24:32] != b"LVM2 001":
            continue
        uuid = sector[offset : offset + 32].decode("ascii", "replace")
        lists: list[list[int]] = [[], []]  # areas of data, areas of metadata
        place = offset + 40
        for areas in lists:
            while place + 16 <= SECTOR:
                start, _ = struct.unpack_from("<QQ", sector, place)
                place += 16
                if start == 0:
                    break
                areas.append(start)
        version, flags = struct.unpack_from("<II", sector, place) if place + 8 <= SECTOR else (0, 0)
        return uuid, lists[1], version > 0 and flags & 1 == 1
    return None


def metadata_at(disk: int, start: int) -> Optional[Metadata]:
    """The committed metadata of one area; None where there is none, or none that can be trusted."""
    header = os.pread(disk, SECTOR, start)
    if len(header) < SECTOR or header[4:20] != b" LVM2 x[5A%r0N*>":
        return None
    if struct.unpack_from("<I", header)[0] != crc(header[4:]):
        return None
    area = struct.unpack_from("<Q", header, 32)[0]
    offset, size, checksum = struct.unpack_from("<QQI", header, 40)
    if offset == 0 or size == 0 or size > area or offset > area:
        return None
    first = min(size, area - offset)  # a ring: what does not fit goes on behind the header
    text = os.pread(disk, first, start + offset) + os.pread(disk, size - first, start + SECTOR)
    return metadata_of(text, checksum) if crc(text) == checksum else None


def metadata_of(text: bytes, checksum: int) -> Optional[Metadata]:
    for name, group in parsed(text.rstrip(b"\0").decode("utf-8", "replace")).items():
        if not isinstance(group, dict) or "physical_volumes" not in group:
            continue
        volumes = group["physical_volumes"]
        entries = volumes.values() if isinstance(volumes, dict) else ()
        members = frozenset(plain(str(entry["id"])) for entry in entries if isinstance(entry, dict))
        tags = group.get("tags", [])
        return Metadata(
            group=name,
            id=plain(str(group["id"])),
            seqno=int(str(group["seqno"])),
            members=members,
            tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
            checksum=checksum,
        )
    return None


Value = Union[str, list[str], dict[str, "Value"]]
TOKEN = re.compile(r'\s+|#[^\n]*|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<word>[^\s{}\[\]=,"#]+)|(?P<sign>[{}\[\]=,])')


def parsed(text: str) -> dict[str, Value]:
    tokens = [match for match in TOKEN.finditer(text) if match.lastgroup]
    section, _ = parsed_section(tokens, 0)
    return section


def parsed_section(tokens: list[re.Match[str]], at: int) -> tuple[dict[str, Value], int]:
    found: dict[str, Value] = {}
    while at < len(tokens) and tokens[at][0] != "}":
        name, sign = tokens[at][0], tokens[at + 1][0]
        if sign == "{":
            found[name], at = parsed_section(tokens, at + 2)
        elif tokens[at + 2][0] == "[":
            values, at = [], at + 3
            while tokens[at][0] != "]":
                if tokens[at][0] != ",":
                    values.append(value(tokens[at]))
                at += 1
            found[name], at = values, at + 1
        else:
            found[name], at = value(tokens[at + 2]), at + 3
    return found, at + 1


def value(token: re.Match[str]) -> str:
    return re.sub(r"\\(.)", r"\1", token["text"]) if token.lastgroup == "text" else token[0]


def plain(uuid: str) -> str:
    return uuid.replace("-", "")


def devices(sys_block: str, dev: str) -> list[Device]:
    return [found for name in sorted(os.listdir(sys_block)) for found in devices_of(sys_block, dev, name)]


def devices_of(sys_block: str, dev: str, name: str) -> Iterator[Device]:
    home = os.path.join(sys_block, name)
    if re.match(r"dm-|ram|zram|sr|fd", name) or line(home, "hidden") == "1":
        return
    serial = line(home, "serial") or line(home, "device/serial")  # virtio keeps it at the disk, NVMe at its controller
    parts = [part for part in sorted(os.listdir(home)) if os.path.exists(os.path.join(home, part, "partition"))]
    for part in [name, *parts]:
        yield read_device(os.path.join(dev, part), serial, part == name)


def read_device(path: str, serial: str, whole: bool) -> Device:
    try:
        disk = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return Device(path, serial, whole)  # an empty loop device, or one that has just gone
    try:
        label = label_of(os.pread(disk, 4 * SECTOR, 0))
        if label is None:
            return Device(path, serial, whole)
        uuid, areas, used = label
        copies = [found for found in (metadata_at(disk, start) for start in areas) if found is not None]
        newest = max(copies, key=lambda copy: copy.seqno, default=None)
        return Device(path, serial, whole, plain(uuid), newest, used)
    except (OSError, KeyError, ValueError, IndexError):
        return Device(path, serial, whole)
    finally:
        os.close(disk)


def line(*parts: str) -> str:
    try:
        with open(os.path.join(*parts), encoding="ascii", errors="replace") as file:
            return file.readline().strip()
    except OSError:
        return ""


def volume(serial: str) -> str:
    if re.fullmatch(r"vol[0-9a-f]+", serial):
        return f"vol-{serial[3:]}"
    return f"serial {serial}" if serial else "no serial"


def dashed(uuid: str) -> str:
    ends = (0, 6, 10, 14, 18, 22, 26, 32)
    return "-".join(uuid[start:end] for start, end in zip(ends, ends[1:]))
