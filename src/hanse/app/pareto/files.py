"""A front on disk: `hanse-front/1`, from which any point can be picked again, and CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from hanse.app import carbon
from hanse.app.pareto.energy import energy_of_orders
from hanse.app.pareto.words import number
from hanse.errors import InputError
from hanse.instances import hanse_json, read_bytes, write_bytes
from hanse.model.plan import Plan
from hanse.planning.pareto.front import Front
from hanse.planning.pareto.objectives import LARGER

FORMAT = "hanse-front/1"


def as_json(front: Front, grid: int = carbon.GRID) -> dict[str, Any]:
    """The front for programs: every point with its values, energy and carbon by order, and its whole plan
    (`hanse-plan/1`). grid: grams of CO2e per kWh; carbon is null where the unit of energy is abstract."""
    names, problem = front.objectives, front.problem
    return {
        "format": FORMAT,
        "name": front.problem.name,
        "problem": front.problem.root,
        "objectives": [{"name": name, "better": "larger" if name in LARGER else "smaller"} for name in names],
        "idle_percent": front.extras.idle_percent,
        "transport_energy": front.extras.transport_energy,
        "grid": grid,
        "method": front.method,
        "seed": front.seed,
        "evaluations": front.evaluations,
        "seconds": front.seconds,
        "complete": front.complete,
        "repeatable": front.repeatable,
        "bound": None if front.bound is None else [_named(names, corner) for corner in front.bound],
        "knee": front.knee.number,
        "points": [
            {
                "point": point.number,
                "values": _named(names, point.values),
                "orders": [
                    {"job": job, "energy": energy, "carbon": carbon.grams(energy, problem.units, grid)}
                    for job, energy in energy_of_orders(problem, point.plan.assignments, front.extras).items()
                ],
                "plan": json.loads(hanse_json.write_plan(point.plan)),
            }
            for point in front.points
        ],
    }


def as_csv(front: Front) -> str:
    """One row per point: its number, its objectives, and whether it is the knee."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["point", *front.objectives, "knee"])
    knee = front.knee.number
    for point in front.points:
        values = [number(name, v) for name, v in zip(front.objectives, point.values, strict=True)]
        rows.writerow([point.number, *values, "yes" if point.number == knee else ""])
    return out.getvalue()


def write(front: Front, folder: Path, grid: int = carbon.GRID) -> None:
    """front.json and front.csv, each whole or not at all. Raises EnvironmentFault."""
    write_bytes(folder / "front.json", (json.dumps(as_json(front, grid), indent=1, ensure_ascii=False) + "\n").encode())
    write_bytes(folder / "front.csv", as_csv(front).encode())


def pick(path: str | Path, which: str) -> tuple[int, Plan]:
    """A point of a written front, called `knee` or by its number, and its plan.

    Raises InputError for a file that is no front and for a point that is not in it.
    """
    file = Path(path)
    file = file / "front.json" if file.is_dir() else file
    try:
        given = json.loads(read_bytes(file))
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"not JSON: {error}", where=str(file), hint="give the front.json that hanse pareto wrote"
        ) from None
    if not isinstance(given, dict) or given.get("format") != FORMAT:
        raise InputError(f"not a front ({FORMAT})", where=str(file), hint="give the front.json that hanse pareto wrote")
    points, knee = given.get("points"), given.get("knee")
    if not isinstance(points, list) or not points:
        raise InputError("the front has no points", where=f"{file}: points")
    wanted = knee if which == "knee" else int(which) if which.isdecimal() else None
    for i, point in enumerate(points):
        if not isinstance(point, dict) or not isinstance(point.get("plan"), dict):
            raise InputError("this is no point with a plan", where=f"{file}: points[{i}]")
        if wanted is not None and point.get("point") == wanted:
            return int(point["point"]), hanse_json.read_plan(json.dumps(point["plan"]).encode())
    raise InputError(
        f'there is no point "{which}"', where=str(file), hint=f"use knee or a number from 1 to {len(points)}"
    )


def _named(names: tuple[str, ...], values: tuple[int, ...]) -> dict[str, int | float]:
    return {name: number(name, value) for name, value in zip(names, values, strict=True)}
