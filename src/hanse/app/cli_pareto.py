"""The commands of trade-offs: `hanse pareto` and `hanse pick`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hanse.app.carbon import GRID
from hanse.app.cli_solve import Grid
from hanse.app.cli_workers import Starts, Workers, many

if TYPE_CHECKING:
    from hanse.units import Units

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")]


def pareto(
    file: Annotated[Path, typer.Argument(help="A problem in any known format.")],
    objectives: Annotated[
        str,
        typer.Option(
            help="Two or more of makespan, cost, tardiness, energy, total_energy, utilisation, pooled_utilisation, "
            "reliability, machine_reliability."
        ),
    ] = "makespan,energy",
    time_limit: Annotated[float, typer.Option(help="Seconds to search at most.")] = 60.0,
    method: Annotated[str, typer.Option(help="auto, exact, moth-flame, nsga2 or nsga3.")] = "auto",
    evaluations: Annotated[int, typer.Option(min=1, help="Plans tried at most by the search.")] = 300_000,
    idle_percent: Annotated[
        int, typer.Option(min=0, max=100, help="total_energy: share of its power a waiting machine draws.")
    ] = 0,
    transport_energy: Annotated[
        int, typer.Option(min=0, help="total_energy: energy units per unit of time of transport.")
    ] = 0,
    grid: Grid = GRID,
    threads: Annotated[int, typer.Option(min=1, max=1024, help="Threads of the exact method; 1 repeats.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Draws every random choice.")] = 0,
    workers: Workers = "1",
    starts: Starts = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder. Default: out/pareto-FILE")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find all good compromises between objectives: a picture to choose from, and every plan behind it."""
    from rich.console import Console

    import hanse
    from hanse.app.pareto import files, page, words
    from hanse.app.story import Story
    from hanse.planning.pareto import Extras, explore
    from hanse.planning.pareto.objectives import minimised
    from hanse.planning.pareto.starts import explore_starts

    problem = hanse.read(file)
    console = Console(quiet=quiet or as_json)
    extras = Extras(idle_percent, transport_energy)
    count = many(workers, starts, threads)
    with Story(console).stage("looking for compromises") as chapter:
        if count is None:
            front = explore(
                problem, objectives, method, time_limit, evaluations=evaluations, threads=threads, seed=seed,
                extras=extras, told=lambda share, _: chapter.step(round(100 * share), 100),
            )  # fmt: skip
        else:
            front = explore_starts(
                problem, objectives, method, time_limit, starts=count, evaluations=evaluations, seed=seed,
                extras=extras, workers=workers, told=chapter.step,
            )  # fmt: skip
        chapter.done(words.sentence(len(front.points), front.objectives, complete=front.complete))
    folder = out or Path("out", f"pareto-{file.stem}")
    files.write(front, folder, grid)
    page.write(front, folder / "front.html", grid)
    if as_json:
        json.dump(files.as_json(front, grid), sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
        return
    units, knee = problem.units, front.knee
    for k, name in enumerate(front.objectives if len(front.points) > 1 else ()):
        best = min(front.points, key=lambda point: minimised(name, point.values[k]))
        console.print(_line(words.BEST[name], front.objectives, best.values, units), highlight=False)
    console.print(_line("suggested", front.objectives, knee.values, units), highlight=False)
    console.print(f"open {folder / 'front.html'}", highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"take one: hanse pick {folder / 'front.json'} --point {knee.number} --out plan.json",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


def pick(
    front: Annotated[Path, typer.Argument(help="The front.json that `hanse pareto` wrote, or its folder.")],
    point: Annotated[str, typer.Option(help="Number of the point, or knee.")] = "knee",
    out: Annotated[Path, typer.Option("--out", help="Where the plan goes.")] = Path("plan.json"),
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Turn a point of a front into a plan that can be checked, drawn and put into a round."""
    import hanse
    from hanse.app.pareto import files
    from hanse.instances import hanse_json

    number, plan = files.pick(front, point)
    hanse.write_plan(plan, out)
    if as_json:
        sys.stdout.write(hanse_json.write_plan(plan).decode())
    elif not quiet:
        typer.echo(f"wrote plan {number} to {out}; check it: hanse check PROBLEM {out}")


def _line(name: str, objectives: tuple[str, ...], values: tuple[int, ...], units: Units) -> str:
    from hanse.app.pareto import words

    told = ", ".join(f"{words.LABELS[o]} {words.value(o, v, units)}" for o, v in zip(objectives, values, strict=True))
    return f"  {name}: {told}"
