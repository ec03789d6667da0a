"""What travels between processes arrives as it was."""

from __future__ import annotations

import functools
import io
import pickle
import zipfile
from pathlib import Path

import pytest
from hypothesis import given

from hanse.cluster.packing import pack, unpack
from hanse.cluster.parcel import unwrap, unwrap_folder, wrap, wrap_folder, wrap_piece
from hanse.cluster.port import Piece, Shared
from hanse.errors import InputError
from hanse.model.problem import Problem
from tests.cluster.work import twice
from tests.strategies import problems


@given(problems())
def test_a_problem_survives_the_way_however_deep_it_lies(problem: Problem) -> None:
    assert unpack(pack(problem)) == problem
    assert unwrap(wrap({"here": [problem]})) == {"here": [problem]}


@given(problems(max_jobs=2))
def test_something_shared_travels_by_its_key_alone(problem: Problem) -> None:
    shared = Shared("7", problem)
    data, keys = wrap_piece(Piece("one", functools.partial(twice), ([shared], shared)))
    assert keys == ["7", "7"]
    work, arguments = unwrap(data, {"7": "what it stands for"}.__getitem__)
    assert (work.func, arguments) == (twice, (["what it stands for"], "what it stands for"))
    with pytest.raises(pickle.UnpicklingError):
        unwrap(data)


def test_a_folder_arrives_with_all_that_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").write_bytes(b"\0\1")
    (tmp_path / "a" / "d").write_text("")
    copy = unwrap_folder(wrap_folder(tmp_path / "a"), tmp_path / "copy")
    assert sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*")) == ["b", "b/c", "d"]
    assert (copy / "b" / "c").read_bytes() == b"\0\1"
    with pytest.raises(InputError, match="no such folder"):
        wrap_folder(tmp_path / "nowhere")


def test_a_folder_that_would_write_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "out").symlink_to("/etc")
    with pytest.raises(InputError, match="link") as refusal:
        wrap_folder(tmp_path / "a")
    assert refusal.value.where == str(tmp_path / "a" / "out")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../out", "gone")
    copy = unwrap_folder(file.getvalue(), tmp_path / "copy")
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("out") if path.is_file()] == [Path("copy/out")]
    assert (copy / "out").read_text() == "gone"
