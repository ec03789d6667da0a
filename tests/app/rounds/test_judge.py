"""A round whose judge is not the league's: who judges may take bonds, so a solver stays away."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from hanse.app.rounds.agent import Agent, Duties
from hanse.app.rounds.drawer import Drawer
from hanse.app.rounds.proposing import Choice
from hanse.app.rounds.question import ask
from hanse.ledger.league import ADMIN
from tests.app.rounds.arena import arena
from tests.planning.composition.instances import budgeted


def test_a_solver_makes_no_claim_where_somebody_else_judges_than_in_its_league(tmp_path: Path) -> None:
    with arena(tmp_path) as made, closing(Drawer(tmp_path / "drawer.sqlite3")) as drawer:
        league, rounds = made.ledger.league, made.ledger.rounds
        said: list[str] = []
        solver = Agent(made.ledger, made.shared, drawer, Duties("solver", Choice(seconds=0.5)), said.append)
        league.mint(solver.address, 5_000, key="solver/purse")
        for seed, judge in enumerate((league.address("stranger"), league.addresses.challenge), 1):
            league.send(f"appoint {judge}", ADMIN, "Rounds", "appoint", judge).wait()
            number = made.open(ask(budgeted(4, 4, 2, 0.5, seed=seed), margin=0.5))
            assert rounds.round_state(number).judge == judge
        solver.turn()
        assert "no claim: its judge is" in said[0]
        assert [claim.round for claim in made.ledger.index.claims()] == [2]
