"""Whoever is killed, and whenever: the round ends as if nobody had been."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hanse.app.rounds.league import LocalLeague
from hanse.app.rounds.question import ask
from hanse.ledger.content import ContentStore
from hanse.ledger.league import COORDINATOR
from hanse.ledger.standing import standing
from hanse.ledger.store import open_ledger
from tests.app.rounds.arena import POT, PURSE, Arena, worth
from tests.planning.composition.instances import budgeted

SOLVERS = {"north": "region:1/2", "south": "region:2/2"}
QUESTION = ask(budgeted(8, 10, 4, 1.0, seed=2), margin=1.0)


@contextmanager
def opened(home: Path) -> Iterator[tuple[Arena, dict[str, str]]]:
    """An arena with an open round, seen by an observer; addresses by name. Nobody has the coordinator's data open."""
    with standing(home) as chain:
        shared = ContentStore(home / "shared")
        with open_ledger(home / "coordinator", chain.url) as ledger:
            founding = Arena(LocalLeague(home, chain, ledger, shared))
            founding.open(QUESTION)
            address = {name: founding.purse(name) for name in SOLVERS}
            address["sponsor"], league = ledger.league.address(COORDINATOR), ledger.league.addresses.league
        with open_ledger(home / "observer", chain.url, league=league) as ledger:
            made = Arena(LocalLeague(home, chain, ledger, shared))
            try:
                yield made, address
            finally:
                made.league.dismiss()


class Killer:
    """Kills one of its victims every now and then while something is waited for."""

    def __init__(self, made: Arena, victims: tuple[str, ...], seed: int) -> None:
        self._made, self._victims, self._draw = made, victims, random.Random(seed)

    def until(self, done: Callable[[], bool], kills: int) -> None:
        """Waits, and kills meanwhile, so often at most; then lets everybody finish."""
        for _ in range(kills):
            end = time.monotonic() + self._draw.uniform(0.3, 2.5)
            while time.monotonic() < end and not done():
                time.sleep(0.05)
            victim = self._draw.choice(self._victims)
            if victim == "chain":
                self._made.chain.save()
                time.sleep(self._draw.uniform(0, 1.5))  # what happens now is lost
                self._made.chain.kill()
            else:
                self._made.solvers[victim].kill()
                self._made.solvers[victim].wait()
                self._made.again(victim)
        self._made.until(done)


@pytest.mark.parametrize(
    ("seed", "victims"),
    [(1, ("north", "south", "watcher")), (2, ("north", "south", "coordinator")), (3, ("north", "south", "chain"))],
    ids=["solvers and watcher", "solvers and coordinator", "solvers and chain"],
)
def test_a_round_full_of_kills_ends_as_an_undisturbed_one(tmp_path: Path, seed: int, victims: tuple[str, ...]) -> None:
    survive(tmp_path, seed, victims, (3, 2, 2))


def survive(home: Path, seed: int, victims: tuple[str, ...], kills: tuple[int, int, int]) -> None:
    """A round with so many kills while claims are committed, opened and awarded; and everybody has what it earned."""
    with opened(home) as (made, address):
        for name, part in SOLVERS.items():
            made.start(name, "solver", "--part", part, "--budget-seconds", "1")
        made.start("watcher", "watch")
        made.start("coordinator", "round", "close", "--out", str(home / "plan.json"))
        killer = Killer(made, victims, seed)
        killer.until(lambda: len(made.claims()) == len(SOLVERS), kills[0])
        made.jump(lambda row: row.commit_end)
        killer.until(lambda: all(claim.status == "standing" for claim in made.claims()), kills[1])
        made.jump(lambda row: row.reveal_end)
        made.jump(lambda row: row.challenge_end)
        killer.until(lambda: made.row().refund is not None, kills[2])
        assert [claim.status for claim in made.claims()] == ["accepted", "accepted"]
        earned = {claim.solver: claim.reward or 0 for claim in made.claims()}
        for name in SOLVERS:
            assert worth(made, address[name]) == PURSE + earned[address[name]]
        assert worth(made, address["sponsor"]) == POT - sum(earned.values())
