"""`locked`: a data directory for one process, or for several servers that know of each other; on their machine, and
on others if its file system carries locks there (NFS 4 does)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hanse.errors import EnvironmentFault


@contextmanager
def locked(data: Path, *, shared: bool = False) -> Iterator[None]:
    """Holds the directory for this process; the system lets go of it however the process ends. shared: others that
    share it too may hold it as well. Raises EnvironmentFault that says who does."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        file = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as failure:
        raise EnvironmentFault(f"the data directory cannot be used ({failure.strerror})", where=str(data)) from None
    try:
        try:
            _lock(file, shared)
        except OSError:
            holder = os.read(file, 32).decode("ascii", "replace").strip()
            raise EnvironmentFault(
                f"the data directory is in use by process {holder or 'unknown'}",
                where=str(data),
                hint="wait until it is done, or use another data directory",
            ) from None
        os.truncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        yield
    finally:
        os.close(file)


def _lock(file: int, shared: bool) -> None:
    if sys.platform == "win32":
        import msvcrt

        # A byte far behind the number, which others may thus read.
        os.lseek(file, 1 << 20, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
