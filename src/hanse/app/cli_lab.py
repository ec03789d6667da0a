"""`hanse lab`: a copy of the league, scenarios on it, what they show, and a proposal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanse.app.cli_workers import Workers

if TYPE_CHECKING:
    from hanse.app.lab.journal import Journal
    from hanse.lab.fork import Fork
    from hanse.lab.study import Study

lab = typer.Typer(name="lab", help="Try rules on a copy of the league before living under them.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")]
Copy = Annotated[Path, typer.Argument(help="A fork: a directory made by hanse lab fork.")]
File = Annotated[Path, typer.Argument(help="A study, TOML: scenarios and variants of the rules.")]
Out = Annotated[Path, typer.Option("--out", help="Folder of finished runs and findings.")]

STUDY = Path("out", "lab")


@lab.command()
def fork(
    data: Annotated[Path, typer.Option(help="The league's directory; its service may be at work in it.")],
    out: Annotated[Path, typer.Option("--out", help="Directory to be made.")],
    chain: Annotated[str | None, typer.Option(help="The chain it is on, http(s)://…  Default: Hanse's own.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Copy a league: its chain, read models and contents, and none of its keys. The league itself is only read."""
    from rich.console import Console

    from hanse.app.story import Story
    from hanse.lab.fork import fork as make

    story = Story(Console(quiet=quiet or as_json))
    with story.stage("copy the league") as chapter:
        made = make(data, out, chain_url=chain)
        chapter.done(f"copied the league at {made.league[:10]}…, block {made.block} of chain {made.chain}")
    if as_json:
        _print(_told(made) | {"seconds": story.stages[-1].seconds})
        return
    if not made.fresh:
        story.console.print("what the saved chain lacked was sent again, to the copy", highlight=False)
    story.console.print(f"\nhanse lab run {out} study.toml", highlight=False, markup=False, soft_wrap=True)


