"""The audit of idle time: every window and every cent among the offers, played again by the twin of the contract.

Nothing is believed but the order of events and the time of their blocks: each event is a step of `market.offers`, which
says what the window is afterwards and what moved; and at the end the contract is asked for both. Nobody is ever on a
window twice, because the twin refuses that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hanse.app.audit_events import events
from hanse.app.audit_transfers import match_transfers
from hanse.errors import HanseError
from hanse.ledger.contracts import Event
from hanse.ledger.offers import PLACE_BITS
from hanse.ledger.shelf import Shelf
from hanse.market import offers as rules
from hanse.market.offers import RULES, Need, Outcome, Refused, Rules, Window

if TYPE_CHECKING:
    from hanse.app.audit import Check
    from hanse.ledger.store import Ledger

ANY_DUE = 2**32 - 1

Key = tuple[str, int]


@dataclass(slots=True)
class Book:
    """What the events add up to. free: cents by account; told: deposits and withdrawals; rules: by which windows are
    claimed."""

    windows: dict[Key, Window] = field(default_factory=dict)
    free: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    told: list[tuple[str, str, int]] = field(default_factory=list)
    rules: Rules = RULES


def audit_offers(check: Check, ledger: Ledger) -> None:
    """Every step by the rules, then windows, purses and the token's balance against the contract."""
    book, index, offers = Book(), ledger.index, ledger.offers
    numbers = {row.address: row.number for row in index.members()}
    for event, now in events(ledger, "Offers"):
        minute = now // 60
        _play(check, book, event, minute, numbers)
    check.expect("rules of the offers, on the chain", offers.rules(), book.rules)
    check.expect(
        "rules of the offers, by the charter", rules.idle_time(ledger.council.terms(), book.rules.number), book.rules
    )
    kept = {(row.host, row.number): row.window for row in index.windows()}
    check.expect("windows", sorted(kept), sorted(book.windows))
    for key, window in book.windows.items():
        where = f"window {key[1]} of {key[0]}"
        check.expect(f"{where}, read model", kept.get(key), window)
        check.expect(f"{where}, on the chain", offers.window(*key), window)
    purses = index.offer_purses()
    for account, amount in book.free.items():
        check.expect(f"free to {account}, read model", purses.get(account, 0), amount)
        check.expect(f"free to {account}, on the chain", offers.free(account), amount)
    locked = sum(window.locked for window in book.windows.values())
    transfers = index.transfers()
    gifts = match_transfers(check, "deposits and withdrawals of the offers", offers.address, book.told, transfers)
    held = sum(book.free.values()) + locked + gifts
    check.expect("money of the offers", ledger.league.balance(offers.address), held)


def audit_promises(check: Check, ledger: Ledger, shelf: Shelf) -> None:
    """Windows of books are leaves of them, and no machine is promised twice: confirmed time of one machine of one host
    never overlaps, whatever book or window it came from."""
    roots = {(row.host, row.number): row.root for row in ledger.index.books()}
    for row in ledger.index.windows():
        number, place = divmod(row.number, 1 << PLACE_BITS)
        if number:
            where = f"window {row.number} of {row.host}"
            try:
                leaf: object = shelf.get(roots[row.host, number]).windows[place]
            except (HanseError, KeyError, IndexError) as error:
                leaf = error.message if isinstance(error, HanseError) else "it is in no book"
            check.expect(f"{where}, in its book", row.window.terms, leaf)
    promised: dict[tuple[str, int], list[tuple[int, int, int]]] = defaultdict(list)
    for row in ledger.index.windows():
        if row.window.state in (rules.State.CONFIRMED, rules.State.DISPUTED):
            start = row.window.start_of_guest
            promised[row.host, row.window.machine].append((start, start + row.window.length, row.number))
    for (host, machine), spans in promised.items():
        spans.sort()
        for (_, end, first), (start, _, second) in pairwise(spans):
            check.expect(f"windows {first} and {second} of machine {machine} of {host} apart", start >= end, True)


