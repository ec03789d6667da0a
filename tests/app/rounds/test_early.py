"""A clock that is ahead, of the validator that is asked or of the solver's machine, opens no claim too early: whoever
can still seal one would copy it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from hanse.app.rounds.agent import Agent, Duties
from hanse.app.rounds.drawer import Drawer
from hanse.app.rounds.proposing import Choice
from hanse.app.rounds.question import ask
from hanse.clock import SystemClock
from hanse.ledger.finality import Finality
from hanse.model.canonical import digest
from tests.app.rounds.arena import PURSE, Arena, arena
from tests.planning.composition.instances import budgeted

OF_FOUR = Finality("clique", 3, "four validators")
HOUR = 3600


class HourAndAHalfAhead(SystemClock):
    """By it sealing is over, and claims are opened: windows are an hour each."""

    def now(self) -> float:
        return super().now() + 1.5 * HOUR


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Arena]:
    with arena(tmp_path) as league:
        league.open(ask(budgeted(4, 4, 2, 0.5, seed=2), margin=0.5))
        yield league


@pytest.fixture
def drawer(made: Arena, tmp_path: Path) -> Iterator[Drawer]:
    """That of a solver that has sealed a claim."""
    with closing(Drawer(tmp_path / "drawer.sqlite3")) as opened:
        sealing = solver(made, opened)
        made.ledger.league.mint(sealing.address, PURSE, key="purse")
        sealing.turn()
        assert [one.status for one in made.claims()] == ["sealed"]
        yield opened


def solver(made: Arena, drawer: Drawer, clock: SystemClock | None = None) -> Agent:
    ledger = replace(made.ledger, finality=OF_FOUR)
    return Agent(ledger, made.shared, drawer, Duties("solver", Choice(seconds=0.5)), lambda _: None, clock)


def status(made: Arena, drawer: Drawer) -> str:
    """Of the only claim; and nobody can read its certificate while it is sealed."""
    (claim,), sealed = made.claims(), drawer.get(1)
    assert sealed is not None
    assert made.shared.has(digest(sealed.certificate)) == (claim.status != "sealed")
    return claim.status


def test_a_claim_is_opened_when_it_is_final_that_no_other_can_be_sealed(made: Arena, drawer: Drawer) -> None:
    end = made.row().commit_end
    for moment in (end, end + 1, end + 2):  # the first may be of a validator whose clock is ahead, and be replaced
        made.chain.jump(moment)
        solver(made, drawer).turn()
        assert status(made, drawer) == "sealed"
    made.chain.jump(end + 3)
    solver(made, drawer).turn()
    assert status(made, drawer) == "standing"


def test_the_solvers_own_clock_opens_nothing(made: Arena, drawer: Drawer) -> None:
    row = made.row()
    assert row.commit_end < HourAndAHalfAhead().now() < row.reveal_end
    solver(made, drawer, HourAndAHalfAhead()).turn()
    assert status(made, drawer) == "sealed"


def test_where_waiting_would_cost_the_bond_a_block_upon_another_is_enough(made: Arena, drawer: Drawer) -> None:
    row = made.row()
    half = (row.commit_end + row.reveal_end) // 2 + 1
    made.chain.jump(half)
    solver(made, drawer).turn()
    assert status(made, drawer) == "sealed"
    made.chain.jump(half + 1)
    solver(made, drawer).turn()
    assert status(made, drawer) == "standing"
