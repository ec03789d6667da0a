"""`hanse simulate`: a shop floor with everything that goes wrong on one, for people and for brokers."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanse.app.cli_workers import Workers

if TYPE_CHECKING:
    from rich.console import Console

    from hanse.lab.floor.operate import Outcome
    from hanse.lab.floor.trouble import Odds
    from hanse.lab.floor.week import Rows
    from hanse.model.problem import Problem


def simulate(
    file: Annotated[Path | None, typer.Argument(help="A problem. Default: a league is drawn, with its plan.")] = None,
    plan: Annotated[Path | None, typer.Argument(help="The plan that the floor plays.")] = None,
    sharing: Annotated[
        str | None,
        typer.Option(help="none, greedy, best, or several: greedy,best. Default: greedy; none if readings are wanted."),
    ] = None,
    mode: Annotated[str, typer.Option(help="central, peer, hybrid, or several: central,peer,hybrid.")] = "central",
    seeds: Annotated[int, typer.Option(min=1, max=1000, help="Weeks to play, from --seed on.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="Draws every random choice.")] = 0,
    members: Annotated[int, typer.Option(min=2, max=500, help="Of the drawn league.")] = 20,
    breakdowns: Annotated[float, typer.Option(help="Breakdowns of each machine over the plan, on average.")] = 2.0,
    repair: Annotated[float, typer.Option(help="How long one lasts, percent of the plan, on average.")] = 1.0,
    slow: Annotated[float, typer.Option(help="Slow spells of each machine over the plan, on average.")] = 1.0,
    rush: Annotated[float, typer.Option(help="Rush orders for a hundred jobs, on average.")] = 5.0,
    workers: Workers = "1",
    mqtt: Annotated[str | None, typer.Option(help="HOST:PORT of a broker that hears it live (Sparkplug B).")] = None,
    username: Annotated[str | None, typer.Option(help="At the broker; the password is in HANSE_MQTT_PASSWORD.")] = None,
    speed: Annotated[float, typer.Option(help="Live: how many times faster than real time.")] = 600.0,
    unit: Annotated[float, typer.Option(help="Seconds of one unit of the plan's time.")] = 60.0,
    epoch: Annotated[
        str | None, typer.Option(help="When the plan's time 0 is. Default: live now, else so that it ends now.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the readings to this file.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the findings. Default: out/simulate")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")] = False,
) -> None:
    """Play a floor with breakdowns, slow machines and rush orders: weeks with and without sharing compared; or, with
    --mqtt or --csv, one of them as readings of its machines."""
    from rich.console import Console

    from hanse.errors import InputError
    from hanse.lab.floor.trouble import Odds

    if not speed > 0:
        raise InputError("time must go on", where="speed", hint="use 1 for real time, 600 for ten minutes a second")
    if (file is None) != (plan is None):
        raise InputError("a problem needs its plan", where="PLAN", hint="make one: hanse solve FILE --out plan.json")
    odds = Odds(breakdowns=breakdowns, repair=repair / 100, spells=slow, rush=rush)
    given = None if file is None or plan is None else _read(file, plan)
    console = Console(quiet=quiet or as_json)
    if mqtt is not None or csv is not None:
        told = _play(
            given, members, odds, seed, sharing or "none", mode, mqtt, username, speed, unit, epoch, csv, console
        )
        if as_json:
            _print(told)
        return
    _study(given, members, odds, range(seed, seed + seeds), sharing or "greedy", mode, workers, out, console, as_json)


def _read(file: Path, plan: Path) -> tuple[Problem, Rows]:
    import hanse
    from hanse.errors import InputError

    problem, answer = hanse.read(file), hanse.read_plan(plan)
    judgement = hanse.check(problem, answer)
    if not judgement.valid:
        said = "; ".join(map(str, judgement.violations[:3]))
        raise InputError(f"the plan is not valid: {said}", where=str(plan), hint=f"see hanse check {file} {plan}")
    return problem, answer.assignments


def _study(
    given: tuple[Problem, Rows] | None,
    members: int,
    odds: Odds,
    seeds: range,
    sharing: str,
    mode: str,
    workers: str,
    out: Path | None,
    console: Console,
    as_json: bool,
) -> None:
    from hanse.app.reproduce.sheet import machine, show, write_sheet
    from hanse.app.simulate import document
    from hanse.app.simulate.study import Question, study
    from hanse.app.story import Story
    from hanse.lab.floor.operate import Way

    methods, modes = sharing.split(","), mode.split(",")
    for method in methods:
        for each in modes:
            if (method, each) != ("best", "peer") or len(methods) * len(modes) == 1:
                Way(method, each)  # type: ignore[arg-type]  # refuses what is unknown
    question = Question(odds, tuple(methods), tuple(modes), members, given)  # type: ignore[arg-type]
    weeks = study(question, seeds, workers, Story(console))
    league = f"A league of {members}, drawn with every seed" if given is None else repr(given[0])
    told = document.as_json(weeks, odds, league)
    drawn = document.sheet(weeks, odds, league, machine("numba"))
    files = write_sheet(drawn, told, out or Path("out", "simulate"), "simulate")
    if as_json:
        _print(told)
    elif not console.quiet:
        show(drawn, files.page, console)


def _play(
    given: tuple[Problem, Rows] | None,
    members: int,
    odds: Odds,
    seed: int,
    sharing: str,
    mode: str,
    mqtt: str | None,
    username: str | None,
    speed: float,
    unit: float,
    epoch: str | None,
    csv: Path | None,
    console: Console,
) -> dict[str, Any]:
    """One week as readings."""
    from dataclasses import replace

    from hanse.app.simulate.play import Moments, Player
    from hanse.app.simulate.table import Table
    from hanse.lab.floor.operate import operate
    from hanse.lab.floor.trouble import draw
    from hanse.lab.floor.week import drawn, way_of
    from hanse.telemetry.table import read_moment

    problem, rows = given or drawn(seed, members)
    trouble, way = draw(problem, rows, odds, seed), replace(way_of(rows, odds), method=sharing, mode=mode, seed=seed)  # type: ignore[arg-type]
    size = 1000 * unit / (speed if mqtt is not None else 1)
    now = int(time.time() * 1000)
    begun = now + 500 if mqtt is not None else now - round(max(at.end for at in rows) * size * 1.25)
    moments = Moments(begun if epoch is None else read_moment(epoch), size)
    table = None if csv is None else Table(csv)
    broker = None if mqtt is None else _broker(problem, mqtt, username)
    sinks = [sink for sink in (table, broker) if sink is not None]
    player = Player(problem, moments, sinks, live=mqtt is not None)
    console.print(
        f"time 0 is {moments.epoch} (ms since 1970), a unit of time {size / 1000:g} s; "
        f"{len(trouble.rush)} rush orders, {sum(map(len, trouble.down.values()))} breakdowns",
        highlight=False,
    )
    try:
        with console.status("playing …"):
            outcome = operate(problem, rows, trouble, way, player)
    finally:
        for sink in sinks:
            sink.close()
    console.print(
        f"{player.said:,} readings; {len(outcome.done)} jobs done, {outcome.late} late, weighted tardiness "
        f"{outcome.tardiness / 1e6:,.0f}",
        highlight=False,
    )
    return _told(outcome, player.said, moments.epoch, size)


def _told(outcome: Outcome, said: int, epoch: int, unit: float) -> dict[str, Any]:
    return {
        "readings": said,
        "epoch": epoch,
        "unit_ms": unit,
        "jobs": len(outcome.done),
        "late": outcome.late,
        "tardiness": outcome.tardiness / 1e6,
        "moved": len(outcome.moved),
    }


def _broker(problem: Problem, where: str, username: str | None) -> Any:
    import os

    from hanse.errors import EnvironmentFault, InputError

    host, _, port = where.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise InputError(f'"{where}" names no broker', where="mqtt", hint="write HOST:PORT, localhost:1883 for example")
    try:
        from hanse.app.simulate.broker import Publisher
    except ModuleNotFoundError as missing:
        raise EnvironmentFault(
            f"{missing.name} is not installed", where="telemetry", hint="pip install 'hanse[telemetry]'"
        ) from None
    return Publisher(problem, host, int(port), username, os.environ.get("HANSE_MQTT_PASSWORD"))


def _print(document: dict[str, Any]) -> None:
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