def _play(check: Check, book: Book, event: Event, minute: int, numbers: Mapping[str, int]) -> None:
    told = event.values
    check.count += 1
    if event.name in ("Deposited", "Withdrawn"):
        amount = told["amount"] if event.name == "Deposited" else -told["amount"]
        book.free[told["account"]] += amount
        book.told.append((event.log.transaction, told["account"], amount))
        return
    if event.name == "Adopted":
        new = Rules(told["hold"], told["review"], told["decision"], told["penalty"], told["number"])
        check.expect(f"rules {new.number} follow those before", new.number, (book.rules.number + 1) % 256)
        book.rules = new
        return
    step = _STEPS.get(event.name)
    if step is None:
        return
    key = told["host"], int(told["id"])
    where = f"window {key[1]} of {key[0]}, {event.name}"
    try:
        outcome, guest = step(book, key, told, minute, numbers)
    except (Refused, KeyError) as error:
        reason = error.message if isinstance(error, Refused) else "it was never offered"
        check.expect(f"{where}: {reason}", "done", "refused")
        return
    _compare(check, where, event, outcome)
    book.windows[key] = outcome.window
    book.free[key[0]] += outcome.to_host
    if guest is not None:
        book.free[guest] += outcome.to_guest


def _compare(check: Check, where: str, event: Event, outcome: Outcome) -> None:
    """What the event says of the step, if it says anything."""
    told = event.values
    if "word" in told:
        check.expect(where, Window.of(int(told["word"])), outcome.window)
    for name, amount in (("price", -outcome.to_guest), ("guarantee", -outcome.to_host), ("toHost", outcome.to_host)):
        if name in told:
            check.expect(f"{where}, {name}", int(told[name]), amount)
    if "toGuest" in told:
        check.expect(f"{where}, toGuest", int(told["toGuest"]), outcome.to_guest)
    if event.name == "Released":
        check.expect(f"{where}, kept", 2 * int(told["kept"]), outcome.to_host)


_Told = Mapping[str, Any]
_Step = Callable[[Book, Key, _Told, int, Mapping[str, int]], tuple[Outcome, str | None]]


def _published(book: Book, key: Key, told: _Told, _: int, numbers: Mapping[str, int]) -> tuple[Outcome, None]:
    window = Window.of(int(told["word"]))
    if key in book.windows or window != window.terms or window.host != numbers.get(key[0]):
        raise Refused("NumberTaken", "its number is taken, or it is not its host's")
    return Outcome(window), None


def _claimed(book: Book, key: Key, told: _Told, minute: int, numbers: Mapping[str, int]) -> tuple[Outcome, str]:
    said = Window.of(int(told["word"]))
    before = book.windows.get(key, said.terms)  # a leaf gets its slot with its first claim
    if before != said.terms or said.host != numbers.get(key[0]):
        raise Refused("NotFree", "its terms are others, or somebody has it")
    need = Need(said.service, 0, ANY_DUE)
    guest = numbers.get(told["guest"], 0)
    outcome = rules.take(before, guest, said.start_of_guest, said.length, need, minute, book.rules)
    return outcome, told["guest"]


def _confirmed(book: Book, key: Key, told: _Told, minute: int, _: Mapping[str, int]) -> tuple[Outcome, None]:
    outcome = rules.confirm(book.windows[key], minute, book.rules)
    if outcome.window.until != told["until"]:
        raise Refused("OtherRules", "it is confirmed by other rules than those of then")
    return outcome, None


def _step(rule: Callable[[Window, int], Outcome]) -> _Step:
    """A step that the rules know by window and minute alone."""

    def play(book: Book, key: Key, told: _Told, minute: int, numbers: Mapping[str, int]) -> tuple[Outcome, str | None]:
        window = book.windows[key]
        if "guest" in told and window.guest and numbers.get(told["guest"]) != window.guest:
            raise Refused("NotTheGuest", "somebody else has it")
        return rule(window, minute), told["guest"] if window.guest else None

    return play


def _taken_back(window: Window, _: int) -> Outcome:
    return rules.take_back(window)


def _settled(book: Book, key: Key, told: _Told, minute: int, numbers: Mapping[str, int]) -> tuple[Outcome, str]:
    """ending: accepted, collected, decided or lapsed, as the contract counts them."""
    window, guest = book.windows[key], str(told["guest"])
    if numbers.get(guest) != window.guest:
        raise Refused("NotTheGuest", "somebody else has it")
    ends: tuple[Callable[[], Outcome], ...] = (
        lambda: rules.accept(window),
        lambda: rules.collect(window, minute),
        lambda: rules.decide(window, int(told["toHost"])),
        lambda: rules.lapse(window, minute),
    )
    return ends[int(told["end"])](), guest


_STEPS: Mapping[str, _Step] = {
    "Published": _published,
    "Claimed": _claimed,
    "Confirmed": _confirmed,
    "Released": _step(rules.release),
    "Expired": _step(rules.expire),
    "TakenBack": _step(_taken_back),
    "Disputed": _step(rules.dispute),
    "Settled": _settled,
}
