"""A voyage in a league whose charter was changed: its deals keep it, and what it cannot keep is said before anything is
placed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanse.errors import InputError
from hanse.governance.charter import term
from hanse.ledger.deal import DAY
from hanse.ledger.league import ADMIN
from hanse.ledger.store import open_ledger
from tests.app.voyage.leagues import DEPOSIT, league, sail, scanner, settings


def decided(home: Path, **values: int) -> None:
    """A league that decided so before the voyage."""
    with open_ledger(settings(home).data) as ledger:
        for name, value in values.items():
            ledger.league.send(f"charter/{name}", ADMIN, "Charter", "set", term(name).number, value).wait()


def test_deals_are_as_long_and_as_cheap_as_the_charter_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(tmp_path, review=9 * DAY, ruling=20 * DAY, fee=0, deposit=DEPOSIT)
    sail(league(scanner(), fund=100_000), tmp_path, monkeypatch)
    with open_ledger(settings(tmp_path).data) as ledger:
        deals = [row.deal.conditions for row in ledger.sync().agreements()]
    assert len(deals) == 3
    assert {(one.review, one.ruling, one.fee) for one in deals} == {(9 * DAY, 20 * DAY, 0)}
    assert all(one.reward for one in deals)


def test_deposits_below_the_charters_are_named_and_nothing_is_placed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(tmp_path, deposit=DEPOSIT + 1)
    with pytest.raises(InputError, match=r"the least deposit of an order is 30\.01"):
        sail(league(scanner(), fund=100_000), tmp_path, monkeypatch)
    with open_ledger(settings(tmp_path).data) as ledger:
        assert ledger.sync().orders() == ()


def test_whoever_has_no_standing_is_named_and_nothing_is_proposed_until_the_charter_admits_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided(tmp_path, admission=600_000)
    with pytest.raises(
        InputError, match=r"a standing of 60 %: 0x[0-9a-fA-F]{40} has 50 % for work of 50\.00"
    ) as refusal:
        sail(league(scanner(), fund=100_000), tmp_path, monkeypatch)
    assert refusal.value.hint == "plan it with others; newcomers take work up to 0.00"
    with open_ledger(settings(tmp_path).data) as ledger:
        assert ledger.sync().agreements() == ()
    decided(tmp_path, **{"admission-trial": 10_000})
    sail(league(scanner(), fund=100_000), tmp_path, monkeypatch)
    with open_ledger(settings(tmp_path).data) as ledger:
        assert len(ledger.sync().agreements()) == 3
