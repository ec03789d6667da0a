"""Weeks over many seeds, by several workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hanse.app.story import Story
from hanse.cluster import Piece, Wanted, executor
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


def played(question: Question, league: tuple[Problem, Rows] | None, seed: int) -> Week:
    """One seed. league: that of the question, which travels apart from it."""
    problem, rows = league or drawn(seed, question.members)
    return week(problem, rows, question.odds, ways(rows, question.odds, question.methods, question.modes), seed)


def study(question: Question, seeds: Sequence[int], workers: Wanted, story: Story) -> tuple[Week, ...]:
    """All seeds, in their order."""
    with executor(workers) as crew, story.stage(f"playing {len(seeds)} weeks") as chapter:
        league, asked = crew.share(question.league), replace(question, league=None)
        pieces = [Piece(f"the week of seed {seed}", played, (asked, league, seed)) for seed in seeds]
        found = dict(crew.run(pieces, told=chapter.step))
    return tuple(found[place] for place in range(len(seeds)))
