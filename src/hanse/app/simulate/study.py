"""Weeks over many seeds, on several processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

from hanse.app.story import Story
from hanse.lab.floor.market import Mode
from hanse.lab.floor.operate import Method
from hanse.lab.floor.trouble import Odds
from hanse.lab.floor.week import Rows, Week, drawn, ways, week
from hanse.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Question:
    """What to play. league: a problem with its plan (None: a league of so many `members`, drawn anew with every
    seed)."""

    odds: Odds
    methods: tuple[Method, ...]
    modes: tuple[Mode, ...]
    members: int
    league: tuple[Problem, Rows] | None = None


def played(question: Question, seed: int) -> Week:
    """One seed."""
    problem, rows = question.league or drawn(seed, question.members)
    return week(problem, rows, question.odds, ways(rows, question.odds, question.methods, question.modes), seed)


def study(question: Question, seeds: Sequence[int], processes: int, story: Story) -> tuple[Week, ...]:
    """All seeds, in their order."""
    with story.stage(f"playing {len(seeds)} weeks") as chapter, _pool(processes) as pool:
        found = []
        weeks = (
            map(played, [question] * len(seeds), seeds)
            if pool is None
            else pool.map(played, [question] * len(seeds), seeds)
        )
        for one in weeks:
            found.append(one)
            chapter.step(len(found), len(seeds))
    return tuple(found)


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor | None]:
    if processes < 2:
        yield None
        return
    # Spawned, not forked: the compiled code keeps threads and locks of its own.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield pool
