"""How long work tells of itself in the terminal: one line per stage, a bar only where it takes longer than a second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

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
    """A line that lives while a problem is solved: best value, bound, gap, time; usable as `solve(progress=…)`.
    Nothing where nobody watches: a quiet console, or one that is no terminal."""

    def __init__(self, console: Console, time_limit: float) -> None:
        self._line = Progress(
            TextColumn("  {task.description}"), _Seconds(time_limit), console=console, transient=True,
            disable=console.quiet or not console.is_terminal,
        )  # fmt: skip

    def __enter__(self) -> SolveProgress:
        self._line.add_task("no plan yet", total=None)
        self._line.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._line.stop()

    def __call__(self, point: Point) -> None:
        self._line.update(self._line.task_ids[0], description=live(point))


class _Seconds(ProgressColumn):
    """How long it has taken, of how long it may."""

    def __init__(self, limit: float) -> None:
        super().__init__()
        self._limit = limit

    def render(self, task: Task) -> Text:
        return Text(f"{task.elapsed or 0:.1f} of {self._limit:g} s", style="dim")


def live(point: Point) -> str:
    """A point of a trajectory: `best 3 578, at least 1 370, gap 61.7 %`."""
    value, bound = point.value, point.lower_bound
    said = ["no plan yet" if value is None else f"best {_number(value)}"]
    if bound is not None:
        said.append(f"at least {_number(bound)}")
    if value is not None and bound is not None:
        said.append(f"gap {max(0, value - bound) / value if value else 0:.1%}")
    return ", ".join(said)


def _number(millionths: int) -> str:
    """Thousands apart, two digits where it is not whole."""
    whole = millionths % MILLION == 0
    return f"{millionths / MILLION:,.{0 if whole else 2}f}".replace(",", " ")
