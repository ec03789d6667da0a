"""`kill -9` at random moments of a voyage, a round, a rescue and a service: the stories that the suite tells, by many
more seeds and with more kills in each."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from itertools import cycle
from pathlib import Path

from tests.app import test_crash as voyages
from tests.app.api import test_kills as services
from tests.app.rounds import test_crash as rounds
from tests.app.shop import test_crash as shops
from tests.campaign.trial import Found, Trial

VOYAGE, ROUND, SERVICE, RESCUE = 6, 9, 5, 6
"""Kills in one story."""

PATIENCE = 3_600.0
"""Seconds for a voyage to end and a service to start: a campaign may run beside other work."""

VICTIMS = (
    ("north", "south", "watcher"), ("north", "south", "coordinator"), ("north", "south", "chain"),
    ("north", "south", "watcher", "coordinator"),
)  # fmt: skip


def trials(count: int) -> list[Trial]:
    """At least so many kills, in all stories alike."""
    found: list[Trial] = []
    stories = cycle((
        ("voyages", VOYAGE, _voyage), ("rounds", ROUND, _round), ("the service", SERVICE, _service),
        ("rescues", RESCUE, _rescue),
    ))  # fmt: skip
    while sum(one.size for one in found) < count:
        kind, kills, story = next(stories)
        found.append(Trial(kind, sum(one.kind == kind for one in found), kills, partial(_counted, kills, story)))
    return found


def _counted(kills: int, story: Callable[[random.Random, Path], None], draw: random.Random, home: Path) -> Found:
    story(draw, home)
    return Found(kills)


def _voyage(draw: random.Random, home: Path) -> None:
    voyages.agrees(voyages.survive(home, draw, VOYAGE, PATIENCE), home)


def _round(draw: random.Random, home: Path) -> None:
    rounds.survive(home, draw.getrandbits(32), draw.choice(VICTIMS), (4, 3, 2))


def _service(draw: random.Random, home: Path) -> None:
    with services.peopled(home, patience=PATIENCE) as (at, ada, people):
        services.survive(at, ada, people, draw, SERVICE)


def _rescue(draw: random.Random, home: Path) -> None:
    shops.rescue(home, draw.getrandbits(32), kills=(4, 2), victims=("E1", "E2"))
