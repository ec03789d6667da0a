"""The 3D-printing case of Zhang 2019 under preferences."""

from __future__ import annotations

import numpy as np

from hanse.app.cases.zhang2019 import preferences, question
from hanse.planning.preferences.bound import upper_bound
from hanse.planning.preferences.judge import judge
from hanse.planning.preferences.prices import priced_bound
from hanse.planning.preferences.recreate import recreate
from hanse.planning.preferences.tables import assignments_of, keeps, tables_of

OPTIMUM = 9_180_976
"""Σ U^C in millionths with P11 at 0.74, proved by the exact method (benchmarks/results/preferences.md)."""


def test_only_the_scanning_of_task_10_is_refused_in_every_plan() -> None:
    asked = question()
    unavoidable = asked.refusals - asked.avoidable
    assert {declined.job for declined, _ in unavoidable} == {"T10"}
    assert {place.machine for pair in unavoidable for place in pair} == {"P6"}
    assert len(asked.avoidable) == 9


def test_searching_comes_within_a_ten_thousandth_of_the_proved_optimum_and_prices_within_a_hundredth() -> None:
    """By steps, not by the clock: the same on a busy machine."""
    asked = question(printed_quality=True)
    tables, steps = tables_of(asked), 60_000
    found = recreate(tables, np.random.default_rng(0), lambda _, done: done / steps)
    assert keeps(tables, found.allocation, found.start)
    assignments = assignments_of(asked, found.allocation, found.start)
    judgement = judge(asked, assignments, preferences(asked.problem)[1])
    assert judgement.valid
    assert OPTIMUM * 0.9999 < judgement.value == found.worth <= OPTIMUM <= upper_bound(asked)
    assert [place.job for place in judgement.declined] == ["T10"]
    priced = priced_bound(asked, tables, found.worth)
    assert priced is not None
    assert OPTIMUM <= priced < OPTIMUM * 1.01
    assert priced == priced_bound(asked, tables, found.worth)
