"""Idle windows as offers: one word each, a book of many under one root, and what every step of their life does.

The twin of contracts/src/Offers.sol, to the bit and to the cent. Times are minutes since 1970, money is cents. The idea
is of Ramakurthi 2023: enterprises publish the idle time of their machines as contracts, and jobs that would be late
take a window that fits, without moving anybody's work.

    free ──take──▶ held ──confirm──▶ confirmed ──accept, collect──▶ over        take_back: over, at any time before
      ◀── expire, release ──┘            │ └──release──▶ free                   that, with a penalty once confirmed
                                         └──dispute──▶ disputed ──decide, lapse──▶ over
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum

import numpy as np

from hanse.errors import InputError
from hanse.governance.charter import term
from hanse.model import merkle

CONFIRMED, DISPUTED, OVER = 4 << 29, 5 << 29, 6 << 29
"""In place of `Window.until`, from CONFIRMED on; what else its bits say are the rules by which a window ends: 7 bits of
penalty, 11 of review, 11 of decision, as `Rules` counts them. Before, 4 bits of the rules' number, 27 of a minute."""

MINUTE_BITS = 27

BITS = {
    "host": 24, "machine": 16, "service": 8, "start": 32, "end": 32, "price": 40,
    "guest": 24, "start_of_guest": 32, "length": 16, "until": 32,
}  # fmt: skip
"""Width of each field of a word, from the left."""

