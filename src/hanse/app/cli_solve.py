"""`hanse solve`: one problem, one plan, how good it is, and what it looks like."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hanse.app.carbon import GRID
from hanse.app.cli_workers import Starts, Workers, many

if TYPE_CHECKING:
    from rich.console import Console

    from hanse.model.plan import Plan


Grid = Annotated[int, typer.Option("--grid", min=0, max=10_000, help="Grams of CO2e per kWh of electricity.")]


def solve(
    file: Annotated[Path, typer.Argument(help="A problem in any known format.")],
    objective: Annotated[
        str, typer.Option(help="cost, makespan, tardiness, energy, a sum of them, or utility.")
    ] = "makespan",
    method: Annotated[str, typer.Option(help="auto, or one engine: portfolio, cpsat, …")] = "auto",
    time_limit: Annotated[float, typer.Option(help="Seconds to search at most.")] = 60.0,
    threads: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Solver threads. Default: 2; 1 for several starts.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Draws every random choice.")] = 0,
    workers: Workers = "1",
    starts: Starts = None,
    rounds: Annotated[
        int | None, typer.Option(min=1, help="Of search, after which each start ends; the same seed then repeats.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write the plan.")] = None,
    gantt: Annotated[Path | None, typer.Option(help="Draw the plan: a page (.html) or a picture (.svg).")] = None,
    start: Annotated[Path | None, typer.Option(help="A plan to begin from: the answer is never worse.")] = None,
    freeze: Annotated[
        str | None,
        typer.Option(help="What stays: until=T (of --start, what began before T), or a plan file, all of it."),
    ] = None,
    grid: Grid = GRID,
    certificate: Annotated[Path | None, typer.Option(help="Write a proof of cost and bound here, too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")] = False,
) -> None:
    """Plan a problem and say how far from the best possible the plan can be."""
    import hanse
    from hanse.app.story import SolveProgress, Story
    from hanse.planning.starts import solve_starts

    if gantt is not None:
        from hanse.app.report.gantt import check_suffix

        check_suffix(gantt)
    problem = hanse.read(file)
    begun = None if start is None else hanse.read_plan(start)
    kept = None if freeze is None else _kept(freeze)
    console = _console(quiet=quiet or as_json)
    count = many(workers, starts, threads)
    if count is None:
        threads = threads or (2 if rounds is None else 1)
        with SolveProgress(console, time_limit) as progress:
            result = hanse.solve(
                problem, objective, method, time_limit, threads, seed, progress, begun, kept, rounds
            )  # fmt: skip
    else:
        threads = 1
        with Story(console).stage(f"planning from {count} seeds") as chapter:
            result = solve_starts(
                problem, objective, method, time_limit, starts=count, rounds=rounds, seed=seed, start=begun,
                freeze=kept, workers=workers, told=chapter.step,
            )  # fmt: skip
    if result.plan is None:
        raise hanse.HanseError(
            f"no plan found in {time_limit:g} s, and none is proved impossible",
            where=str(file),
            hint="give more time with --time-limit",
        )
    if out is not None:
        hanse.write_plan(result.plan, out)
    if gantt is not None:
        from hanse.app.report.gantt import save_gantt

        save_gantt(problem, result.plan, gantt)
    if certificate is not None:
        from hanse.app import certifying
        from hanse.planning.result import Limits

        limits = Limits(min(time_limit, 10.0), threads, seed)
        certifying.save(certifying.make(problem, result.plan, limits), certificate)
    if as_json:
        from hanse.instances import hanse_json

        sys.stdout.write(hanse_json.write_plan(result.plan).decode())
    elif not quiet:
        from hanse.app import show

        show.result(problem, result, console, file, out, grid)
        if gantt is not None:
            console.print(f"drawn: open {gantt}", highlight=False, soft_wrap=True)


def _kept(freeze: str) -> int | Plan:
    """What `--freeze` names: a time, or the plan in a file."""
    from hanse.errors import InputError
    from hanse.instances import read_plan

    if not freeze.startswith("until="):
        return read_plan(freeze)
    try:
        return int(freeze.removeprefix("until="))
    except ValueError as error:
        hint = "write until=120, in the problem's unit of time, or name a plan file"
        raise InputError(f'"{freeze}" names no whole time', where="--freeze", hint=hint) from error


def _console(*, quiet: bool) -> Console:
    from rich.console import Console

    return Console(quiet=quiet)
