"""Whatever hosts, guests and strangers do, whenever they do it, the contract does what its twin does, to the cent."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from secrets import token_bytes
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hanse.ledger.contracts import role
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.offers import number_of
from hanse.market import offers
from hanse.market.offers import Book, Need, Outcome, State, Window
from tests.ledger.arena import ADMIN, Arena
from tests.ledger.arena import Refused as RefusedByContract

PEOPLE = tuple("0x" + f"{number:02x}" * 20 for number in (0xE0, 0xE1, 0xE2))
STRANGER, ARBITER = ("0x" + f"{number:02x}" * 20 for number in (0x57, 0xA1))
MONEY = 200_000
Key = tuple[int, int]
"""Host (its place among the people) and number of a window."""


class OffersMachine(RuleBasedStateMachine):
    """Three members, each with single windows and a book; `now` is the minute of the next block."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        home = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.arena = Arena(self.stack.enter_context(EmbeddedChain(home)))
        self.windows: dict[Key, Window] = {}
        self.books: dict[int, Book] = {}
        self.closed: set[int] = set()
        self.free = [MONEY] * 3

    def teardown(self) -> None:
        self.stack.close()

    @initialize()
    def found(self) -> None:
        arena = self.arena
        arena.deploy("MemberRegistry", ADMIN)
        arena.deploy("Offers", ADMIN, arena.at["LeagueToken"], arena.at["MemberRegistry"])
        arena.act(ADMIN, "MemberRegistry", "grantRole", role("NOTARY_ROLE"), ADMIN)
        arena.act(ADMIN, "Offers", "grantRole", role("ARBITER_ROLE"), ARBITER)
        for person in PEOPLE:
            arena.act(person, "MemberRegistry", "register", 0b111, bytes(32))
            arena.act(ADMIN, "MemberRegistry", "certify", person, 0b111, bytes(32))
            arena.act(ADMIN, "LeagueToken", "mint", person, MONEY, token_bytes(32))
            arena.act(person, "LeagueToken", "approve", arena.at["Offers"], 2**255)
            arena.act(person, "Offers", "deposit", MONEY)
        soon = self.now + 60
        for host in range(3):
            for number in range(1, 4):
                window = Window(host + 1, number, number % 3, soon + 90 * number, soon + 90 * number + 200, 7 * number)
                act = (number, window.machine, window.service, window.start, window.end, window.price)
                arena.act(PEOPLE[host], "Offers", "publish", *act)
                self.windows[host, number] = window
            book = Book([Window(host + 1, 9, i % 3, soon + 20 * i, soon + 300, 11) for i in range(3)])
            arena.act(PEOPLE[host], "Offers", "publishBook", 1, book.root)
            self.books[host] = book

    @property
    def now(self) -> int:
        """The minute of the block that comes next: one second after the newest."""
        return (self.arena.now + 1) // 60

    @rule(minutes=st.integers(0, 5))
    def wait(self, minutes: int) -> None:
        self.arena.later(60 * minutes)

    @precondition(lambda self: any(window.locked for window in self.windows.values()))
    @rule(data=st.data(), when=st.integers(0, 4), around=st.integers(-1, 1))
    def wait_for(self, data: st.DataObject, when: int, around: int) -> None:
        """About the moment when something of a window begins or ends."""
        _, window = self.some(data)
        ends = offers.reviewed(window)
        moments = (window.held_until, window.start_of_guest, window.start_of_guest, ends, ends + window.decision)
        wanted = moments[when] + around - self.now
        if window.locked and 0 < wanted < 28 * 24 * 60:
            self.arena.later(60 * wanted)

    @rule(
        guest=st.integers(0, 2),
        host=st.integers(0, 2),
        number=st.integers(1, 3),
        misfit=st.integers(0, 9),
        data=st.data(),
    )
    def claim(self, guest: int, host: int, number: int, misfit: int, data: st.DataObject) -> None:
        """Mostly what fits; else one thing does not."""
        window = self.windows[host, number]
        start = max(window.start, self.now + 1)
        length = data.draw(st.integers(1, max(1, window.end - start)))
        release, due, service, there, back = start - 5, start + length + 7, window.service, 5, 7
        start -= 10 * (misfit == 1)
        length = {2: 0, 3: 300}.get(misfit, length)
        service += misfit == 4
        release, due = release + (misfit == 5), due - (misfit == 6)
        need = Need(service, release, due, there, back)
        outcome = self.twin(offers.take, window, guest + 1, start, length, need, self.now)
        if outcome is not None and self.free[guest] < outcome.window.cost:
            outcome = None
        words = (start, length, (service, release, due, there, back))
        self.both(outcome, (host, number), guest, PEOPLE[guest], "claim", PEOPLE[host], number, *words)

    @rule(guest=st.integers(0, 2), host=st.integers(0, 2), place=st.integers(0, 3), named=st.integers(0, 7))
    def claim_from_book(self, guest: int, host: int, place: int, named: int) -> None:
        """Under the place where it stands, or, seldom, another name."""
        book = self.books[host]
        place = min(place, 2)
        said = named if named < 4 and named % 2 else place
        window, key = book.windows[place], (host, number_of(1, said))
        need = Need(window.service, 0, 2**31)
        start = max(window.start, self.now + 1)
        outcome = None
        if key not in self.windows and said == place and host not in self.closed:
            outcome = self.twin(offers.take, window, guest + 1, start, 10, need, self.now)
        if outcome is not None and self.free[guest] < outcome.window.cost:
            outcome = None
        words = (window.word, book.siblings(place), start, 10, (window.service, 0, 2**31, 0, 0))
        self.both(outcome, key, guest, PEOPLE[guest], "claimFromBook", PEOPLE[host], 1, said, *words)

    @rule(host=st.integers(0, 2), really=st.integers(0, 9))
    def close_book(self, host: int, really: int) -> None:
        if really == 0:
            self.arena.act(PEOPLE[host], "Offers", "closeBook", 1)
            self.closed.add(host)

    @rule(data=st.data(), who=st.integers(0, 3), what=st.sampled_from(["release", "accept", "dispute", "dispute"]))
    def guest_step(self, data: st.DataObject, who: int, what: str) -> None:
        """By the guest, or by anyone else, who must be refused."""
        key, window = self.some(data)
        sender = (*PEOPLE, STRANGER)[who]
        if window.guest and data.draw(st.integers(0, 3)):
            sender = PEOPLE[window.guest - 1]
        outcome = None
        if window.guest and sender == PEOPLE[window.guest - 1]:
            step = getattr(offers, what)
            outcome = self.twin(step, window) if what == "accept" else self.twin(step, window, self.now)
        more = (bytes(32),) if what == "dispute" else ()
        self.both(outcome, key, window.guest - 1, sender, what, PEOPLE[key[0]], key[1], *more)

    @rule(data=st.data(), what=st.sampled_from(["confirm", "confirm", "takeBack", "collect"]))
    def host_step(self, data: st.DataObject, what: str) -> None:
        key, window = self.some(data)
        guest = PEOPLE[window.guest - 1] if window.guest else "0x" + "00" * 20
        words: tuple[Any, ...] = (key[1], guest)
        if what == "takeBack":
            # Seldom, or no window would last.
            if data.draw(st.integers(0, 3)):
                return
            outcome = self.twin(offers.take_back, window)
        elif what == "collect":
            outcome = self.twin(offers.collect, window, self.now)
        else:
            outcome, words = self.twin(offers.confirm, window, self.now), (key[1],)
            if outcome is not None and self.free[key[0]] < -outcome.to_host:
                outcome = None
        self.both(outcome, key, window.guest - 1, PEOPLE[key[0]], what, *words)

    @rule(data=st.data(), what=st.sampled_from(["expire", "lapse"]))
    def anyones_step(self, data: st.DataObject, what: str) -> None:
        key, window = self.some(data)
        guest = PEOPLE[window.guest - 1] if window.guest else STRANGER
        outcome = self.twin(getattr(offers, what), window, self.now)
        self.both(outcome, key, window.guest - 1, STRANGER, what, PEOPLE[key[0]], key[1], guest)

    @rule(data=st.data(), to_host=st.integers(0, 5_000), thief=st.booleans())
    def decide(self, data: st.DataObject, to_host: int, thief: bool) -> None:
        key, window = self.some(data)
        guest = PEOPLE[window.guest - 1] if window.guest else STRANGER
        outcome = None if thief else self.twin(offers.decide, window, to_host)
        sender = PEOPLE[key[0]] if thief else ARBITER
        self.both(outcome, key, window.guest - 1, sender, "decide", PEOPLE[key[0]], key[1], guest, to_host)

    @invariant()
    def money_is_where_it_should_be(self) -> None:
        if "Offers" not in self.arena.at or len(self.books) < 3:
            return
        for person, free in zip(PEOPLE, self.free, strict=True):
            assert int(self.arena.read("Offers", "free", person)) == free
        locked = sum(window.locked for window in self.windows.values())
        assert self.arena.balance(self.arena.at["Offers"]) == sum(self.free) + locked == 3 * MONEY

    # --- inside -----------------------------------------------------------------------------------------------------

    def some(self, data: st.DataObject) -> tuple[Key, Window]:
        """A window, rather one in which somebody is."""
        keys = sorted(self.windows)
        taken = [key for key in keys if self.windows[key].state not in (State.FREE, State.OVER)]
        any_one = data.draw(st.integers(0, 4)) == 0 or not taken
        key: Key = data.draw(st.sampled_from(keys if any_one else taken))
        return key, self.windows[key]

    def twin(self, step: Any, *arguments: Any) -> Outcome | None:
        try:
            outcome: Outcome = step(*arguments)
        except offers.Refused:
            return None
        return outcome

    def both(self, outcome: Outcome | None, key: Key, guest: int, sender: str, function: str, *words: Any) -> None:
        """The contract does the same: it takes the step, and the window is as the twin says, or it refuses."""
        try:
            self.arena.act(sender, "Offers", function, *words)
        except RefusedByContract:
            assert outcome is None, (function, words, outcome)
            return
        assert outcome is not None, (function, words)
        self.windows[key] = outcome.window
        self.free[key[0]] += outcome.to_host
        self.free[guest] += outcome.to_guest
        kept = Window(*map(int, self.arena.read("Offers", "windowOf", PEOPLE[key[0]], key[1])))
        assert kept == outcome.window


TestOffersMachine = OffersMachine.TestCase
TestOffersMachine.settings = settings(max_examples=12, stateful_step_count=60)
