"""The form of a backup: a gzipped tar of the files of a data directory, and behind them the list of all of them with
their checksums. A file without its list is torn, one that differs from it is damaged or was tampered with.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tarfile
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from hanse.errors import EnvironmentFault, EvidenceError, InputError

FORMAT = "hanse-backup/1"
LIST = "hanse-backup.json"
LONGEST_LIST = 256 << 20
"""Bytes; a file of the ledger takes about 150 of them."""

CHUNK = 1 << 20
"""Bytes that are copied at a time."""

# A part of a name holds no slash, backslash, colon or control sign and is not all dots, so that no name leads out of
# the directory it is put in, on any system.
_PART = r"(?!\.+(?:/|$))[^\x00-\x1f/\\:]{1,255}"
_NAME = re.compile(rf"{_PART}(?:/{_PART}){{0,31}}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file. name: relative to the data directory, with slashes; size: bytes; mode: permission bits, of the owner,
    the group and all others; sha256: hexadecimal."""

    name: str
    size: int
    mode: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What a backup holds. created: ISO 8601, UTC; league: its address on the chain."""

    created: str
    league: str
    files: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(entry.size for entry in self.files)

    def encode(self) -> bytes:
        """As it lies in the archive."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1).encode()

    @classmethod
    def decode(cls, data: bytes) -> Listing:
        """Raises ValueError, KeyError, TypeError or RecursionError for what is none."""
        value = json.loads(data)
        if value["format"] != FORMAT:
            raise ValueError(value["format"])
        files = tuple(Entry(str(f["name"]), int(f["size"]), int(f["mode"]), str(f["sha256"])) for f in value["files"])
        return cls(str(value["created"]), str(value["league"]), files)


def fits(name: str) -> bool:
    """Whether a file of that name can be in a backup."""
    return bool(_NAME.fullmatch(name)) and name.isprintable() and name != LIST


Put = Callable[[str, int], AbstractContextManager[IO[bytes]]]
"""Opens a file of that name with those permission bits for what is read of it."""


def read(file: Path, put: Put | None = None) -> Listing:
    """Reads a backup from the first byte to the last and holds every file against the list. put: gets the contents, as
    they come by; without it they are only checked.

    Raises InputError without the file, EvidenceError for one that is torn, damaged or was tampered with,
    EnvironmentFault if `put` or the disk fails.
    """
    if not file.is_file():
        raise InputError("there is no such file", where=str(file))
    try:
        with file.open("rb") as raw, gzip.GzipFile(fileobj=raw, mode="rb") as stream:
            listing = _read(file, stream, put)
            while rest := stream.read(CHUNK):  # to the end, where gzip's own checksum is
                if rest.strip(b"\x00"):
                    raise damaged(file, "something follows its end")
            return listing
    except (gzip.BadGzipFile, EOFError, zlib.error, tarfile.TarError, UnicodeDecodeError):
        raise damaged(file, "it is torn or no backup at all") from None
    except OSError as failure:
        where = str(failure.filename or file)
        raise EnvironmentFault(f"the backup cannot be read ({failure.strerror or failure})", where=where) from None


def damaged(file: Path, why: str) -> EvidenceError:
    """What is said of a backup that cannot be believed."""
    return EvidenceError(f"the backup is not whole: {why}", where=str(file), hint="use another copy or an older backup")


def _read(file: Path, stream: gzip.GzipFile, put: Put | None) -> Listing:
    found: dict[str, Entry] = {}
    listing: Listing | None = None
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            if listing is not None:
                raise damaged(file, f"{member.name[:80]!r} follows its list")
            content = tar.extractfile(member) if member.type == tarfile.REGTYPE and not member.issparse() else None
            if content is not None and member.name == LIST:
                listing = _listing(file, content, member.size)
                continue
            if content is None or not fits(member.name) or member.name in found:
                raise damaged(file, f"{member.name[:80]!r} is no file of a data directory")
            found[member.name] = _copy(member, content, put)
    if listing is None:
        raise damaged(file, "its list is missing")
    for entry in listing.files:
        if found.pop(entry.name, None) != entry:
            raise damaged(file, f"{entry.name} is missing or is not what was saved")
    if found:
        raise damaged(file, f"{min(found)} is not on its list")
    return listing


def _listing(file: Path, content: IO[bytes], size: int) -> Listing:
    if size > LONGEST_LIST:
        raise damaged(file, "its list is longer than any")
    try:
        return Listing.decode(content.read())
    except (ValueError, KeyError, TypeError, RecursionError):
        raise damaged(file, "its list cannot be read") from None


def _copy(member: tarfile.TarInfo, content: IO[bytes], put: Put | None) -> Entry:
    """Reads one file, into the place `put` gives if there is one; what it is."""
    digest, mode = hashlib.sha256(), member.mode & 0o777
    if put is None:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
    else:
        with put(member.name, mode) as target:
            while chunk := content.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
    return Entry(member.name, member.size, mode, digest.hexdigest())
