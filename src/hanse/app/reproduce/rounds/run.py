"""The order of work of `hanse reproduce radmanesh2021 --rounds`: contests, then news, then verdicts, then files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hanse.app.cases.radmanesh2021 import SIZES, generate
from hanse.app.reproduce.budgets import limited
from hanse.app.reproduce.rounds.arrivals import Arrivals, arrivals, news
from hanse.app.reproduce.rounds.contest import (
    MIXED,
    REGIONS,
    RIVALS,
    STRONG,
    WEAK,
    Comparison,
    LineUp,
    central,
    contest,
    line_up,
)
from hanse.app.reproduce.rounds.document import Findings, as_json, sheet
from hanse.app.reproduce.rounds.verdict import verdicts
from hanse.app.reproduce.sheet import Files, machine, write_sheet
from hanse.app.rounds.league import LocalLeague, local_league
from hanse.app.story import Story
from hanse.errors import InputError


@dataclass(frozen=True, slots=True)
class Setting:
    """What is done. sizes: by name, providers, demands, tasks of each, side in km. slacks: per cent of hours above the
    even share. seconds: of planning that each solver has. solvers: numbers of solvers who plan a region each; weak:
    the same with the weak method. others: further kinds of line-ups, and their solvers."""

    sizes: dict[str, tuple[int, int, int, int]]
    slacks: tuple[int, ...]
    seconds: float
    solvers: tuple[int, ...]
    weak: tuple[int, ...]
    others: tuple[tuple[str, int], ...]

    def line_ups(self, seed: int) -> Iterator[LineUp]:
        for method, counts in ((STRONG, self.solvers), (WEAK, self.weak)):
            for count in counts:
                yield line_up(REGIONS if count > 1 else RIVALS, count, self.seconds, seed, method)
        for kind, count in self.others:
            yield line_up(kind, count, self.seconds, seed)


FULL = Setting({"1": SIZES["1"]}, (25, 10), 5.0, (1, 2, 3, 4), (2, 4), ((RIVALS, 2), (MIXED, 4)))
QUICK = Setting({"small": (10, 16, 6, 100)}, (10,), 1.0, (1, 2), (), ((MIXED, 4),))


def compete(
    paper: str, story: Story, *, quick: bool = False, seed: int = 0, setting: Setting | None = None
) -> Findings:
    """Put a paper's claims to solvers who compete in rounds. quick: one small problem and fewer line-ups. setting:
    instead of either. Raises InputError for an unknown paper, EnvironmentFault without a chain to start."""
    if paper != "radmanesh2021":
        raise InputError(f'there is no study of rounds of "{paper}"', where="PAPER", hint="use radmanesh2021")
    chosen = setting or (QUICK if quick else FULL)
    with _league() as league:
        compared, told = _contests(league, chosen, seed, story), _news(league, chosen, seed, story)
    about = machine("ortools", "numba", "web3")
    return Findings(compared, told, verdicts(compared, told), chosen.seconds, seed, about)


def write(found: Findings, out: Path) -> Files:
    """Page, table, data and figure into a folder, each whole or not at all. Raises EnvironmentFault."""
    return write_sheet(sheet(found), as_json(found), out, "reproduce-radmanesh2021-rounds")


@contextmanager
def _league() -> Iterator[LocalLeague]:
    with TemporaryDirectory(prefix="hanse-rounds-") as home, local_league(Path(home)) as league:
        yield league


def _contests(league: LocalLeague, chosen: Setting, seed: int, story: Story) -> tuple[Comparison, ...]:
    made = []
    for name, sizes in chosen.sizes.items():
        whole = generate(*sizes, seed=seed)
        for slack in chosen.slacks:
            doing = f"problem {name}, {slack} % slack: rounds against a central solver"
            with story.stage(doing) as chapter:
                problem, line_ups = limited(whole, slack), tuple(chosen.line_ups(seed))
                alone = central(problem, chosen.seconds, seed, (STRONG, WEAK) if chosen.weak else (STRONG,))
                played = []
                for done, of in enumerate(line_ups, 1):
                    played.append(contest(league, problem, of))
                    chapter.step(done, len(line_ups))
                made.append(Comparison(name, slack, len(problem.jobs), alone, tuple(played)))
                chapter.done(f"{doing}, {_costs([one.cost for one in played] + [one.cost for one in alone])}")
    return tuple(made)


def _news(league: LocalLeague, chosen: Setting, seed: int, story: Story) -> tuple[Arrivals, ...]:
    made = []
    for name, sizes in chosen.sizes.items():
        for slack in chosen.slacks:
            doing = f"problem {name}, {slack} % slack: demands arrive and change"
            with story.stage(doing) as chapter:
                pair = line_up(REGIONS, 2, chosen.seconds, seed)
                threads = min(2, os.cpu_count() or 1)
                made.append(
                    arrivals(league, name, news(sizes, slack, seed), slack, pair, chosen.seconds, threads, seed)
                )
                chapter.done(f"{doing}, {_costs([course.cost for course in made[-1].courses])}")
    return tuple(made)


def _costs(cents: Sequence[int | None]) -> str:
    known = [cost for cost in cents if cost is not None]
    return f"${min(known) // 100} to ${max(known) // 100}" if known else "no plans"
