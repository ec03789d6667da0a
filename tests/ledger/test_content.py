"""Bytes under the name of their hash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import EnvironmentFault, EvidenceError, InputError
from hanse.ledger.content import ContentStore
from hanse.model.canonical import digest


@given(data=st.binary(max_size=2000))
def test_what_is_put_can_be_got_by_its_hash(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = ContentStore(tmp_path_factory.mktemp("content"))
    name = store.put(data)
    assert name == digest(data)
    assert store.put(data) == name
    assert store.get(name) == data
    assert store.has(name)


def test_a_store_opened_again_still_has_it(tmp_path: Path) -> None:
    name = ContentStore(tmp_path).put(b"a plan")
    assert ContentStore(tmp_path).get(name) == b"a plan"


def test_tampered_content_is_refused_and_mended_by_storing_it_again(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    name = store.put(b"a plan")
    next(path for path in tmp_path.rglob("*") if path.is_file()).write_bytes(b"a plot")
    with pytest.raises(EvidenceError, match="do not match"):
        store.get(name)
    store.put(b"a plan")
    assert store.get(name) == b"a plan"


def test_missing_content_is_told_by_its_name(tmp_path: Path) -> None:
    name = digest(b"never stored")
    store = ContentStore(tmp_path)
    assert not store.has(name)
    with pytest.raises(EnvironmentFault) as caught:
        store.get(name)
    assert name in str(caught.value)


@pytest.mark.parametrize(
    "name", ["", "0x", "../../etc/passwd", "0x" + "AB" * 32, "0x" + "../" * 22, digest(b"") + "\n"]
)
def test_a_name_that_is_no_hash_never_reaches_the_disk(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        ContentStore(tmp_path).get(name)


def test_content_above_the_limit_is_refused(tmp_path: Path) -> None:
    store = ContentStore(tmp_path, limit=10)
    store.put(b"x" * 10)
    with pytest.raises(InputError, match="11 bytes"):
        store.put(b"x" * 11)


def test_a_disk_that_refuses_is_a_fault_of_the_environment_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "content").write_text("a file where the directory should be")
    with pytest.raises(EnvironmentFault):
        ContentStore(tmp_path / "content").put(b"x")