TAKEN_BITS = 104
"""The last bits of a word, which say who has the window; zero in a book."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the league's charter says of idle time, as the contract counts it. A window keeps those it was claimed by.

    hold: minutes in which a host confirms, at most until the guest's time begins; review: hours after its time in which
    a guest accepts or disputes; decision: hours after that in which an arbiter decides; penalty: of the price, per
    cent, rounded up to a cent, what withdrawing from a confirmed window costs either side; number: grows with every
    change, 0 to 255 and then 0 again.
    """

    hold: int = 60
    review: int = 3 * 24
    decision: int = 14 * 24
    penalty: int = 20
    number: int = 0

    @classmethod
    def adopted(cls, hold: int, review: int, decision: int, penalty: int, number: int = 0) -> Rules:
        """From the charter's words: seconds, and millionths of the price. All are rounded up."""
        hours = (-(-review // 3600), -(-decision // 3600))
        return cls(-(-hold // 60), *hours, -(-penalty // 10_000), number)

    @property
    def mark(self) -> int:
        """What stands in place of `until` once a window is confirmed."""
        return CONFIRMED | self.penalty << 22 | self.review << 11 | self.decision


RULES = Rules()
"""What a league has that decided nothing else."""


def idle_time(values: Sequence[int], number: int = 0) -> Rules:
    """What the charter says of idle time. values: of all its terms, in order; number: of these rules."""
    names = ("offer-hold", "offer-review", "offer-decision", "offer-penalty")
    hold, review, decision, penalty = (values[term(name).number] for name in names)
    return Rules.adopted(hold, review, decision, penalty, number)


class Refused(InputError):
    """A step that the rules do not allow; `reason` is the name of the contract's error."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, where="window")
        self.reason = reason


class State(StrEnum):
    """Where a window is in its life."""

    FREE = "free"
    HELD = "held"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Need:
    """What a guest's job needs: the service, when its material is ready and when it must be back, both at the guest,
    and the minutes of transport to the host and from it."""

    service: int
    release: int
    due: int
    there: int = 0
    back: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """An idle window [start, end) of a machine, and who has which part of it.

    host, guest: numbers of members, from one; no guest: 0. machine: the host's own number of it. service: position in
    the league's catalogue, 0 to 255. price: cents a minute. until: the last minute in which the host can confirm, with
    the number of the rules, or a mark. Raises InputError for what does not fit into its bits.
    """

    host: int
    machine: int
    service: int
    start: int
    end: int
    price: int
    guest: int = 0
    start_of_guest: int = 0
    length: int = 0
    until: int = 0

    def __post_init__(self) -> None:
        for name, bits in BITS.items():
            value = getattr(self, name)
            if not isinstance(value, int) or not 0 <= value < 1 << bits:
                raise InputError(f"{value!r} does not fit into {bits} bits", where=f"window, {name}")

    @property
    def word(self) -> int:
        """All fields side by side, as the contract keeps them in one slot."""
        word = 0
        for name, bits in BITS.items():
            word = word << bits | getattr(self, name)
        return word

    @classmethod
    def of(cls, word: int) -> Window:
        """The window that this word of 256 bits is."""
        values = {}
        for name, bits in reversed(BITS.items()):
            values[name], word = word & ((1 << bits) - 1), word >> bits
        return cls(**values)

    @property
    def terms(self) -> Window:
        """The same window with nobody in it: what a book holds."""
        return replace(self, guest=0, start_of_guest=0, length=0, until=0)

    @property
    def state(self) -> State:
        if self.until >= CONFIRMED:
            return (State.CONFIRMED, State.DISPUTED, State.OVER, State.OVER)[self.until >> 29 & 3]
        return State.FREE if self.guest == 0 else State.HELD

    @property
    def held_until(self) -> int:
        """The last minute in which the host of a held window can confirm."""
        return self.until & ((1 << MINUTE_BITS) - 1)

    def claimed_by(self, rules: Rules) -> bool:
        """Whether a held window was claimed by these rules, so that its host can confirm it."""
        return self.until >> MINUTE_BITS == rules.number % 16

    @property
    def over(self) -> int:
        """What stands in place of `until` when it is over; by which rules is still there."""
        return self.until | OVER if self.until >= CONFIRMED else OVER

    @property
    def review(self) -> int:
        """Minutes after its time in which the guest of a confirmed window looks at the work."""
        return (self.until >> 11 & 2047) * 60

    @property
    def decision(self) -> int:
        """Minutes after the review in which an arbiter decides."""
        return (self.until & 2047) * 60

    @property
    def cost(self) -> int:
        """What the guest pays, cents."""
        return self.price * self.length

    def guarantee(self, rules: Rules) -> int:
        """What a host that confirms puts down, cents, rounded up."""
        return -(-self.cost * rules.penalty // 100)

    @property
    def penalty(self) -> int:
        """What withdrawing from a confirmed window costs, cents, rounded up; as much is the host's guarantee."""
        return -(-self.cost * (self.until >> 22 & 127) // 100) if self.until >= CONFIRMED else 0

    @property
    def locked(self) -> int:
        """What the contract holds for this window, cents."""
        if self.state in (State.CONFIRMED, State.DISPUTED):
            return self.cost + self.penalty
        return self.cost if self.state is State.HELD else 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """A window after a step, and what each side's free money changes by, cents; negative: locked."""

    window: Window
    to_host: int = 0
    to_guest: int = 0


def unfit(window: Window, start: int, length: int, need: Need, now: int) -> str | None:
    """Which need [start, start + length) of the window breaks, in the contract's word for it; None if it fits."""
    end = start + length
    if window.service != need.service:
        return "service"
    if length == 0 or end > window.end:
        return "length"
    if start < window.start or start <= now:
        return "start"
    if start < need.release + need.there:
        return "release"
    return "due" if end + need.back > need.due else None


def take(
    window: Window, guest: int, start: int, length: int, need: Need, now: int, rules: Rules = RULES
) -> Outcome:  # fmt: skip
    """A guest holds a part of a free window; its price is locked."""
    if window.state is not State.FREE or guest == window.host:
        raise Refused("NotFree", "somebody has this window, or it is over, or one's own")
    broken = unfit(window, start, length, need, now)
    if broken is not None:
        raise Refused("DoesNotFit", f"the job does not fit: {broken}")
    until = rules.number % 16 << MINUTE_BITS | min(now + rules.hold, start - 1)
    held = replace(window, guest=guest, start_of_guest=start, length=length, until=until)
    return Outcome(held, to_guest=-held.cost)


def confirm(window: Window, now: int, rules: Rules = RULES) -> Outcome:
    """The host agrees, and its guarantee is locked. rules: of now, which must be those of the claim."""
    _expect(window, State.HELD)
    if now > window.held_until:
        raise _not_now(window)
    if not window.claimed_by(rules):
        raise Refused("OtherRules", "the guest claimed it by other rules than those of now")
    return Outcome(replace(window, until=rules.mark), to_host=-window.guarantee(rules))


def release(window: Window, now: int) -> Outcome:
    """The guest gives its part back: for nothing while it is held, for the penalty until its time begins."""
    _expect(window, State.HELD, State.CONFIRMED)
    if window.state is State.HELD:
        return Outcome(window.terms, to_guest=window.cost)
    if now >= window.start_of_guest:
        raise _not_now(window)
    return Outcome(window.terms, to_host=2 * window.penalty, to_guest=window.cost - window.penalty)


def expire(window: Window, now: int) -> Outcome:
    """A hold that the host did not confirm ends; anyone may say so."""
    _expect(window, State.HELD)
    if now <= window.held_until:
        raise _not_now(window)
    return Outcome(window.terms, to_guest=window.cost)


def take_back(window: Window) -> Outcome:
    """The host withdraws the window for ever; once confirmed the guest gets its guarantee with the price."""
    _expect(window, State.FREE, State.HELD, State.CONFIRMED, State.DISPUTED)
    return Outcome(replace(window, until=window.over), to_guest=window.locked)


def accept(window: Window) -> Outcome:
    """The guest is content."""
    _expect(window, State.CONFIRMED, State.DISPUTED)
    return Outcome(replace(window, until=window.over), to_host=window.locked)


def collect(window: Window, now: int) -> Outcome:
    """The guest was silent for the whole review."""
    _expect(window, State.CONFIRMED)
    if now < reviewed(window):
        raise _not_now(window)
    return Outcome(replace(window, until=window.over), to_host=window.locked)


def dispute(window: Window, now: int) -> Outcome:
    """The guest is not content."""
    _expect(window, State.CONFIRMED)
    if not window.start_of_guest <= now < reviewed(window):
        raise _not_now(window)
    return Outcome(replace(window, until=window.until | DISPUTED))


def decide(window: Window, to_host: int) -> Outcome:
    """The arbiter divides price and guarantee."""
    _expect(window, State.DISPUTED)
    if not 0 <= to_host <= window.locked:
        raise Refused("MoreThanThere", f"{to_host} of {window.locked} cents")
    return Outcome(replace(window, until=window.over), to_host=to_host, to_guest=window.locked - to_host)


def lapse(window: Window, now: int) -> Outcome:
    """No arbiter decided in time: the price is halved, the odd cent is the guest's; the guarantee is the host's."""
    _expect(window, State.DISPUTED)
    if now < reviewed(window) + window.decision:
        raise _not_now(window)
    return decide(window, window.cost // 2 + window.penalty)


def reviewed(window: Window) -> int:
    """The minute in which the review of a window that was confirmed is over."""
    return window.start_of_guest + window.length + window.review


class Book:
    """Any number of windows of one host under one root. The place of a window is its number in the book."""

    def __init__(self, windows: Sequence[Window]) -> None:
        """Raises InputError for none, for two hosts, and for a window that somebody has."""
        if not windows or len({window.host for window in windows}) != 1:
            raise InputError("a book has windows of one host", where="book", hint="make one book for each member")
        if any(window != window.terms for window in windows):
            raise InputError("somebody is in a window of the book", where="book", hint="publish its terms")
        self.windows = tuple(windows)
        rows = b"".join(window.word.to_bytes(32) for window in windows)
        self._tree = merkle.Tree.grow(merkle.leaves(np.frombuffer(rows, dtype=np.uint8).reshape(len(windows), 32)))

    @property
    def root(self) -> bytes:
        return self._tree.root

    def siblings(self, place: int) -> list[bytes]:
        """What leads from a window to the root, from below. Raises IndexError for a place that is not in the book."""
        if not 0 <= place < len(self.windows):
            raise IndexError(place)
        return [self._tree.node(level, place >> level ^ 1) for level in range(self._tree.depth)]


def root_of(window: Window, place: int, siblings: Sequence[bytes]) -> bytes | None:
    """The root these siblings lead to from this window's terms at this place; None for a place outside the tree."""
    if place < 0 or place >> len(siblings) or len(siblings) > merkle.DEEPEST:
        return None
    digest = merkle.leaf(window.terms.word.to_bytes(32))
    for level, sibling in enumerate(siblings):
        pair = (sibling, digest) if place >> level & 1 else (digest, sibling)
        digest = merkle.node(*pair)
    return digest


def _expect(window: Window, *states: State) -> None:
    if window.state not in states:
        raise _not_now(window)


def _not_now(window: Window) -> Refused:
    return Refused("NotNow", f"the window is {window.state}, and this is not the time for it")


assert tuple(BITS) == tuple(field.name for field in fields(Window))