@lab.command()
def run(
    copy: Copy,
    file: File,
    out: Out = STUDY,
    workers: Workers = "1",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play every scenario under every variant with every seed. Killed, it goes on where it was."""
    from rich.console import Console

    from hanse.app.lab.playing import play
    from hanse.app.story import Story

    study, made, journal = _opened(copy, file, out)
    story = Story(Console(quiet=quiet or as_json))
    before = len(journal.runs)
    with story.stage(f"play {len(study)} runs") as chapter:
        play(made, study, journal, workers, chapter.step)
        found = f", {before} of them before" if before else ""
        nothing = sum(season is None for season in journal.runs.values())
        chapter.done(f"played {len(study)} runs{found}" + (f"; {nothing} without any plan" if nothing else ""))
    if as_json:
        _print({"runs": len(journal.runs), "before": before, "without_plan": nothing, "journal": str(journal.path)})
    else:
        story.console.print(
            f"\nhanse lab compare {copy} {file} --out {out}", highlight=False, markup=False, soft_wrap=True
        )


@lab.command()
def compare(copy: Copy, file: File, out: Out = STUDY, as_json: Json = False, quiet: Quiet = False) -> None:
    """Hold the variants against the present rules, seed by seed, with intervals, effect sizes and a picture."""
    from rich.console import Console

    from hanse.app.lab import document
    from hanse.app.reproduce.sheet import show, write_sheet

    study, made, journal = _opened(copy, file, out, begin=False)
    found, told = _findings(study, made, journal)
    drawn = document.sheet(study, journal.runs, found, made)
    files = write_sheet(drawn, told, out, "lab")
    if as_json:
        _print(told)
    elif not quiet:
        show(drawn, files.page, Console())


@lab.command()
def advise(
    copy: Copy,
    file: File,
    out: Out = STUDY,
    by: Annotated[
        str,
        typer.Option(
            help="What shall get better: on_time, lateness, cost, energy, income, spread, utility, rewards, gas."
        ),
    ] = "utility",
    proposal: Annotated[
        Path | None, typer.Option(help="The proposal to write. Default: proposal.json in --out.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the best variant as a proposal. 0 written, 1 no variant is surely better."""
    from rich.console import Console

    from hanse.app.lab.advising import proposal as advice
    from hanse.instances import write_bytes
    from hanse.model.canonical import canonical, digest

    study, made, journal = _opened(copy, file, out, begin=False)
    _, told = _findings(study, made, journal)
    evidence = canonical(told)
    advised = advice(study, journal.runs, made, by, digest(evidence))
    where = proposal or out / "proposal.json"
    write_bytes(out / "evidence.json", evidence)
    write_bytes(where, (json.dumps(advised, indent=1, ensure_ascii=False) + "\n").encode())
    if as_json:
        _print(advised)
        return
    console = Console(quiet=quiet)
    for one in advised["parameters"]:
        console.print(f"{one['name']}: {one['old']} → {one['new']}", highlight=False)
    for one in advised["expected"]:
        if one["judged"] != "unsure":
            said = f"{one['judged']}: {one['unit']} {one['effect']:+,.2f} [{one['low']:+,.2f}, {one['high']:+,.2f}]"
            console.print(said, highlight=False, markup=False)
    console.print(f"\nhanse govern propose 1 --from {where} --as MEMBER", highlight=False, markup=False, soft_wrap=True)


@lab.command()
def incentives(
    seeds: Annotated[int, typer.Option(min=5, max=1000, help="Leagues to be drawn, from --seed on.")] = 40,
    seed: Annotated[int, typer.Option(min=0, help="The first.")] = 0,
    role: Annotated[
        str, typer.Option(help="solver, provider, customer, or several with commas.")
    ] = "solver,provider,customer",
    members: Annotated[int, typer.Option(min=5, max=200, help="Of a league.")] = 8,
    orders: Annotated[int, typer.Option(min=1, max=500, help="Of a league.")] = 8,
    rule: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE: another rule, as settlement.grace=0; repeatable.")
    ] = None,
    workers: Workers = "1",
    out: Annotated[Path, typer.Option("--out", help="Folder for the findings.")] = Path("out", "incentives"),
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Can a solver, a member or a customer gain by lying? Each lie against honest others, under the real rules."""
    from rich.console import Console

    from hanse.app.lab import lying
    from hanse.app.reproduce.sheet import show, write_sheet
    from hanse.app.story import Story
    from hanse.errors import InputError
    from hanse.lab.incentives import ROLES
    from hanse.lab.rules import PRESENT
    from hanse.lab.study import World

    roles = tuple(dict.fromkeys(role.split(",")))
    for one in roles:
        if one not in ROLES:
            raise InputError(f'"{one}" is no role', where="--role", hint=f"use: {', '.join(ROLES)}")
    rules, world = PRESENT.changed(dict(map(_rule, rule or ()))), World(members=members, orders=orders)
    story = Story(Console(quiet=quiet or as_json))
    with story.stage(f"play the lies of {len(roles)} roles") as chapter:
        found = lying.games(world, rules, range(seed, seed + seeds), roles, workers, chapter.step)
        chapter.done(f"played {seeds} leagues with every lie of {', '.join(roles)}")
    told = lying.lies(found)
    drawn, data = lying.sheet(told, found, world), lying.as_json(told, found)
    files = write_sheet(drawn, data, out, "incentives")
    if as_json:
        _print(data)
    elif not quiet:
        show(drawn, files.page, story.console)


def _rule(given: str) -> tuple[str, Any]:
    from hanse.errors import InputError

    name, equals, value = given.partition("=")
    if not equals:
        raise InputError(f'"{given}" changes no rule', where="--rule", hint="write NAME=VALUE, as settlement.grace=0")
    if value in ("true", "false"):
        return name, value == "true"
    return name, int(value) if value.removeprefix("-").isdecimal() else value


def _opened(copy: Path, file: Path, out: Path, *, begin: bool = True) -> tuple[Study, Fork, Journal]:
    from hanse.app.lab.journal import NAME, Journal
    from hanse.errors import InputError
    from hanse.lab.fork import read_fork
    from hanse.lab.study import read_study

    made, study = read_fork(copy), read_study(file)
    if not begin and not (out / NAME).exists():
        raise InputError(
            "no run of this study is here", where=str(out), hint=f"hanse lab run {copy} {file} --out {out}"
        )
    return study, made, Journal(out, study, made)


def _findings(study: Study, made: Fork, journal: Journal) -> tuple[Any, dict[str, Any]]:
    from hanse.app.lab import comparing, document

    found = tuple(comparing.lines(study, journal.runs))
    return found, document.as_json(study, journal.runs, found, made)


def _told(made: Fork) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(made) | {"directory": str(made.directory)}


def _print(document: dict[str, Any]) -> None:
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
