"""`hanse bench`: solvers on families of benchmark instances."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hanse.app.cli_workers import Workers

if TYPE_CHECKING:
    from rich.console import Console

    from hanse.app.bench.bench import Told


PAPER = 140
"""Signs in a line where no terminal says how many it has."""


def bench(
    families: Annotated[list[str], typer.Argument(help="Folders of problem files, or their names in --folder.")],
    folder: Annotated[Path | None, typer.Option(help="Where the families are.")] = None,
    time_limit: Annotated[float, typer.Option(help="Seconds of each solver's time.")] = 20.0,
    threads: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Solver threads. Default: 2; 1 with several workers.")
    ] = None,
    method: Annotated[str, typer.Option(help="Hanse's engine: auto, or several with commas.")] = "auto",
    against: Annotated[str, typer.Option(help="Peers with commas: pyjobshop, cpsat (a plain model).")] = "",
    pattern: Annotated[str, typer.Option(help="Which instances, as mk0*.")] = "*",
    seed: Annotated[int, typer.Option(min=0, help="Draws every random choice.")] = 0,
    memory: Annotated[int, typer.Option(min=128, help="MiB one run may take; beyond, it is ended.")] = 4096,
    workers: Workers = "1",
    out: Annotated[Path, typer.Option(help="Folder of results; finished runs found there are not repeated.")] = Path(
        "out", "bench"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")] = False,
) -> None:
    """Measure solvers on families of instances: gaps, proofs, first plans, memory. Run again, it continues."""
    from rich.console import Console

    from hanse.app.bench import results
    from hanse.app.bench.bench import Question
    from hanse.app.bench.bench import bench as run
    from hanse.cluster import one_thread

    own = tuple("hanse" if name == "auto" else f"hanse:{name}" for name in _names(method))
    question = Question(
        tuple(families), (*own, *_names(against)), folder, pattern, time_limit, one_thread(workers, threads, 2), seed,
        memory, out, workers,
    )  # fmt: skip
    console = Console(quiet=quiet or as_json, width=None if sys.stdout.isatty() else PAPER)
    with _Bar(console) as told:
        found = run(question, told)
    if as_json:
        document = results.as_json(found.runs, found.best) | {"contradictions": found.contradictions}
        json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        results.show(found.runs, found.best, console)
        for path in found.files.values():
            console.print(f"written: {path}", highlight=False, markup=False, soft_wrap=True)
    for said in found.contradictions:
        sys.stderr.write(f"contradiction with the best known values: {said}\n")
    if found.contradictions:
        raise typer.Exit(1)


def _names(listed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in listed.split(",") if name.strip()))


class _Bar:
    """Progress over all runs; in a file or pipe, where no bar moves, one line a run."""

    def __init__(self, console: Console) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._console = console
        self._bar = Progress(
            TextColumn("  {task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn(),
            console=console, transient=True, disable=console.quiet or not console.is_terminal,
        )  # fmt: skip

    def __enter__(self) -> Told:
        self._bar.add_task("")
        self._bar.start()
        return self._told

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def _told(self, done: int, total: int, doing: str) -> None:
        self._bar.update(self._bar.task_ids[0], completed=done, total=total, description=doing)
        if doing and not self._console.is_terminal:
            self._console.print(f"{done + 1}/{total} {doing}", highlight=False, markup=False, soft_wrap=True)
