"""Whole runs on a copy of a league: what meets the league must show in what comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hanse.app.lab.playing import league_problem
from hanse.app.lab.season import Season, gini, season
from hanse.lab.fork import Bench
from hanse.lab.rules import PRESENT
from hanse.lab.study import Scenario, World
from hanse.units import MILLION
from tests.lab.live import ORDERS, problem_of_league

WORLD = World(members=5, orders=4)
CALM = Scenario(breakdowns=0, spells=0, patience=1)


def played(ready: Bench, scenario: Scenario, seed: int = 1, **rules: Any) -> Season:
    return season(ready, None, WORLD, scenario, replace(PRESENT, **rules), seed)


def test_on_a_calm_floor_every_order_is_agreed_delivered_in_time_and_paid(ready: Bench) -> None:
    found = played(ready, CALM)
    assert (found.orders, found.agreed, found.refused, found.undone) == (4, 4, 0, 0)
    assert (found.on_time, found.lateness) == (MILLION, 0)
    assert 0 < found.income <= found.cost * 4 + 4  # what customers paid, less fee and reward, and rounded
    assert found.utility > 0
    assert found.gas > 1_000_000


def test_the_same_seed_comes_to_the_same_to_the_last_unit_of_gas(ready: Bench) -> None:
    storm = Scenario(demand=1.5, breakdowns=3, rush=50)
    assert played(ready, storm) == played(ready, storm) != played(ready, storm, seed=2)


def test_breakdowns_make_orders_later_and_customers_less_content(ready: Bench) -> None:
    calm, storm = (played(ready, one) for one in (CALM, replaced(CALM, breakdowns=6.0, repair=0.3)))
    assert storm.lateness > calm.lateness
    assert storm.utility < calm.utility


def test_late_work_is_paid_less_where_lateness_costs_at_once(ready: Bench) -> None:
    storm = replaced(CALM, breakdowns=6.0, repair=0.3)
    strict = {
        "settlement_grace": 0,
        "settlement_unit": 3_600,
        "settlement_per_unit": 100_000,
        "settlement_cap": MILLION,
    }
    assert played(ready, storm, **strict).income < played(ready, storm).income


def test_a_false_claim_is_refuted_and_a_silent_one_counted(ready: Bench) -> None:
    found = played(ready, replaced(CALM, solvers=["honest", "false", "silent"]))
    assert (found.struck, found.silent, found.believed) == (1, 1, 0)


def test_a_lie_is_believed_and_paid_where_nobody_looks_in_time(ready: Bench) -> None:
    lazy = replaced(CALM, solvers=["honest", "false"], watch=4_000)
    found = played(ready, lazy)
    assert (found.struck, found.believed) == (0, 1)
    assert found.rewards > played(ready, replaced(lazy, watch=600)).rewards
    assert found.on_time == MILLION  # nobody can carry it out; the first plan is


def test_with_a_longer_window_the_same_watcher_comes_in_time(ready: Bench) -> None:
    lazy = replaced(CALM, solvers=["honest", "false"], watch=4_000)
    assert played(ready, lazy, round_challenge=7_200).struck == 1


def test_work_that_never_begins_is_not_paid_and_its_order_is_undone(ready: Bench) -> None:
    usual, found = played(ready, CALM), played(ready, replaced(CALM, absent=1.0))
    assert (found.undone, found.income, found.on_time, found.utility) == (usual.agreed, 0, 0, 0)


def test_without_solvers_the_first_plan_is_carried_out(ready: Bench) -> None:
    found = played(ready, replaced(CALM, solvers=[]))
    assert (found.agreed, found.rewards) == (4, 0)


def test_the_orders_of_the_league_itself_are_played(ready: Bench) -> None:
    base = league_problem(ready)
    assert base.root == problem_of_league().root
    found = season(ready, base, World(source="league"), CALM, PRESENT, 1)
    assert found.orders == ORDERS


def replaced(scenario: Scenario, **changed: Any) -> Scenario:
    """A scenario with other values; msgspec has its own way to do it."""
    import msgspec

    return msgspec.structs.replace(scenario, **changed)


def test_gini_of_known_spreads() -> None:
    assert gini([5, 5, 5, 5]) == 0
    assert gini([0, 0, 0, 8]) == 750_000
    assert gini([]) == gini([0, 0]) == 0


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20), st.integers(1, 50))
def test_gini_lies_between_nothing_and_one_and_knows_no_currency(values: list[int], factor: int) -> None:
    assert 0 <= gini(values) < MILLION
    assert gini([value * factor for value in values]) == gini(values)
