"""Leagues that share while things go wrong: late jobs gain, and no job that stays at home is later for it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.lab.floor.market import GAS, MODES, Market, Mode, Stay
from hanse.lab.floor.operate import Method, Way, operate
from hanse.lab.floor.outlook import outlook
from hanse.lab.floor.peers import decide
from hanse.lab.floor.shop import Event, Shop
from hanse.lab.floor.trouble import CALM, Odds, Trouble, draw
from hanse.lab.floor.week import way_of, week
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.generate import league
from hanse.planning.sharing.guests import cast
from hanse.planning.sharing.live import Sharing
from hanse.planning.sharing.rules import Rules
from hanse.planning.sharing.share import sealed
from hanse.planning.sharing.windows import Window
from tests.lab.floor.histories import impossible

ODDS = Odds(breakdowns=3, repair=0.02, spells=2, rush=15)


def small(seed: int) -> tuple[Problem, tuple[Assignment, ...]]:
    return league(5, 3, 50, seed, services=5, longest=120)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(MODES), st.sampled_from(["greedy", "greedy", "best"]))
def test_no_job_that_stays_at_home_is_later_for_the_sharing_of_others(seed: int, mode: Mode, method: Method) -> None:
    problem, rows = small(seed % 50)
    trouble = draw(problem, rows, ODDS, seed)
    way = replace(way_of(rows, ODDS), mode=mode, method="greedy" if mode == "peer" else method, looks=1)
    alone, shared = operate(problem, rows, trouble, Way("none")), operate(problem, rows, trouble, way)
    assert not impossible(shared.shop, trouble)
    assert shared.done.keys() == alone.done.keys()
    for job, done in shared.done.items():
        assert job in shared.moved or done <= alone.done[job]
    own = {task.name: task for tasks in shared.shop.tasks.values() for task in tasks if not task.guest}
    for tasks in alone.shop.tasks.values():
        for task in tasks:
            if task.name in own:
                assert (own[task.name].finished or 0) <= (task.finished or 0)


@pytest.mark.parametrize("seed", range(3))
def test_sharing_lowers_tardiness_and_the_weeks_say_so(seed: int) -> None:
    problem, rows = small(seed)
    told = week(problem, rows, ODDS, [replace(way_of(rows, ODDS), mode=mode) for mode in MODES], seed)
    assert told.alone > 0
    for each in told.ways:
        assert each.tardiness < told.alone
        assert each.hosts_late == ()
        assert each.moved > 0
    central, peer, hybrid = told.ways
    assert peer.transactions > max(central.transactions, hybrid.transactions)
    assert peer.messages < hybrid.messages < central.messages


def test_the_same_week_twice_is_the_same_to_the_last_event() -> None:
    problem, rows = small(1)
    trouble = draw(problem, rows, ODDS, 1)
    heard: list[list[Event]] = [[], []]
    for events in heard:
        operate(problem, rows, trouble, replace(way_of(rows, ODDS), mode="peer"), events.extend)
    assert heard[0] == heard[1]


def test_with_nothing_going_wrong_a_week_is_one_decision_and_a_valid_plan() -> None:
    problem, rows = small(2)
    outcome = operate(problem, rows, draw(problem, rows, CALM, 0), replace(way_of(rows, CALM), every=10**6))
    assert outcome.decisions == 1
    final = tuple(task.at for tasks in outcome.shop.tasks.values() for task in tasks)
    assert sealed(problem, final, "floor", 0.0).measures.tardiness == outcome.tardiness


def test_the_outlook_of_a_calm_floor_is_its_plan_and_a_breakdown_puts_it_off() -> None:
    problem, rows = small(3)
    floor = Shop(problem, rows, Trouble())
    floor.until(100)
    seen = outlook(floor, 60)
    assert {at for own in seen.rows.values() for at in own} == {at for at in rows if at.job not in floor.done}
    at = next(at for at in rows if at.start < 150 < at.end)
    floor = Shop(problem, rows, Trouble(down={at.machine: ((150, 400),)}))
    floor.until(160)
    seen = outlook(floor, 60)
    expected = next(row for row in seen.rows[at.job] if row.operation == at.operation)
    assert expected.end == at.end + 60  # that is how long a breakdown usually lasts
    assert seen.due_back == 210
    floor.until(300)
    assert next(row for row in outlook(floor, 60).rows[at.job] if row.operation == at.operation).end == at.end + 180


def test_jobs_on_the_road_are_not_asked() -> None:
    problem, rows = small(0)
    moved = Sharing(problem, rows).moved
    name = next(iter(moved))
    assert name not in Sharing(problem, rows, staying={name}).moved


def test_of_two_peers_that_want_one_offer_one_is_refused_and_finds_its_next_best() -> None:
    problem, rows = small(4)
    home = {job.id: job.customer for job in problem.jobs}
    floor, guests = Floor(problem, rows, Rules()), cast(problem, rows, Rules()).guests
    moved, vain = decide(floor, guests, home, np.random.default_rng(0))
    assert vain > 0
    new = {guests[g].job.id: guests[g].assignments(places, floor.names) for g, places in moved.items()}
    after = tuple(at for at in rows if at.job not in new) + tuple(at for own in new.values() for at in own)
    assert (
        sealed(problem, after, "peers", 0.0).measures.tardiness < sealed(problem, rows, "home", 0.0).measures.tardiness
    )


def test_gas_is_what_the_contracts_table_says() -> None:
    table = (Path(__file__).parents[3] / "contracts" / "GAS.md").read_text()
    rows = dict(re.findall(r"^\| (.+?) \| ([\d,]+) \|", table, re.MULTILINE))
    names = {
        "publish a window": "publish an idle window",
        "publish a day's windows": "publish a day's windows, any number",
        "claim": "claim a window",
        "claim with proof": "claim a window with proof, of 2^20",
        "claim in vain": "claim a window in vain",
        "confirm": "confirm a window",
        "accept": "accept the work in a window",
        "take back": "take back a window that nobody has",
        "take back from a guest": "take back a confirmed window",
        "release": "release a confirmed window",
        "anchor a root": "anchor a root",
    }
    assert {kind: int(rows[names[kind]].replace(",", "")) for kind in GAS} == dict(GAS)


def story(mode: Mode) -> Market:
    """Two windows; one stay agreed, moved by its host, kept, paid; another given back."""
    market = Market(mode, {"M": "E1", "N": "E2"}, 10)
    idle = [Window("M", 0, 100, False), Window("N", 0, None, True)]
    market.report(["E1", "E2"], 0, 1000)
    market.offer(idle, 0)
    market.agree({"J/1": Stay("J", "M", 10, 20), "K/1": Stay("K", "N", 5, 9)}, set(), frozenset(), idle)
    market.offer([Window("M", 20, 100, False), Window("N", 9, None, True)], 0)
    market.agree({"J/1": Stay("J", "M", 30, 40)}, set(), frozenset({"J"}), [Window("M", 20, 100, False)])
    market.over(["J/1", "unknown"])
    return market


def test_what_is_said_and_signed_depends_on_who_decides() -> None:
    central, peer, hybrid = (story(mode).tally for mode in MODES)
    assert (central.taken, central.broken, central.left) == (3, 1, 1)
    assert central.steps == {"anchor a root": 1}
    assert central.messages == 2 + 3 * 4 + 2 * 2
    assert peer.steps == {
        "publish a window": 4, "claim": 3, "confirm": 3, "take back from a guest": 1, "release": 1, "accept": 1,
        "take back": 0,
    }  # fmt: skip
    assert peer.messages == 3
    assert hybrid.steps == {
        "publish a day's windows": 3, "claim with proof": 3, "confirm": 3, "take back from a guest": 1, "release": 1,
        "accept": 1,
    }  # fmt: skip
    assert hybrid.gas == sum(GAS[kind] * count for kind, count in hybrid.steps.items())


def test_ways_that_are_none_are_refused() -> None:
    for bad in ({"method": "magic"}, {"mode": "anarchy"}, {"every": 0}, {"method": "best", "mode": "peer"}):
        with pytest.raises(InputError):
            Way(**bad)
