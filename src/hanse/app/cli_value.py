"""The commands of value: `hanse contribution`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hanse.model.problem import Problem
    from hanse.value.contribution import Contribution


def contribution(
    file: Annotated[Path, typer.Argument(help="A problem in any known format.")],
    plan: Annotated[Path, typer.Argument(help="A plan: hanse-plan/1.")],
    amount: Annotated[
        int | None, typer.Option(min=0, help="Money to divide, in the problem's unit. Default: the plan's cost.")
    ] = None,
    order: Annotated[list[str] | None, typer.Option(help="Only this order; may be repeated. Default: all.")] = None,
    everyone: Annotated[
        bool, typer.Option("--everyone", help="Count members that stand by, too. Default: who works in the plan.")
    ] = False,
    rounds: Annotated[
        int, typer.Option(min=8, max=10_000, help="Rounds of sampling where more than 16 members could do an order.")
    ] = 16,
    seed: Annotated[int, typer.Option(min=0, help="Draws every random choice.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="Write the evidence here: hanse-contribution/1.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw it: a picture (.svg).")] = None,
    against: Annotated[
        Path | None, typer.Option(help="Evidence that somebody wrote: count it again, as it says; 1 if it differs.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")] = False,
) -> None:
    """Say what each member added to a plan (its Shapley value), and divide an amount by it, to the cent."""
    import hanse
    from hanse.app import contributing
    from hanse.app.report.page import save

    if plot is not None and plot.suffix.lower() != ".svg":
        raise hanse.InputError(f'"{plot.suffix}" is no kind of picture', where=str(plot), hint="name it .svg")
    problem, made = hanse.read(file), hanse.read_plan(plan)
    given = None if against is None else contributing.read(against)
    if given is not None:
        order, everyone = given["orders"], given["everyone"]
        rounds, seed, amount = given["rounds"], given["seed"], given["amount"]
    told = _Told(quiet=quiet or as_json)
    found = contributing.ask(problem, made, order or None, everyone=everyone, rounds=rounds, seed=seed, told=told)
    whole = made.measures.cost if amount is None else amount
    said = contributing.document(problem, made, found, whole, everyone=everyone, rounds=rounds)
    if given is not None:
        wrong = sorted(contributing.differences(given, said))
        if wrong:
            raise hanse.EvidenceError(
                f"counted again it is not the same: {wrong[0]}", where=str(against), hint="trust what is counted"
            )
    text = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
    amounts = found.divide(whole)
    if out is not None:
        save(text, out)
    if plot is not None:
        save(contributing.picture(problem, found, amounts), plot)
    if as_json:
        sys.stdout.write(text)
    elif not quiet:
        _show(problem, found, amounts, [path for path in (out, plot) if path is not None])
        if given is not None:
            typer.echo(f"counted again, {against} is true")


def _show(problem: Problem, found: Contribution, amounts: tuple[int, ...], written: list[Path]) -> None:
    from rich.console import Console

    from hanse.app.contributing import lines
    from hanse.app.report import words
    from hanse.app.tables import table

    units = problem.units
    made = table(
        "contributions", ("member", "left"), ("added", "right"), ("±", "right"), ("alone", "right"), ("gets", "right")
    )
    for member, share, margin, alone, amount in sorted(
        zip(found.members, found.shares, found.margins, found.alone, amounts, strict=True), key=lambda row: -row[1]
    ):
        cells = (round(share), round(margin), alone, amount)
        shown = [words.money(cell, units) for cell in cells]
        made.add_row(member, shown[0], shown[1] if margin else "", *shown[2:])
    console = Console()
    console.print(made)
    for line in lines(found, amounts, units):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    for path in written:
        console.print(f"written: {path}", highlight=False, markup=False, soft_wrap=True)


class _Told:
    """Progress, where somebody watches."""

    def __init__(self, *, quiet: bool) -> None:
        self._shown = not quiet and sys.stderr.isatty()

    def __call__(self, done: int, whole: int) -> None:
        if self._shown:
            sys.stderr.write(f"\r  {done} of {whole} games played" + ("\n" if done == whole else ""))
