"""Whoever is killed, and whenever: the round ends as if nobody had been."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hanse.app.rounds.question import ask
from hanse.ledger.league import COORDINATOR
from hanse.ledger.store import open_ledger
from tests.app.rounds.arena import BOND, POT, PURSE, Arena, arena
from tests.planning.composition.instances import budgeted

SOLVERS = {"north": "region:1/2", "south": "region:2/2"}


@pytest.mark.parametrize(("seed", "victims"), [
    (1, ("north", "south", "watcher")),
    (2, ("north", "south", "coordinator")),
    (3, ("north", "south", "chain")),
])  # fmt: skip
def test_a_round_full_of_kills_ends_as_an_undisturbed_one(tmp_path: Path, seed: int, victims: tuple[str, ...]) -> None:
    draw = random.Random(seed)
    with arena(tmp_path) as made:
        question = ask(budgeted(8, 10, 4, 0.6, seed=2), margin=0.5)
        made.open(question)
        addresses = [made.purse(name) for name in SOLVERS]
        sponsor, league = made.ledger.league.address(COORDINATOR), made.ledger.league.addresses.league
    with arena(tmp_path) as made:
        pass
