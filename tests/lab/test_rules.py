"""Parameters by the names of proposals."""

from __future__ import annotations

from dataclasses import fields

import pytest

from hanse.app.rounds.coordinate import POT_SHARE
from hanse.app.voyage.terms import FEE, REWARD
from hanse.errors import InputError
from hanse.lab.rules import PRESENT, Rules, spoken
from hanse.ledger.deal import Conditions
from hanse.units import MILLION


def test_the_present_rules_are_those_a_league_has() -> None:
    usual = Conditions("", "", "")
    assert (PRESENT.settlement_grace, PRESENT.settlement_unit) == (usual.grace, usual.unit)
    assert (PRESENT.settlement_per_unit, PRESENT.settlement_cap) == (usual.per_unit, usual.cap)
    assert (PRESENT.settlement_reward, PRESENT.settlement_fee) == (REWARD, FEE)
    assert PRESENT.round_pot == POT_SHARE * MILLION


def test_a_change_is_told_by_name_with_what_was_before() -> None:
    changed = PRESENT.changed({"settlement.cap": 500_000, "sharing.method": "greedy"})
    assert PRESENT.differs(changed) == {"settlement.cap": (200_000, 500_000), "sharing.method": ("none", "greedy")}
    assert changed.differs(changed) == {}


def test_every_rule_has_a_name_of_a_group_and_a_word() -> None:
    names = [spoken(field.name) for field in fields(Rules)]
    assert len(set(names)) == len(names)
    assert all(name.count(".") == 1 for name in names)


@pytest.mark.parametrize(
    "given",
    [
        {"settlement.cap": MILLION + 1},
        {"settlement.cap": -1},
        {"settlement.cap": 0.5},
        {"settlement.cap": True},
        {"round.first_wins": 1},
        {"sharing.method": "magic"},
        {"sharing.method": "best", "sharing.mode": "peer"},
        {"settlement.kap": 1},
        {"settlement_cap": 1},
    ],
)
def test_what_is_no_rule_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(InputError):
        PRESENT.changed(given)
