"""The story in the terminal: one line per stage, none for what failed but a cross, all kept for the record."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from hanse.app.story import SolveProgress, Story, live
from hanse.planning.result import Point
from hanse.units import MILLION


class StillClock:
    """Moves only when told to."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def elapsed(self) -> float:
        return self.time


def told() -> tuple[Story, io.StringIO, StillClock]:
    out, clock = io.StringIO(), StillClock()
    return Story(Console(file=out, width=80), clock), out, clock


def test_a_stage_says_what_came_of_it_and_how_long_it_took() -> None:
    story, out, clock = told()
    with story.stage("place 2 orders") as chapter:
        clock.time = 1.25
        chapter.step(1, 2)
        chapter.done("placed 2 orders")
    assert out.getvalue() == "✔ placed 2 orders (1.2 s)\n"
    assert [(stage.what, stage.seconds) for stage in story.stages] == [("placed 2 orders", 1.25)]


def test_a_stage_that_fails_is_crossed_out_and_not_kept() -> None:
    story, out, _ = told()
    with pytest.raises(RuntimeError), story.stage("place 2 orders"):
        raise RuntimeError
    assert out.getvalue() == "✘ place 2 orders\n"
    assert story.stages == []


def test_a_quiet_console_hears_nothing_but_the_record_is_whole() -> None:
    out = io.StringIO()
    story = Story(Console(file=out, quiet=True))
    with story.stage("check") as chapter:
        chapter.step(1, 1)
    assert out.getvalue() == ""
    assert len(story.stages) == 1


def test_a_search_tells_its_best_value_and_bound_on_a_terminal() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100)
    with SolveProgress(console, 10) as progress:
        progress(Point(1.0, None, 3_000_000))
        progress(Point(2.0, 8_000_000, 5_000_000))
        progress._line.refresh()
    assert "best 8, at least 5" in out.getvalue()


@pytest.mark.parametrize(
    ("point", "said"),
    [
        (Point(0.0, None, None), "no plan yet"),
        (Point(0.0, None, 5 * MILLION), "no plan yet, at least 5"),
        (Point(0.0, 4000 * MILLION, 3000 * MILLION), "best 4 000, at least 3 000, gap 25.0%"),
        (Point(0.0, MILLION // 4, None), "best 0.25"),
        (Point(0.0, 0, 0), "best 0, at least 0, gap 0.0%"),
    ],
)
def test_a_point_of_a_trajectory_is_said_in_a_line(point: Point, said: str) -> None:
    assert live(point) == said


@pytest.mark.parametrize(
    ("terminal", "quiet", "seen"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_the_line_lives_only_where_somebody_watches(terminal: bool, quiet: bool, seen: bool) -> None:
    out = io.StringIO()
    with SolveProgress(Console(file=out, force_terminal=terminal, quiet=quiet, width=100), 20) as progress:
        progress(Point(0.1, 7 * MILLION, 5 * MILLION))
    assert ("best 7, at least 5, gap 28.6%" in out.getvalue()) == seen
    assert ("of 20 s" in out.getvalue()) == seen
