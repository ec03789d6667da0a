"""Reading and writing problems and plans. A format is one module with NAME, SUFFIX, recognises, read_problem and, if it
can be written, write_problem; adding it to `formats` is all it takes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from hanse.errors import EnvironmentFault, InputError

if TYPE_CHECKING:
    from hanse.model.plan import Plan
    from hanse.model.problem import Problem

SIZE_LIMIT = 256 * 2**20
"""Largest file that is read, in bytes."""


class Format(Protocol):
    """What a format module offers."""

    NAME: str
    SUFFIX: str

    def recognises(self, data: bytes) -> bool: ...
    def read_problem(self, data: bytes, name: str = "") -> Problem: ...


class WrittenFormat(Format, Protocol):
    """A format that can be written too."""

    def write_problem(self, problem: Problem) -> bytes: ...


def formats() -> tuple[Format, ...]:
    """All known formats, the most specific first."""
    from hanse.instances import birgin, dfjsp_transfer, dpfsp, fjs, hanse_json, ipps, tables

    return cast("tuple[Format, ...]", (tables, ipps, dpfsp, birgin, fjs, dfjsp_transfer, hanse_json))


def written_formats() -> tuple[WrittenFormat, ...]:
    """The formats that `write` knows, the general one last."""
    from hanse.instances import fjs, hanse_json, tables

    return cast("tuple[WrittenFormat, ...]", (fjs, tables, hanse_json))


def read(path: str | Path, *, permutation: bool = True) -> Problem:
    """Read a problem, its format chosen by content; a folder is read as tables in CSV. permutation: whether distributed
    flow shops (`dpfsp`) are read with their rule that no job overtakes another. Raises InputError with file and place;
    EnvironmentFault if the disk fails.
    """
    from hanse.instances import dpfsp

    if Path(path).is_dir():
        return _read_folder(Path(path))
    data = read_bytes(path)
    for reader in formats():
        if reader.recognises(data):
            try:
                if reader is dpfsp:
                    return dpfsp.read_problem(data, Path(path).stem, permutation=permutation)
                return reader.read_problem(data, Path(path).stem)
            except InputError as error:
                raise error.at(str(path)) from None
    known = ", ".join(f"{reader.NAME} ({reader.SUFFIX})" for reader in formats())
    raise InputError("the content matches no known format", where=str(path), hint=f"known formats: {known}")


def _read_folder(folder: Path) -> Problem:
    from hanse.instances import tables

    try:
        return tables.problem_of(tables.unpack_folder(folder), folder.resolve().name)
    except InputError as error:
        raise error.at(str(folder)) from None


def read_plan(path: str | Path) -> Plan:
    """Read a `hanse-plan/1` file. Raises as `read` does."""
    from hanse.instances import hanse_json

    data = read_bytes(path)
    try:
        return hanse_json.read_plan(data)
    except InputError as error:
        raise error.at(str(path)) from None


def write(problem: Problem, path: str | Path) -> None:
    """Write a problem in the format of the file's suffix (hanse JSON for an unknown one), into a folder that exists as
    tables in CSV, into a `.zip` as an archive of them. Raises InputError for the suffix of a format that is only read,
    EnvironmentFault if the disk fails."""
    from hanse.instances import tables

    suffix = Path(path).suffix
    if Path(path).is_dir():
        for name, data in tables.pack_csv(tables.sheets_of(problem)).items():
            write_bytes(Path(path) / name, data)
        return
    if suffix == tables.ARCHIVE:
        write_bytes(path, tables.pack_archive(tables.sheets_of(problem)))
        return
    writers = written_formats()
    writer = next((f for f in writers if suffix == f.SUFFIX), None)
    only_read = [f.NAME for f in formats() if suffix == f.SUFFIX]
    if writer is None and only_read:
        raise InputError(
            f"{' and '.join(only_read)} files are read but not written",
            where=str(path),
            hint=f"use one of: {', '.join(f.SUFFIX for f in writers)}",
        )
    writer = writer or writers[-1]
    write_bytes(path, writer.write_problem(problem))


def write_plan(plan: Plan, path: str | Path) -> None:
    """Write a plan as `hanse-plan/1`."""
    from hanse.instances import hanse_json

    write_bytes(path, hanse_json.write_plan(plan))


def read_bytes(path: str | Path) -> bytes:
    """The content of a file of at most SIZE_LIMIT bytes."""
    try:
        with open(path, "rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        raise InputError("no such file", where=str(path)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None
    if len(data) > SIZE_LIMIT:
        raise InputError(f"larger than {SIZE_LIMIT // 2**20} MiB", where=str(path), hint="split the problem")
    return data


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write a whole file or nothing: to a neighbour first, then renamed over. Raises EnvironmentFault."""
    target = Path(path)
    temporary = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            temporary = file.name
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, target)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise EnvironmentFault(
            f"cannot be written: {error.strerror}", where=str(path), hint="free some space or choose another place"
        ) from None
