"""What travels between processes: pieces, answers, shared things, folders, as bytes.

Plain pickle, except that problems travel as columns (`packing.py`) and shared things by their key. Bytes are for the
executor's own workers, never for strangers: unpickling runs what it is given.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hanse.cluster.packing import pack, unpack
from hanse.cluster.port import Piece, Shared
from hanse.errors import InputError
from hanse.model.problem import Problem


class _Packer(pickle.Pickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.keys: list[str] = []

    def reducer_override(self, value: Any) -> Any:
        return (unpack, (pack(value),)) if isinstance(value, Problem) else NotImplemented

    def persistent_id(self, value: Any) -> str | None:
        if not isinstance(value, Shared):
            return None
        self.keys.append(value.key)
        return value.key


class _Unpacker(pickle.Unpickler):
    def __init__(self, data: bytes, known: Callable[[str], Any] | None) -> None:
        super().__init__(io.BytesIO(data))
        self._known = known

    def persistent_load(self, key: str) -> Any:
        if self._known is None:
            raise pickle.UnpicklingError("something shared where nothing can be")
        return self._known(key)


def wrap(value: Any) -> bytes:
    """A value as bytes."""
    return _wrapped(value)[0]


def unwrap(data: bytes, known: Callable[[str], Any] | None = None) -> Any:
    """The value again. known: what a key of something shared stands for."""
    return _Unpacker(data, known).load()


def wrap_piece(piece: Piece[Any]) -> tuple[bytes, list[str]]:
    """A piece's work and arguments, and the keys of what is shared among them. Raises InputError for work that no
    worker could find, or that cannot be pickled."""
    home = getattr(getattr(piece.work, "func", piece.work), "__module__", None)
    if home == "__main__":
        raise InputError(
            "the work of this piece is in the script that was started, where no worker finds it",
            where=piece.name, hint="put the function into a module of its own, and import it",
        )  # fmt: skip
    try:
        return _wrapped((piece.work, piece.arguments))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise InputError(f"this piece cannot travel to a worker: {error}", where=piece.name) from error


def _wrapped(value: Any) -> tuple[bytes, list[str]]:
    file = io.BytesIO()
    packer = _Packer(file)
    packer.dump(value)
    return file.getvalue(), packer.keys


def wrap_folder(path: Path) -> bytes:
    """A folder and all that is in it. Raises InputError if there is none."""
    if not path.is_dir():
        raise InputError("there is no such folder", where=str(path))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for one in sorted(path.rglob("*")):
            if one.is_symlink():
                raise InputError("a link does not travel", where=str(one), hint="put the file itself there")
            archive.write(one, one.relative_to(path))
    return file.getvalue()


def unwrap_folder(data: bytes, path: Path) -> Path:
    """Its copy, at `path`, which is made."""
    path.mkdir(mode=0o700)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(path)
    return path
