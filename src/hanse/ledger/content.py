"""`ContentStore`: bytes under the name of their own hash.

What is too long for the chain (problems, plans, process plans) lies here; the chain holds the hash. Names are the
Keccak-256 of `hanse.model.canonical.digest`, so whoever has a hash from the chain can check what the store gives.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from hanse.errors import EnvironmentFault, EvidenceError, InputError
from hanse.model.canonical import digest

LIMIT_BYTES = 256 * 1024 * 1024
_NAME = re.compile(r"0x[0-9a-f]{64}")


class ContentStore:
    """Files in `directory`, two levels deep, never changed once written. limit: bytes of the largest content."""

    def __init__(self, directory: Path, *, limit: int = LIMIT_BYTES) -> None:
        self.directory = directory
        self.limit = limit

    def put(self, data: bytes) -> str:
        """Stores `data` and returns its name; on return it is on disk. Storing it again repairs a damaged copy.

        Raises InputError above the limit, EnvironmentFault if the disk refuses.
        """
        if len(data) > self.limit:
            raise InputError(
                f"the content has {len(data)} bytes, the store takes at most {self.limit}", where="content"
            )
        name = digest(data)
        path = self._path(name)
        try:
            if not (path.exists() and path.read_bytes() == data):
                _write(path, data)
        except OSError as failure:
            raise EnvironmentFault(f"content cannot be stored ({failure.strerror})", where=str(path)) from None
        return name

    def get(self, name: str) -> bytes:
        """The bytes of that name. Raises EnvironmentFault if there are none, EvidenceError if they do not match it."""
        path = self._path(name)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise EnvironmentFault(
                "this content is not in the store", where=name, hint="fetch it from whoever recorded the hash"
            ) from None
        except OSError as failure:
            raise EnvironmentFault(f"content cannot be read ({failure.strerror})", where=str(path)) from None
        if digest(data) != name:
            raise EvidenceError(
                "stored bytes do not match their name: they were damaged or tampered with",
                where=str(path),
                hint="delete the file and fetch the content again",
            )
        return data

    def has(self, name: str) -> bool:
        """Whether there are bytes under that name; only `get` checks them."""
        return self._path(name).is_file()

    def _path(self, name: str) -> Path:
        # The pattern also keeps `../` and absolute paths out: a name may come from a stranger's event.
        if not _NAME.fullmatch(name):
            raise InputError("a content name is 0x and 64 lower-case hexadecimal digits", where=name[:80])
        return self.directory / name[2:4] / name[4:]


def _write(path: Path, data: bytes) -> None:
    """Writes aside, then renames: a crash leaves the whole content or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{secrets.token_hex(8)}")
    try:
        with aside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Makes a rename in `directory` survive a power cut; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
