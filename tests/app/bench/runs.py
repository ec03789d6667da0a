"""Runs made by hand, for tests of what is made of them."""

from __future__ import annotations

from hanse.app.bench.runs import Key, Point, Run


def run(
    solver: str,
    value: int | None,
    *points: Point,
    instance: str = "a",
    family: str = "small",
    bound: int | None = None,
    seconds: float = 10.0,
    failure: str = "",
) -> Run:
    """A run of 10 s whose trajectory is these points."""
    key = Key(family, instance, solver, 10.0, 2, 0, "1")
    return Run(key, value, bound, seconds, 0.5, 100, failure, points, "2026-01-02T03:04:05+00:00", "a machine")
