"""Refusals are listed with their reasons, on both databases, and never fill the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hanse.identity import refusals
from hanse.identity.refusals import Refusals
from hanse.ledger.opening import open_database

MILL, LATHE = "0x" + "A1" * 20, "0x" + "B2" * 20


@pytest.fixture
def kept(tmp_path: Path, address: str | None) -> Iterator[Refusals]:
    opened = open_database(tmp_path, address)
    yield Refusals(opened)
    opened.close()


def test_each_is_listed_with_its_reason_the_newest_first(kept: Refusals) -> None:
    kept.add("presentation", f"did:ethr:0x1:{MILL}", "REVOKED", "in block 7", 100)
    kept.add("session", MILL, "KEY_CHANGED", "", 101)
    kept.add("presentation", LATHE, "STALE", "\x00\n" + "é" * 1000, 102)
    assert [one.reason for one in kept.newest()] == ["STALE", "KEY_CHANGED", "REVOKED"]
    first = kept.newest()[-1]
    assert (first.place, first.moment, first.detail) == ("presentation", 100, "in block 7")
    assert [one.reason for one in kept.newest(party=MILL)] == ["KEY_CHANGED", "REVOKED"], "under any of its names"
    assert [one.reason for one in kept.newest(before=kept.newest()[0].number, limit=1)] == ["KEY_CHANGED"]
    assert kept.newest()[0].detail.startswith("  éé")
    assert len(kept.newest()[0].detail) == refusals.LONGEST


def test_only_the_newest_are_kept(kept: Refusals, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "KEPT", 3)
    for number in range(5):
        kept.add("presentation", MILL, "STALE", str(number), number)
    assert [one.detail for one in kept.newest()] == ["4", "3", "2"]
