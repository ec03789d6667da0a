"""How long work tells of itself in the terminal: one line per stage, a bar only where it takes longer than a second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hanse.app.record import Stage
from hanse.clock import Clock, SystemClock
from hanse.planning.result import Point
from hanse.units import MILLION

PATIENCE = 1.0
"""Seconds after which a bar appears."""


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("  {task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=console.quiet or not console.is_terminal,
    )


class Chapter:
    """One running stage. `step` reports progress, `done` says in one sentence what came of it."""

    def __init__(self, console: Console, clock: Clock, doing: str) -> None:
        self._console, self._clock, self._doing = console, clock, doing
        self._started = clock.elapsed()
        self._bar: Progress | None = None
        self.outcome = doing

    def step(self, done: int, total: int) -> None:
        """`done` of `total` pieces are finished."""
        if self._bar is None and self._clock.elapsed() - self._started > PATIENCE:
            self._bar = _bar(self._console)
            self._bar.add_task(self._doing)
            self._bar.start()
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total)

    def done(self, outcome: str) -> None:
        self.outcome = outcome

    def close(self) -> float:
        """Seconds the stage took; takes the bar down."""
        if self._bar is not None:
            self._bar.stop()
        return self._clock.elapsed() - self._started


class Story:
    """A sequence of stages, printed as they end and kept for the record."""

    def __init__(self, console: Console, clock: Clock | None = None) -> None:
        self.console = console
        self.clock = clock or SystemClock()
        self.stages: list[Stage] = []

    @contextmanager
    def stage(self, doing: str) -> Iterator[Chapter]:
        """Run one stage; its line is printed when it ends well, a failure leaves the error to the caller."""
        chapter = Chapter(self.console, self.clock, doing)
        try:
            yield chapter
        except BaseException:
            chapter.close()
            self.console.print(f"[red]✘[/] {doing}", highlight=False)
            raise
        seconds = chapter.close()
        self.stages.append(Stage(chapter.outcome, round(seconds, 3)))
        self.console.print(f"[green]✔[/] {chapter.outcome} [dim]({seconds:.1f} s)[/]", highlight=False)


class SolveProgress:
    """A bar over the time limit that names the best value and bound so far; usable as `solve(progress=…)`."""

    def __init__(self, console: Console, time_limit: float, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._limit = time_limit
        self._bar = Progress(
            TextColumn("  {task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=console.quiet or not console.is_terminal,
        )

    def __enter__(self) -> SolveProgress:
        self._bar.add_task("searching", total=self._limit)
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def __call__(self, point: Point) -> None:
        best = "none yet" if point.value is None else f"{point.value / MILLION:g}"
        bound = "" if point.lower_bound is None else f", at least {point.lower_bound / MILLION:g}"
        self._bar.update(self._bar.task_ids[0], completed=point.seconds, description=f"best {best}{bound}")
