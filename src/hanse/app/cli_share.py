"""`hanse share`: late jobs of a plan take idle time at other members."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hanse.model.plan import Assignment, Plan
    from hanse.model.problem import Problem
    from hanse.planning.sharing.explain import Fate, Missed, Refusal
    from hanse.planning.sharing.share import Shared


def share(
    file: Annotated[
        Path, typer.Argument(help="A problem whose operations list a mode at every member able to run it.")
    ],
    plan: Annotated[
        Path | None, typer.Argument(help="The present plan. Default: every member plans the jobs whose customer it is.")
    ] = None,
    moves: Annotated[str, typer.Option(help="What moves of a late job: job, operation (its last) or any.")] = "any",
    tails: Annotated[bool, typer.Option(help="Offer the time after a machine's last operation.")] = True,
    least: Annotated[int, typer.Option(help="Shortest window offered.")] = 1,
    setup: Annotated[int, typer.Option(help="Time kept free around a guest.")] = 0,
    now: Annotated[int, typer.Option(help="What began before stays.")] = 0,
    horizon: Annotated[int | None, typer.Option(help="Where offers end. Default: nowhere.")] = None,
    in_time: Annotated[bool, typer.Option("--in-time", help="Only windows that have the job done when due.")] = False,
    method: Annotated[str, typer.Option(help="greedy (the paper's rule), best (with a bound) or auto.")] = "auto",
    time_limit: Annotated[float, typer.Option(help="Seconds to look for the best.")] = 20.0,
    threads: Annotated[int, typer.Option(min=1, max=1024, help="Solver threads.")] = 2,
    seed: Annotated[int, typer.Option(min=0, help="Draws every random choice.")] = 0,
    late: Annotated[int, typer.Option(min=0, help="Tell of so many late jobs at most.")] = 20,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write the plan.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only errors.")] = False,
) -> None:
    """Let late jobs take idle time elsewhere; nobody else's work moves. Says where each went, or why it stays."""
    import hanse
    from hanse.planning.sharing import Rules
    from hanse.planning.sharing import share as run
    from hanse.planning.sharing.rules import Moves

    problem = hanse.read(file)
    present = _local(problem, time_limit, threads, seed) if plan is None else hanse.read_plan(plan)
    asked: Moves = moves  # type: ignore[assignment]  # Rules judges it
    rules = Rules(asked, tails, least, setup, now, horizon, in_time)
    found = run(problem, present, rules, method, time_limit, threads, seed)  # type: ignore[arg-type]  # so does share
    if out is not None:
        hanse.write_plan(found.plan, out)
    if as_json:
        json.dump(document(found), sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif not quiet:
        for line in told(found, late):
            typer.echo(line)
        if out is not None:
            typer.echo(f"plan written to {out}; check it: hanse check {file} {out}")


def _local(problem: Problem, time_limit: float, threads: int, seed: int) -> Plan:
    """The plan of members that do not share."""
    from hanse.planning.result import Limits
    from hanse.planning.sharing.local import schedule_shops
    from hanse.planning.sharing.share import sealed

    members = max(1, len(problem.enterprises))
    found = schedule_shops(problem, limits=Limits(time_limit / members, threads, seed))
    return sealed(problem, found.assignments, "local", 0.0)


def told(found: Shared, late: int) -> list[str]:
    """The sharing in words."""
    from hanse.app.phrases import many
    from hanse.units import decimal

    fates = found.fates
    counts = f"{many(len(fates), 'late job')}, {many(len(found.moved), 'takeover')}"
    lines = [
        f"{found.problem!r}",
        f"{counts}; {found.seconds:.2f} s by {found.method}",
        f"weighted tardiness {decimal(found.before)} before, {decimal(found.tardiness)} after; {_quality(found)}",
        *(fate_text(fate) for fate in fates[:late]),
    ]
    if len(fates) > late:
        lines.append(f"… and {many(len(fates) - late, 'late job')} more; see --late or --json")
    return lines


def _quality(found: Shared) -> str:
    from hanse.units import decimal

    if found.bound is None:
        return "no bound asked for"
    if found.proved:
        return "proved the least, at the least cost"
    return "proved the least" if found.bound == found.tardiness else f"at least {decimal(found.bound)} in any sharing"


def fate_text(fate: Fate) -> str:
    """`J7 goes to E2M1 [40, 55): done 55 instead of 80, due 60`."""
    if fate.refusal is None:
        after = "on time" if fate.completion <= fate.due else f"{fate.completion - fate.due} late"
        done = f"done {fate.completion} instead of {fate.planned}, {after}"
        return f"{fate.job} goes to {_places(fate.moved)}: {done}"
    said = f"{fate.job} stays, {fate.planned - fate.due} late: {_reason(fate.refusal, fate.due)}"
    return said if fate.refusal.missed is None else f"{said}; {_missed(fate.refusal.missed)}"


def _places(rows: tuple[Assignment, ...]) -> str:
    return ", ".join(f"{at.machine} [{at.start}, {at.end}) with {at.operation}" for at in rows)


def _reason(refusal: Refusal, due: int) -> str:
    where = _places(refusal.places)
    match refusal.why:
        case "service":
            return f"nobody else can run {refusal.operation}"
        case "quality":
            return f"{where} would fit, but not at the quality it asks for"
        case "budget":
            return f"{where} would fit, but it would cost {refusal.cost}, more than its budget"
        case "transport":
            return f"{where} would fit, were the way there and back no time"
        case "taken":
            return f"{where} would fit, but {', '.join(refusal.jobs)} took it"
        case "late":
            assert refusal.completion is not None
            return (
                f"elsewhere it would be done at {refusal.completion} at the earliest, {refusal.completion - due} late"
            )
        case "short":
            return "no window is long enough"
        case "weightless":
            return f"{where} would fit, but its tardiness has no weight"
        case "fixed":
            return refusal.said


def _missed(missed: Missed) -> str:
    """`nearest: E2M1 [40, 55) for O1, which takes 20 from 42 on until 60: 7 short`."""
    span = f"which takes {missed.duration}, from {missed.ready} on, until {missed.latest}"
    return f"nearest is {missed.window} for {missed.operation}, {span}: {missed.lacking} too little"


def document(found: Shared) -> dict[str, Any]:
    """The sharing for programs. Tardiness as decimals, times in the problem's units."""
    from hanse.units import decimal

    return {
        "method": found.method,
        "tardiness": {
            "before": decimal(found.before),
            "after": decimal(found.tardiness),
            "bound": None if found.bound is None else decimal(found.bound),
        },
        "cost": found.cost,
        "proved": found.proved,
        "seconds": found.seconds,
        "takeovers": len(found.moved),
        "jobs": [_fate(fate) for fate in found.fates],
    }


def _fate(fate: Fate) -> dict[str, Any]:
    told: dict[str, Any] = {
        "job": fate.job,
        "due": fate.due,
        "planned": fate.planned,
        "completion": fate.completion,
        "moved": [at._asdict() for at in fate.moved],
    }
    refusal = fate.refusal
    if refusal is not None:
        told["stays"] = {
            "why": refusal.why,
            "said": _reason(refusal, fate.due),
            "places": [at._asdict() for at in refusal.places],
            "completion": refusal.completion,
            "cost": refusal.cost,
            "jobs": list(refusal.jobs),
        }
        if refusal.missed is not None:
            missed = refusal.missed
            told["stays"]["nearest"] = {
                "operation": missed.operation,
                **missed.window._asdict(),
                "duration": missed.duration,
                "ready": missed.ready,
                "latest": missed.latest,
                "lacking": missed.lacking,
            }
    return told
