"""What the page on growth says follows from what was measured, and the simulated queues are queues."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import scaling
import scaling_page
from scaling_model import CONSORTIUM, NEXT, ROLLUP, TODAY, Chain, Design, breaks_at, flows, stations
from scaling_queues import simulate

COSTS: dict[str, Any] = json.loads(scaling.COSTS.read_text())
DOCS = Path(__file__).parents[2] / "docs" / "scaling.md"
PLACE = {"gas of the chain": "chain", "service": "service", "outbox": "outbox", "index": "index"}


def test_the_results_and_the_figure_are_made_of_the_recorded_costs() -> None:
    assert scaling.PAGE.read_text() == scaling_page.page(COSTS)
    assert scaling.FIGURE.read_text() == scaling_page.figure(COSTS)


def test_every_table_of_the_page_is_one_of_the_results() -> None:
    page = DOCS.read_text()
    tables = re.findall(r"(?:^\|.*\n)+", scaling.PAGE.read_text() + "\n", re.MULTILINE)
    assert len(tables) == 5
    for one in tables:
        assert one in page


def test_the_recorded_gas_is_still_that_of_the_contracts() -> None:
    """To 5 %: the page need not be made anew for a change that changes nothing in it."""
    now = scaling.gas_table()
    for name, gas in COSTS["gas"].items():
        assert abs(now[name] - gas) <= 0.05 * gas, f"{name}: run `python benchmarks/scaling.py gas`"


@pytest.mark.parametrize("chain", [CONSORTIUM, ROLLUP], ids=["consortium", "rollup"])
@pytest.mark.parametrize("design", [TODAY, NEXT], ids=["today", "next"])
def test_a_station_is_full_where_it_is_said_to_be(chain: Chain, design: Design) -> None:
    for name in PLACE:
        full = breaks_at(COSTS, name, chain, design)
        below, above = (
            {one.name: one.load for one in stations(COSTS, members, chain, design)} for members in (full - 1, full)
        )
        assert below[name] <= 1 < above[name]


@pytest.mark.parametrize("design", [TODAY, NEXT], ids=["today", "next"])
def test_queues_grow_beyond_where_a_station_is_full_and_not_before(design: Design) -> None:
    full = scaling_page.first_full(COSTS, CONSORTIUM, design)
    before, after = (simulate(COSTS, round(full * part), CONSORTIUM, design) for part in (0.8, 1.25))
    assert before.growing == ()
    assert before.late < 2 * CONSORTIUM.seconds
    assert after.growing
    assert after.late > 2 * before.late


@pytest.mark.parametrize("name", PLACE)
def test_what_costs_more_is_where_it_waits(name: str) -> None:
    """Each station in turn is made the slow one."""
    dear = json.loads(json.dumps(COSTS))
    if name == "gas of the chain":
        dear["gas"] = {what: 40 * gas for what, gas in dear["gas"].items()}
        chain = Chain("roomy blocks", 2.0, 60_000_000)
    else:
        chain = CONSORTIUM
        where, what = {
            "service": ("service", "write_seconds"), "outbox": ("orders", "outbox_seconds_a_transaction"),
            "index": ("orders", "index_seconds_a_transaction"),
        }[name]  # fmt: skip
        dear[where][what] *= 4_000 if name == "index" else 200
    members = round(1.3 * breaks_at(dear, name, chain, TODAY))
    found = simulate(dear, members, chain)
    assert found.growing == (PLACE[name],)
    assert max(found.queues, key=lambda place: found.queues[place]) == PLACE[name]


def test_the_same_seed_is_the_same_hour_and_another_is_not() -> None:
    one, same, other = (simulate(COSTS, 1_000, CONSORTIUM, seed=seed) for seed in (1, 1, 2))
    assert one == same != other


def test_everything_a_league_sends_is_counted_once() -> None:
    small, large = (flows(COSTS, members) for members in (100, 1_000))
    assert len({one.name for one in small}) == len(small)
    for one, other in zip(small, large, strict=True):
        # Matching asks about every member: a hundred times as much for ten times as many.
        assert other.a_day == pytest.approx(one.a_day * (100 if one.name == "orders matched" else 10))


def test_a_reading_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "READINGS", 200)
    found = scaling.readings()
    assert 0 < found["seconds"] < 0.1
    assert found["bytes"] > found["parcel_bytes"] > 20
