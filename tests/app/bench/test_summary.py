"""Figures are those of the runs: gaps, what is missing, who is reached when, and what cannot be true."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.app.bench.families import Known
from hanse.app.bench.figure import gap_over_time
from hanse.app.bench.runs import DECLINED
from hanse.app.bench.summary import CEILING, contradicts, mean_gap_at, moments, reach, rows
from tests.app.bench.runs import run

BEST = {("small", "a"): Known(90, 100), ("small", "b"): Known(None, 200), ("other", "c"): Known()}


def test_a_row_has_the_gaps_proofs_and_missing_answers_of_a_solver_in_a_family() -> None:
    runs = [
        run("hanse", 110, (0.1, 120, 80), (2.0, 110, 99), bound=99),
        run("hanse", None, instance="b", failure="killed"),
        run("peer", 100, (5.0, 100, 100), bound=100),
    ]
    own, peer = rows(runs, BEST)
    assert (own.runs, own.missing, own.proved, own.better) == (2, 1, 0, 0)
    assert own.mean_gap == own.max_gap == pytest.approx(0.1)
    assert own.bound_gap == pytest.approx(0.1)
    assert own.first == own.slowest == 0.1
    assert (peer.proved, peer.mean_gap) == (1, 0.0)


def test_several_families_have_a_row_for_all_and_what_cannot_be_stated_is_not_missing() -> None:
    declined = run("peer", None, instance="c", family="other", failure=f"{DECLINED}: transport")
    runs = [run("hanse", 100), run("hanse", 7, instance="c", family="other"), run("peer", 150), declined]
    found = {(row.family, row.solver): row for row in rows(runs, BEST)}
    assert set(found) == {("small", "hanse"), ("small", "peer"), ("other", "hanse"), ("all", "hanse"), ("all", "peer")}
    assert (found["all", "peer"].runs, found["all", "peer"].missing) == (1, 0)
    assert found["other", "hanse"].mean_gap is None


def test_reaching_a_peer_is_its_time_over_the_time_to_a_plan_as_good() -> None:
    own = run("hanse", 100, (0.5, 130, None), (2.0, 100, None))
    assert reach(own, run("peer", 130, seconds=10.0)) == 20
    assert reach(own, run("peer", 129, seconds=10.0)) == 5
    assert reach(own, run("peer", 99, seconds=10.0)) == 0
    assert reach(own, run("peer", None)) is None


def test_values_below_known_bounds_and_bounds_above_known_values_are_contradictions() -> None:
    assert contradicts(run("x", 89), Known(90, 100))
    assert contradicts(run("x", 100, bound=101), Known(90, 100))
    assert not contradicts(run("x", 90, bound=90), Known(90, 100))
    assert not contradicts(run("x", None), Known())


def test_the_mean_gap_at_a_moment_counts_only_plans_known_then() -> None:
    runs = [run("x", 110, (1.0, 150, None), (5.0, 110, None)), run("x", 400, (3.0, 400, None), instance="b")]
    assert mean_gap_at(runs, BEST, 0.5) == CEILING
    assert mean_gap_at(runs, BEST, 2.0) == pytest.approx((0.5 + CEILING) / 2)
    assert mean_gap_at(runs, BEST, 9.0) == pytest.approx((0.1 + CEILING) / 2)
    assert mean_gap_at([run("x", 1, instance="c", family="other")], BEST, 1.0) is None


def test_a_plan_that_the_judge_refused_counts_as_none_although_it_was_told() -> None:
    assert mean_gap_at([run("x", None, (1.0, 101, None), failure="refused")], BEST, 9.0) == CEILING


@given(st.floats(0.05, 1e5))
def test_moments_rise_to_the_limit(limit: float) -> None:
    found = moments(limit)
    assert found == sorted(found)
    assert found[-1] == pytest.approx(limit)
    assert found[0] > 0


def test_the_figure_names_every_solver_with_its_last_gap_and_escapes_words() -> None:
    drawn = gap_over_time([run("<b>", 150, (1.0, 150, None)), run("peer", 90, (0.1, 90, None))], BEST, "A & B")
    assert drawn is not None
    assert "&lt;b&gt; 50.00 %" in drawn
    assert "peer -10.00 %" in drawn
    assert "A &amp; B" in drawn
    assert gap_over_time([run("x", 1, instance="c", family="other")], BEST, "none") is None
