"""The page of a front: two objectives as a picture, a third as colour; a click shows the plan behind a point."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from hanse.app import carbon
from hanse.app.pareto import words
from hanse.app.pareto.energy import energy_of_orders
from hanse.app.report import words as report_words
from hanse.app.report.data import embed
from hanse.instances import write_bytes
from hanse.model.check import outcomes
from hanse.planning.pareto.front import Front, Point
from hanse.planning.pareto.objectives import LARGER
from hanse.units import TIME_UNITS, Units

BARS = 200_000
"""Bars of all plans together that a page may hold; with more, plans are left out evenly, never the knee or an end."""


def render(front: Front, grid: int = carbon.GRID) -> str:
    """The page as text, which asks nothing of any network: the same front gives the same text."""
    style, script, value = _read("pareto.css"), _read("pareto.js"), data(front, grid)
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


def write(front: Front, path: Path, grid: int = carbon.GRID) -> None:
    """The page on disk, whole or not at all. Raises EnvironmentFault."""
    write_bytes(path, render(front, grid).encode())


def data(front: Front, grid: int = carbon.GRID) -> dict[str, Any]:
    """Everything the page shows, as plain values. grid: grams of CO2e per kWh."""
    problem = front.problem
    drawn = _drawn(front)
    told = words.sentence(len(front.points), front.objectives, complete=front.complete)
    return {
        "title": problem.name or "Trade-off",
        "sentence": told[0].upper() + told[1:] + ".",
        "objectives": [
            {
                "name": name,
                "label": words.LABELS[name],
                "best": words.BEST[name],
                "larger": name in LARGER,
                "axis": words.AXES.get(name, "number"),
                "unit": words.unit(name, problem.units),
            }
            for name in front.objectives
        ],
        "seconds": TIME_UNITS[problem.units.time],
        "jobs": [job.id for job in problem.jobs],
        "machines": [{"id": name, "owner": problem.owner[name].id} for name in problem.machines],
        "knee": front.knee.number,
        "points": [_point(front, point, grid, bars=point.number in drawn) for point in front.points],
        "about": f"{front.method}, {front.evaluations:,} plans tried in {front.seconds:.1f} s, seed {front.seed}. "
        "Every plan here was judged by the independent checker."
        + ("" if carbon.grams(0, problem.units, grid) is None else f" Carbon: {grid} g CO₂e per kWh of electricity."),
    }


def _point(front: Front, point: Point, grid: int, *, bars: bool) -> dict[str, Any]:
    problem, units = front.problem, front.problem.units
    jobs = {job.id: i for i, job in enumerate(problem.jobs)}
    machines = {name: i for i, name in enumerate(problem.machines)}
    energy = energy_of_orders(problem, point.plan.assignments, front.extras)
    total = sum(energy.values())
    return {
        "n": point.number,
        "v": [words.number(name, v) for name, v in zip(front.objectives, point.values, strict=True)],
        "t": [words.value(name, v, units) for name, v in zip(front.objectives, point.values, strict=True)],
        "energy": [words.value("energy", total, units), _carbon(total, units, grid)] if total else None,
        "orders": [
            [o.job, words.value("makespan", o.completion, units), words.value("cost", o.cost, units),
             words.value("energy", energy[o.job], units), _carbon(energy[o.job], units, grid)]
            for o in outcomes(problem, point.plan.assignments)
        ] if bars else [],
        "bars": [
            [jobs[at.job], machines[at.machine], at.start, at.end, at.operation,
             f"{words.value('makespan', at.start, units)} – {words.value('makespan', at.end, units)}"]
            for at in point.plan.assignments
        ] if bars else [],
    }  # fmt: skip


def _carbon(energy: int, units: Units, grid: int) -> str:
    amount = carbon.grams(energy, units, grid)
    return "" if amount is None else report_words.narrow(carbon.text(amount))


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
