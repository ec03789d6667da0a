"""What pages read and reckon, without a browser: free time, plans, amounts, moments, trends, bars."""

from __future__ import annotations

import json
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from hanse.app.api import shapes
from hanse.app.ui import deeds, week, zones
from hanse.app.ui.dossier import Dossier
from hanse.app.ui.forms import cents
from hanse.app.ui.papers import free, planned
from hanse.app.ui.screens import Visit
from hanse.app.ui.shop import trend
from hanse.app.ui.week import Bar, Row, View
from tests.app.api.house import planned as solved
from tests.app.api.house import question

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("busy", "hours", "left"),
    [
        ([], None, [(0, 10)]),
        ([(2, 4), (6, 7)], None, [(0, 2), (4, 6), (7, 10)]),
        ([(2, 6), (3, 4)], None, [(0, 2), (6, 10)]),
        ([(-5, 1), (9, 20)], None, [(1, 9)]),
        ([(2, 4)], ((1, 5), (6, 9)), [(1, 2), (4, 5), (6, 9)]),
        ([(0, 10)], None, []),
    ],
)
def test_free_is_what_is_open_and_not_busy(
    busy: list[tuple[int, int]], hours: tuple[tuple[int, int], ...] | None, left: list[tuple[int, int]]
) -> None:
    assert free(busy, hours, 0, 10) == left


def test_a_plan_says_whose_work_it_is_how_long_and_what_it_costs() -> None:
    problem = question({"J1": ("Carl", None)}, capacity=1)
    told = planned(*solved(problem))
    first = min(told.tasks, key=lambda task: task.start)
    assert (first.job, first.service, first.machine, first.owner) == ("J1", "milling", "M1", "E1")
    assert (first.seconds, first.cost) == (60 * 60, 40_000)
    assert [(one.id, one.owner, one.available, one.offers) for one in told.machines] == [
        ("M1", "E1", ((0, 10_000),), True),
        ("M2", "E2", ((0, 10_000),), True),
    ]


def test_a_machine_that_runs_several_things_at_once_offers_no_time() -> None:
    problem, plan = solved(question({"J1": ("Carl", None)}, capacity=1))
    other = json.loads(json.dumps(problem))
    other["enterprises"][0]["machines"][0]["capacity"] = 2
    assert [one.offers for one in planned(other, plan).machines] == [False, True]


@pytest.mark.parametrize(
    ("words", "amount"),
    [("1 250.00", 125_000), ("1250,5", 125_050), ("0", 0), ("", None), ("-1", None), ("1.234", None), ("1e3", None)],
)
def test_amounts_are_read_as_people_write_them(words: str, amount: int | None) -> None:
    assert cents(words) == amount


def test_moments_are_in_the_readers_zone_and_come_back() -> None:
    noon = 1_795_000_000 // 60 * 60
    for zone in (UTC, BERLIN):
        assert zones.typed(zones.field(noon, zone), zone) == noon
    assert zones.field(noon, UTC) != zones.field(noon, BERLIN)
    assert zones.typed("tomorrow", UTC) is None


def test_a_day_with_another_hour_begins_and_ends_at_midnight() -> None:
    """On 25 October 2026 clocks in Berlin go back."""
    view = View.of(1_792_900_000, BERLIN, 1)
    assert zones.field(view.start, BERLIN) == "2026-10-25T00:00"
    assert view.end - view.start == 25 * 3600


@pytest.mark.parametrize(
    ("seconds", "words"), [(86_400, "1 day"), (7 * 86_400, "7 days"), (8_100, "2 h 15 min"), (90_000, "1 day 1 h")]
)
def test_durations_are_words(seconds: int, words: str) -> None:
    assert zones.span(seconds) == words


def test_the_trend_is_of_the_last_five_works_against_all_before() -> None:
    kept = [work(late=0)] * 5
    assert trend(kept) is None
    assert trend([*kept, *[work(late=0)] * 4, work(late=60)]) == (80, 100)
    assert trend([*kept, *[work(late=0, ending="given up")] * 5]) == (0, 100)


def test_what_others_call_things_is_escaped_in_bars() -> None:
    evil = "<img src=x onerror=alert(1)>"
    row = Row(evil, 0, (), (Bar(0, 60, evil, "work", '"><script>'),), ())
    drawn = week._row(row, View(0, 3600, 1), UTC)
    assert "<img" not in drawn
    assert "<script" not in drawn


def test_a_proposal_that_was_not_signed_in_time_asks_nobody_any_more() -> None:
    for deadline, asked in ((2**40 - 1, True), (1, False)):
        deal = agreement(deadline)
        case = Dossier(deal, None, "", {}, {}, {})
        visit = Visit(who(deal.customer), None, "", {}, {}, None)  # type: ignore[arg-type]
        assert case.expired is not asked
        assert bool(deeds.answers(visit, case, lambda: None)) is asked  # type: ignore[arg-type,return-value]


def who(address: str) -> shapes.SessionNow:
    return shapes.SessionNow(address=address, name="Carl", managed=True, unlocked=True, offices=[], csrf="")


def agreement(deadline: int) -> shapes.AgreementNow:
    conditions = dict.fromkeys(shapes.ConditionsNow.model_fields, 0)
    people = dict.fromkeys(("solver", "arbiter", "second_arbiter"), shapes.ADDRESS)
    return shapes.AgreementNow(
        number=1, order=1, status="open", version=1, rounds=3, customer=shapes.ADDRESS, proposer=shapes.ADDRESS,
        deadline=deadline, plan=shapes.HASH, document=shapes.HASH, price=1, escrow=1, lacks=1, proposer_lacks=0,
        liability=None, conditions=shapes.ConditionsNow.model_validate({**conditions, **people}), signed=[],
        waiting=[shapes.ADDRESS], milestones=[work(late=0)], said=[],
    )  # fmt: skip


def work(late: int, ending: str = "accepted") -> shapes.MilestoneNow:
    return shapes.MilestoneNow(
        number=0, member=shapes.ADDRESS, price=1, compensation=0, subsidy=0, start_by=0, due=0, stage="settled",
        evidence="", ending=ending, rating=None, late=late, paid=1, held=0, back=0, shared=0, share=None, cause="",
        waived=[], ended=1,
    )  # fmt: skip
