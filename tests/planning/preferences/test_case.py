"""The 3D-printing case of Zhang 2019 under preferences."""

from __future__ import annotations

from hanse.app.cases.zhang2019 import preferences, question
from hanse.planning.preferences import solve
from hanse.planning.preferences.bound import upper_bound

OPTIMUM = 9_180_976
"""Σ U^C in millionths with P11 at 0.74, proved by the exact method (benchmarks/results/preferences.md)."""


def test_only_the_scanning_of_task_10_is_refused_in_every_plan() -> None:
    asked = question()
    unavoidable = asked.refusals - asked.avoidable
    assert {declined.job for declined, _ in unavoidable} == {"T10"}
    assert {place.machine for pair in unavoidable for place in pair} == {"P6"}
    assert len(asked.avoidable) == 9


def test_searching_comes_within_a_hundred_thousandth_of_the_proved_optimum() -> None:
    asked = question(printed_quality=True)
    found = solve(asked, preferences(asked.problem)[1], "recreate", time_limit=3.0)
    assert found.value is not None
    assert OPTIMUM * 0.9999 < found.value <= OPTIMUM <= upper_bound(asked)
    assert found.judgement is not None
    assert [place.job for place in found.judgement.declined] == ["T10"]
