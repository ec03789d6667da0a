"""When silence is over, stage by stage; `tests/app/api/test_clock.py` lets a contract say the same."""

from __future__ import annotations

import pytest

from hanse.ledger.deal import Conditions, Milestone
from hanse.ledger.settlement import Stage
from hanse.value.deadlines import due_at

WORK = Milestone("0x" + "11" * 20, "0x" + "22" * 32, 1_000, start_by=100, due=200)
TERMS = Conditions("0x0", "0x1", "0x2", review=10, patience=20, ruling=30, appeal=40)


@pytest.mark.parametrize(
    ("stage", "due"),
    [
        ("agreed", 100),  # never begun
        ("started", 220),  # never delivered
        ("delivered", 1_010),  # silence is consent
        ("disputed", 1_070),  # the arbiter was silent, and nobody appealed that
        ("ruled", 1_040),  # nobody appealed
        ("appealed", 1_030),  # the second arbiter was silent
        ("settled", None),
    ],
)
def test_every_wait_ends(stage: Stage, due: int | None) -> None:
    assert due_at(stage, WORK, TERMS, since=1_000) == due
