"""What a guest decides: claims the contract takes, and every takeover comes to an end."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.app.shop.day import Shop, Timeline
from hanse.app.shop.market import Lot
from hanse.app.shop.taking import (
    Act,
    Claim,
    Fate,
    Market,
    Stage,
    Takeover,
    act,
    come_home,
    fate,
    market,
    named,
    next_stage,
    takeover,
    wanted,
)
from hanse.market.offers import OVER, RULES, Need, Window, unfit
from hanse.model.plan import Assignment
from hanse.planning.sharing.fitting import Terms
from hanse.telemetry.reading import FINISHED, Reading
from tests.app.shop.town import JOBS, NOW, league, mill
from tests.planning.sharing.test_fitting import at_home
from tests.planning.sharing.test_fitting import league as chain_league

LINE = Timeline(5_000, 2)
PROBLEM = league(JOBS)
SHOP = Shop(PROBLEM.enterprises[0], PROBLEM, LINE)
HOSTS = {"0xE2": "E2", "0xE3": "E3"}
CLAIM = Claim(Assignment("J", "A", "O", mill("E2"), 130, 190), "0xE2", 4, 9_000, 60, 6_000, Need(0, 0, 10_000))


def lot(host: str, start: int, end: int, *, number: int = 1, machine: int = 1, price: int = 1) -> Lot:
    return Lot(host, number, Window(2, machine, 0, start, end, price), "", (1, 0))


def there(*lots: Lot, now: int = 5_000) -> Market:
    return market(SHOP, lots, HOSTS, lambda _, number: "milling" if number == 0 else None, now)


def test_windows_are_seen_in_whole_units_of_the_plan_and_later_than_now() -> None:
    (seen,) = there(lot("0xE2", 5_011, 5_101, price=3), now=5_020).offered

    assert (seen.machine, seen.start, seen.end, seen.price) == (mill("E2"), 11, 50, 6)


@pytest.mark.parametrize(
    "strange",
    [lot("0xE9", 5_000, 6_000), lot("0xE2", 5_000, 6_000, machine=2), lot("0xE2", 5_000, 5_001)],
    ids=["a stranger", "a machine that is not there", "no whole unit"],
)
def test_what_nobody_could_use_is_left_out(strange: Lot) -> None:
    assert there(strange).offered == ()


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(0, 14),
    st.lists(st.integers(0, 2), min_size=2, max_size=3), st.integers(0, 12), st.integers(0, 12), st.integers(1, 9),
    st.sampled_from(["A", "B"]), st.integers(1, 3),
)  # fmt: skip
def test_the_contract_takes_every_claim(
    durations: list[int], due: int, legs: list[int], late: int, start: int, length: int, host: str, unit: int
) -> None:
    problem = chain_league(durations, due, legs)
    line = Timeline(1_000, unit)
    shop = Shop(problem.enterprises[0], problem, line)
    free = [
        Lot(f"0x{host}", 1, Window(2, 1, 0, line.minute(start), line.minute(start + length), 2), "", (1, 0)),
        Lot(f"0x{host}", 2, Window(2, 1, 0, line.minute(start + length), line.minute(30), 2), "", (2, 0)),
    ]
    now = line.minute(0)
    seen = market(shop, free, {"0xA": "A", "0xB": "B"}, lambda _, __: "mill", now)
    rows = tuple(at_home(durations, late))

    choice = wanted(shop, rows, 0, seen, {}, 0, Terms())

    if choice is not None:
        made = takeover(shop, 1, rows, choice, 9, seen)
        assert made.claims
        for claim in made.claims:
            window = next(one.window for one in free if one.number == claim.number)
            assert unfit(window, claim.start, claim.length, claim.need, now) is None
            assert claim.price == claim.length * window.price


def test_where_a_claim_stands() -> None:
    def stands(window: Window | None, *, guest: str = "0xE1", sent: bool = True, accepted: bool = False) -> Fate:
        one = None if window is None else Lot("0xE2", 4, window, guest if window.guest else "", (1, 0))
        return fate(CLAIM, one, "0xE1", accepted, sent, now=9_070)

    free = Window(2, 1, 0, 8_000, 9_500, 100)
    taken = (2, 1, 0, 8_000, 9_500, 100, 1, 9_000, 60)
    assert stands(free, sent=False) is Fate.UNSENT
    assert stands(free) is Fate.LOST
    assert stands(None) is Fate.LOST
    assert stands(Window(*taken, 9_100), guest="0xE3", sent=False) is Fate.LOST
    assert stands(Window(*taken[:-2], 9_001, 60, 9_100)) is Fate.LOST
    assert stands(Window(*taken, 9_100)) is Fate.HELD
    assert stands(Window(*taken, 9_069)) is Fate.STALE
    assert stands(Window(*taken, RULES.mark)) is Fate.CONFIRMED
    assert stands(Window(*taken, RULES.mark | OVER)) is Fate.WITHDRAWN
    assert stands(Window(*taken, RULES.mark | OVER), accepted=True) is Fate.SETTLED
    late = Lot("0xE2", 4, Window(*taken, RULES.mark | OVER), "0xE1", (1, 0))
    assert fate(CLAIM, late, "0xE1", accepted=False, sent=True, now=9_060 + RULES.review * 60) is Fate.SETTLED


ENDED = {Fate.UNSENT, Fate.LOST, Fate.WITHDRAWN, Fate.SETTLED}


@pytest.mark.parametrize(("stage", "wanted_", "finished", "begun"), [*product(Stage, *[(False, True)] * 3)])
def test_no_claim_is_left_to_itself(stage: Stage, wanted_: bool, finished: bool, begun: bool) -> None:
    """Money that is locked comes out again: a hold that nobody wants is given back, work that is done is paid."""
    for now in Fate:
        todo = act(stage, now, wanted=wanted_, finished=finished, begun=begun)
        if now in ENDED:
            assert todo in (Act.NOTHING, Act.CLAIM)
        if now is Fate.HELD and (not wanted_ or stage is Stage.GIVEN_UP):
            assert todo is Act.RELEASE
        if now is Fate.CONFIRMED and finished:
            assert todo is Act.ACCEPT
        if now is Fate.CONFIRMED and begun and not finished:
            assert todo is Act.WAIT  # it is too late to give up


@given(st.sampled_from(list(Stage)), st.lists(st.sampled_from(list(Fate)), min_size=1, max_size=3))
def test_a_takeover_is_agreed_as_a_whole_and_ends_as_a_whole(stage: Stage, fates: list[Fate]) -> None:
    after = next_stage(stage, fates)

    order = list(Stage)
    assert order.index(after) >= order.index(stage)
    if stage is Stage.OPEN and after is Stage.AGREED:
        assert set(fates) == {Fate.CONFIRMED}
    if {Fate.LOST, Fate.STALE, Fate.WITHDRAWN} & set(fates) and stage is not Stage.DONE:
        assert after in (Stage.GIVEN_UP, Stage.DONE)
    if after is Stage.DONE and stage is not Stage.DONE:
        assert set(fates) <= ENDED


def test_a_hosts_machine_calls_the_work_by_its_window() -> None:
    one = Takeover(1, "J", Stage.AGREED, (), (CLAIM.row,), (CLAIM,), 60, 60)
    theirs = Reading("E2/line", mill("E2"), FINISHED, 1, "offer 4/work")
    other = Reading("E3/line", mill("E3"), FINISHED, 1, "offer 4/work")

    assert [reading.value for reading in named([theirs, other], [one])] == ["J/O", "offer 4/work"]


def test_a_job_comes_home_into_idle_time() -> None:
    home = (Assignment("J", "P", "O0", "A", 10, 20), Assignment("J", "P", "O1", "B", 20, 25))
    idle = {"A": ((0, 12), (30, 45)), "B": ((0, 42), (50, 90))}

    rows = come_home(home, idle, NOW // 10)

    assert [(at.machine, at.start, at.end) for at in rows] == [("A", 30, 40), ("B", 50, 55)]
    assert [at.start for at in come_home(home, {}, 15)] == [15, 25]
