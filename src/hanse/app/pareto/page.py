"""The page of a front: two objectives as a picture, a third as colour; a click shows the plan behind a point."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from hanse.app.pareto import words
from hanse.app.report.data import embed
from hanse.instances import write_bytes
from hanse.model.check import outcomes
from hanse.planning.pareto.front import Front, Point
from hanse.planning.pareto.objectives import LARGER

BARS = 200_000
"""Bars of all plans together that a page may hold; with more, plans are left out evenly, never the knee or an end."""


def render(front: Front) -> str:
    """The page as text, which asks nothing of any network: the same front gives the same text."""
    style, script, value = _read("pareto.css"), _read("pareto.js"), data(front)
    filled = {
        "policy": f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src '{_fingerprint(style)}'; "
        f"script-src '{_fingerprint(script)}'",
        "title": escape(value["title"]),
        "sentence": escape(value["sentence"]),
        "style": style,
        "data": embed(value),
        "script": script,
    }
    pieces = _read("template.html").split("@@")
    return "".join(filled[piece] if i % 2 else piece for i, piece in enumerate(pieces))


def write(front: Front, path: Path) -> None:
    """The page on disk, whole or not at all. Raises EnvironmentFault."""
    write_bytes(path, render(front).encode())


def data(front: Front) -> dict[str, Any]:
    """Everything the page shows, as plain values."""
    problem = front.problem
    drawn = _drawn(front)
    told = words.sentence(len(front.points), front.objectives, complete=front.complete)
    return {
        "title": problem.name or "Trade-off",
        "sentence": told[0].upper() + told[1:] + ".",
        "objectives": [
            {"name": name, "label": words.LABELS[name], "best": words.BEST[name], "larger": name in LARGER}
            for name in front.objectives
        ],
        "jobs": [job.id for job in problem.jobs],
        "machines": [{"id": name, "owner": problem.owner[name].id} for name in problem.machines],
        "knee": front.knee.number,
        "points": [_point(front, point, bars=point.number in drawn) for point in front.points],
        "about": f"{front.method}, {front.evaluations:,} plans tried in {front.seconds:.1f} s, seed {front.seed}. "
        "Every plan here was judged by the independent checker.",
    }


def _point(front: Front, point: Point, *, bars: bool) -> dict[str, Any]:
    problem, units = front.problem, front.problem.units
    jobs = {job.id: i for i, job in enumerate(problem.jobs)}
    machines = {name: i for i, name in enumerate(problem.machines)}
    energy = dict.fromkeys(jobs, 0)
    modes = {
        (job.id, plan.id, operation.id, mode.machine): mode.energy
        for job in problem.jobs
        for plan in job.plans
        for operation in plan.operations
        for mode in operation.modes
    }
    for at in point.plan.assignments:
        energy[at.job] += modes[at.job, at.plan, at.operation, at.machine]
    return {
        "n": point.number,
        "v": [words.number(name, v) for name, v in zip(front.objectives, point.values, strict=True)],
        "t": [words.value(name, v, units) for name, v in zip(front.objectives, point.values, strict=True)],
        "orders": [
            [o.job, words.value("makespan", o.completion, units), words.value("cost", o.cost, units),
             words.value("energy", energy[o.job], units)]
            for o in outcomes(problem, point.plan.assignments)
        ] if bars else [],
        "bars": [
            [jobs[at.job], machines[at.machine], at.start, at.end, at.operation,
             f"{words.value('makespan', at.start, units)} – {words.value('makespan', at.end, units)}"]
            for at in point.plan.assignments
        ] if bars else [],
    }  # fmt: skip


def _drawn(front: Front) -> set[int]:
    """Points whose plans the page holds."""
    numbers = [point.number for point in front.points]
    most = max(1, BARS // max(1, len(front.points[0].plan.assignments)))
    step = max(1, -(-len(numbers) // most))
    return {*numbers[::step], numbers[-1], front.knee.number}


def _read(name: str) -> str:
    return (files(__package__) / "web" / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _fingerprint(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()
