"""The journal of a voyage: it survives being written, and rubbish in its place is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanse.app import journal
from hanse.app.journal import Chosen, Journal
from hanse.errors import EnvironmentFault, InputError

CHOSEN = Chosen("0x01", "0x02", "0x03", "0x04", 5, charter=(1, 2**64 - 1))


def test_what_is_saved_is_loaded_gaps_included(tmp_path: Path) -> None:
    written = Journal("zhang2019", 3, "2026-01-01T00:00:00+00:00").with_chosen(2, CHOSEN)
    written.save(tmp_path)
    assert journal.load(tmp_path) == written
    assert [written.plan_of(i) for i in range(4)] == [None, None, CHOSEN, None]


def test_where_no_voyage_began_there_is_no_journal(tmp_path: Path) -> None:
    assert journal.load(tmp_path) is None
    assert journal.load(tmp_path / "nowhere") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": "hanse-voyage/2", "chosen": []}', '{"format": 1}'])
def test_rubbish_is_no_journal(text: str, tmp_path: Path) -> None:
    (tmp_path / journal.NAME).write_text(text)
    with pytest.raises(EnvironmentFault, match="not a voyage's journal"):
        journal.load(tmp_path)


def test_a_journal_belongs_to_its_case_and_seed(tmp_path: Path) -> None:
    mine = Journal("zhang2019", 3, "")
    mine.belongs("zhang2019", 3, tmp_path)
    for case, seed in (("zhang2019", 4), ("ramakurthi2022", 3)):
        with pytest.raises(InputError, match="holds the voyage zhang2019 with seed 3"):
            mine.belongs(case, seed, tmp_path)
