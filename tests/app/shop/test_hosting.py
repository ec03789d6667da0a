"""What a host decides: nothing is promised twice, nothing is offered that is not idle, all that is idle is offered."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from hanse.app.shop.day import Span, Timeline
from hanse.app.shop.hosting import Bench, answer, book_of, offering, promises, to_collect, to_expire
from hanse.app.shop.market import Lot
from hanse.market.offers import RULES, State, Window

NOW = 10_000
HOST, GUEST = "0xhost", "0xguest"
SERVICES = {"A": (0, 1), "B": (1,)}


def bench(unit: int = 1, least: int = 1, setup: int = 0) -> Bench:
    return Bench(("A", "B"), SERVICES, {"A": 10, "B": 20}, Timeline(0, unit), least, setup)


def lot(
    number: int, start: int, end: int, *, machine: int = 1, service: int = 0, price: int = 10, slot: bool = True,
    part: Span | None = None, until: int = NOW + RULES.hold, order: int | None = None,
) -> Lot:  # fmt: skip
    guest, begins, length = (2, part[0], part[1] - part[0]) if part else (0, 0, 0)
    window = Window(1, machine, service, start, end, price, guest, begins, length, until if part else 0)
    return Lot(HOST, number, window, GUEST if part else "", (number if order is None else order, 0), slot)


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    edges = sorted(draw(st.sets(st.integers(NOW - 20, NOW + 120), max_size=8)))
    return list(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def idles(draw: st.DrawFn) -> dict[str, list[Span]]:
    all_day = [(NOW - 20, NOW + 170)]
    return {machine: draw(spans() | st.just(all_day)) for machine in draw(st.sets(st.sampled_from(["A", "B"])))}


@st.composite
def lots(
    draw: st.DrawFn, *, held: bool, untils: tuple[int, ...] = (NOW - 1, NOW + RULES.hold, RULES.mark)
) -> list[Lot]:
    found = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        start = draw(st.integers(NOW - 20, NOW + 100))
        end = start + draw(st.integers(1, 60))
        part = None
        if held and draw(st.booleans()):
            begins = draw(st.integers(start, end - 1))
            part = (begins, draw(st.integers(begins + 1, end)))
        machine = draw(st.integers(1, 3))
        found.append(
            lot(
                number, start, end, machine=machine, service=draw(st.integers(0, 2)),
                price=draw(st.sampled_from([10, 20])), part=part, slot=part is not None or draw(st.booleans()),
                until=draw(st.sampled_from(untils)),
            )
        )  # fmt: skip
    return found


@given(idles(), lots(held=True, untils=(NOW - 1, NOW + RULES.hold, NOW + RULES.hold)), st.integers(0, 3))
def test_what_is_confirmed_is_idle_and_never_twice(idle: dict[str, list[Span]], own: list[Lot], setup: int) -> None:
    table = bench(setup=setup)

    said = answer(table, own, idle, NOW)

    waiting = [one.number for one in own if one.state is State.HELD and one.window.until >= NOW]
    assert sorted((*said.confirm, *said.decline)) == sorted(waiting)
    given_ = [table.promise(one) for one in own if one.number in said.confirm]
    for one in given_:
        assert any(low <= one.start and one.end <= high for low, high in idle[one.machine])
    for a, b in combinations(given_, 2):
        assert a.machine != b.machine or a.end + setup <= b.start or b.end + setup <= a.start


def test_of_two_claims_of_one_time_the_earlier_is_confirmed() -> None:
    first, second = (
        lot(number, NOW, NOW + 90, part=(NOW + 10, NOW + 40), order=order) for number, order in ((7, 2), (5, 3))
    )

    said = answer(bench(), [first, second], {"A": [(NOW, NOW + 90)]}, NOW)

    assert (said.confirm, said.decline) == ((7,), (5,))


@given(idles(), lots(held=True), st.integers(1, 20))
def test_all_idle_time_is_offered_once_for_each_service(
    idle: dict[str, list[Span]], own: list[Lot], least: int
) -> None:
    table = bench(least=least)

    found = offering(table, own, idle, NOW)

    free = [one for one in own if one.state is State.FREE and one.number not in found.take_back]
    kept = [one for one in free if one.window.end > NOW + 1]
    for machine, services in SERVICES.items():
        for service in services:
            number = table.machines.index(machine) + 1
            times = [
                (max(one.window.start, NOW + 1), one.window.end)
                for one in kept
                if (one.window.machine, one.window.service) == (number, service)
            ]
            times += [(p.start, p.end) for p in found.publish if (p.machine, p.service) == (number, service)]
            for minute in range(NOW - 20, NOW + 125):
                covered = sum(start <= minute < end for start, end in times)
                is_idle = minute > NOW and any(low <= minute < high for low, high in idle.get(machine, ()))
                assert covered <= 1
                assert not covered or is_idle
                if is_idle and not covered:  # only in what is too short
                    assert least > 1
    assert all(piece.end - piece.start >= least for piece in found.publish)


@given(idles(), lots(held=False))
def test_offering_what_it_said_leaves_nothing_to_do(idle: dict[str, list[Span]], own: list[Lot]) -> None:
    table = bench()
    found = offering(table, own, idle, NOW)
    after = [one for one in own if one.number not in found.take_back]
    after += [
        lot(100 + i, p.start, p.end, machine=p.machine, service=p.service, price=p.price)
        for i, p in enumerate(found.publish)
    ]

    again = offering(table, after, idle, NOW)

    assert (again.publish, again.take_back) == ((), ())


@given(idles(), lots(held=True), st.booleans())
def test_a_false_leaf_needs_a_new_book_at_once(idle: dict[str, list[Span]], own: list[Lot], due: bool) -> None:
    table = bench()

    found, anew = book_of(table, own, idle, NOW, due=due)

    alone = offering(table, own, idle, NOW)
    false_leaves = [one.number for one in own if not one.slot and one.number in alone.take_back]
    assert anew == bool(false_leaves or (alone.publish and due))
    assert all(one.slot for one in own if one.number in found.take_back)
    if anew:  # the new book holds all that single windows do not
        assert found.publish == offering(table, [one for one in own if one.slot], idle, NOW).publish


def test_what_is_held_too_long_expires_and_what_is_silent_is_collected() -> None:
    late = lot(1, NOW - 90, NOW + 90, part=(NOW + 10, NOW + 40), until=NOW - 1)
    long_ago = NOW - RULES.review * 60
    silent = lot(2, long_ago - 90, long_ago, part=(long_ago - 60, long_ago), until=RULES.mark)
    fresh = lot(3, NOW - 90, NOW, part=(NOW - 60, NOW), until=RULES.mark)

    assert to_expire([late, silent, fresh], NOW) == (1,)
    assert to_collect([late, silent, fresh], NOW) == (2,)
    assert [promise.number for promise in promises(bench(), [late, silent, fresh], NOW)] == [3]


def test_a_guests_minutes_are_rounded_out_to_units() -> None:
    one = lot(1, NOW, NOW + 90, part=(NOW + 7, NOW + 41))

    promised = bench(unit=10).promise(one)

    assert (promised.machine, promised.start, promised.end) == ("A", 1_000, 1_005)
