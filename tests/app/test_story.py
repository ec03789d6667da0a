"""The story in the terminal: one line per stage, none for what failed but a cross, all kept for the record."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from hanse.app.story import SolveProgress, Story
from hanse.planning.result import Point


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
        progress._bar.refresh()
    assert "best 8, at least 5" in out.getvalue()
