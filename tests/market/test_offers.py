"""Windows as words, books as trees, and every step of a window's life, with the money in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hanse.errors import InputError
from hanse.market import offers
from hanse.market.offers import RULES, Book, Need, Outcome, Refused, Rules, State, Window

NOW = 29_000_000
WINDOW = Window(host=1, machine=7, service=0, start=NOW + 100, end=NOW + 700, price=150)
NEED = Need(service=0, release=NOW, due=NOW + 800, there=30, back=30)

windows = st.builds(Window, **{name: st.integers(0, (1 << bits) - 1) for name, bits in offers.BITS.items()})


@given(windows)
def test_a_window_is_its_word(window: Window) -> None:
    assert Window.of(window.word) == window
    assert window.word < 1 << 256
    assert window.terms.word == window.word >> offers.TAKEN_BITS << offers.TAKEN_BITS


def test_the_word_is_the_contracts() -> None:
    taken = Window(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)

    assert f"{taken.word:064x}" == "000001000203000000040000000500000000060000070000000800090000000a"


@pytest.mark.parametrize("field", list(offers.BITS))
def test_what_does_not_fit_into_its_bits_is_refused(field: str) -> None:
    values = dict.fromkeys(offers.BITS, 0)
    for value in (-1, 1 << offers.BITS[field]):
        with pytest.raises(InputError, match="does not fit"):
            Window(**(values | {field: value}))


@given(st.integers(1, 40), st.data())
def test_every_window_of_a_book_leads_to_its_root_and_no_other_does(count: int, data: st.DataObject) -> None:
    book = Book([Window(1, i, 0, i, i + 1, 5) for i in range(count)])
    place = data.draw(st.integers(0, count - 1))
    siblings = book.siblings(place)

    assert offers.root_of(book.windows[place], place, siblings) == book.root
    other = data.draw(st.integers(0, 2 * count + 5).filter(lambda other: other != place))
    assert offers.root_of(book.windows[place], other, siblings) != book.root
    assert offers.root_of(Window(1, 999, 0, 1, 2, 5), place, siblings) != book.root


def test_a_book_has_windows_of_one_host_with_nobody_in_them() -> None:
    with pytest.raises(InputError, match="one host"):
        Book([])
    with pytest.raises(InputError, match="one host"):
        Book([WINDOW, Window(2, 1, 0, 0, 1, 1)])
    with pytest.raises(InputError, match="somebody is in"):
        Book([offers.take(WINDOW, 2, WINDOW.start, 10, NEED, NOW).window])


@pytest.mark.parametrize(
    ("start", "length", "need", "broken"),
    [
        (100, 90, NEED, None),
        (100, 90, Need(1, NOW, NOW + 800), "service"),
        (100, 0, NEED, "length"),
        (100, 601, NEED, "length"),
        (99, 90, NEED, "start"),
        (100, 90, Need(0, NOW + 71, NOW + 800, there=30), "release"),
        (100, 90, Need(0, NOW, NOW + 219, back=30), "due"),
        (100, 90, Need(0, NOW + 70, NOW + 220, 30, 30), None),
    ],
)
def test_what_does_not_fit_is_named(start: int, length: int, need: Need, broken: str | None) -> None:
    assert offers.unfit(WINDOW, NOW + start, length, need, NOW) == broken


def test_what_is_past_cannot_be_taken() -> None:
    assert offers.unfit(WINDOW, WINDOW.start, 10, NEED, WINDOW.start) == "start"


class Life(RuleBasedStateMachine):
    """Any steps in any order: money is conserved, and what is locked is what the window says."""

    def __init__(self) -> None:
        super().__init__()
        self.window, self.now, self.host, self.guest, self.held = WINDOW, NOW, 0, 0, 0

    def step(self, outcome: Outcome) -> None:
        before = self.window.locked
        self.host, self.guest = self.host + outcome.to_host, self.guest + outcome.to_guest
        assert before - outcome.window.locked == outcome.to_host + outcome.to_guest
        self.window = outcome.window

    @rule(minutes=st.one_of(st.integers(0, 90), st.integers(0, 30_000)))
    def wait(self, minutes: int) -> None:
        self.now += minutes

    @rule(start=st.integers(0, 700), length=st.integers(0, 300), guest=st.integers(1, 3))
    def take(self, start: int, length: int, guest: int) -> None:
        try:
            outcome = offers.take(self.window, guest, WINDOW.start + start, length, NEED, self.now)
        except Refused:
            return
        assert self.window.state is State.FREE
        assert outcome.window.state is State.HELD
        self.step(outcome)

    @rule(
        what=st.sampled_from(["confirm", "release", "expire", "take_back", "accept", "collect", "dispute", "lapse"]),
    )
    def go_on(self, what: str) -> None:
        timed = what not in ("take_back", "accept")
        try:
            outcome = getattr(offers, what)(self.window, self.now) if timed else getattr(offers, what)(self.window)
        except Refused:
            return
        self.step(outcome)

    @precondition(lambda self: self.window.state is State.DISPUTED)
    @rule(data=st.data())
    def decide(self, data: st.DataObject) -> None:
        self.step(offers.decide(self.window, data.draw(st.integers(0, self.window.locked))))

    @invariant()
    def money_is_conserved(self) -> None:
        assert self.host + self.guest + self.window.locked == 0

    @invariant()
    def it_can_always_be_ended(self) -> None:
        late = self.now + 60 * 24 * 60
        if self.window.state is State.HELD:
            assert offers.expire(self.window, late).window.state is State.FREE
        elif self.window.state is State.CONFIRMED:
            assert offers.collect(self.window, late).window.state is State.OVER
        elif self.window.state is State.DISPUTED:
            assert offers.lapse(self.window, late).window.state is State.OVER


TestLife = Life.TestCase


def test_each_end_pays_as_the_terms_say() -> None:
    held = offers.take(WINDOW, 2, WINDOW.start, 91, NEED, NOW)
    confirmed = offers.confirm(held.window, NOW)
    disputed = offers.dispute(confirmed.window, WINDOW.start)
    late = offers.reviewed(confirmed.window)

    assert held.to_guest == -13_650
    assert confirmed.to_host == -2_730
    assert (offers.release(held.window, NOW).to_guest, offers.release(held.window, NOW).to_host) == (13_650, 0)
    assert offers.release(confirmed.window, NOW) == Outcome(WINDOW, 5_460, 10_920)
    assert offers.take_back(confirmed.window).to_guest == 16_380
    assert offers.accept(confirmed.window).to_host == 16_380
    assert offers.collect(confirmed.window, late).to_host == 16_380
    ended = offers.lapse(disputed.window, late + disputed.window.decision)
    assert (ended.to_host, ended.to_guest) == (6_825 + 2_730, 6_825)
    with pytest.raises(Refused, match="16381 of 16380"):
        offers.decide(disputed.window, 16_381)


def test_a_penalty_is_rounded_up() -> None:
    one_cent = offers.take(Window(1, 0, 0, NOW + 1, NOW + 9, 1), 2, NOW + 1, 1, Need(0, 0, NOW + 99), NOW).window

    assert (one_cent.cost, one_cent.guarantee(RULES), one_cent.penalty) == (1, 1, 0)
    assert offers.confirm(one_cent, NOW).window.penalty == 1


@given(
    st.integers(60, 30 * 86_400), st.integers(3_600, 80 * 86_400), st.integers(3_600, 80 * 86_400),
    st.integers(0, 1_000_000), st.integers(0, 255),
)  # fmt: skip
def test_any_rules_of_the_charter_are_in_the_word_and_are_never_shorter(
    hold: int, review: int, decision: int, penalty: int, number: int
) -> None:
    rules = Rules.adopted(hold, review, decision, penalty, number)
    held = offers.take(WINDOW, 2, WINDOW.start, 91, NEED, NOW, rules).window
    assert held.state is State.HELD
    assert held.held_until == min(NOW + rules.hold, WINDOW.start - 1)
    confirmed = offers.confirm(held, NOW, rules).window
    assert (confirmed.review * 60 >= review, confirmed.decision * 60 >= decision) == (True, True)
    assert confirmed.penalty == confirmed.guarantee(rules)
    assert confirmed.penalty * 1_000_000 >= confirmed.cost * penalty
    disputed = offers.dispute(confirmed, WINDOW.start).window
    over = offers.take_back(disputed).window
    assert (disputed.state, over.state) == (State.DISPUTED, State.OVER)
    assert offers.reviewed(over) == offers.reviewed(confirmed)
    assert Window.of(over.word) == over


def test_no_host_confirms_by_rules_that_its_guest_has_not_seen() -> None:
    held = offers.take(WINDOW, 2, WINDOW.start, 91, NEED, NOW).window
    with pytest.raises(Refused, match="other rules") as refusal:
        offers.confirm(held, NOW, Rules(penalty=100, number=1))
    assert refusal.value.reason == "OtherRules"
