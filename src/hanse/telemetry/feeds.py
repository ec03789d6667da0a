"""A feed: what several named sources say of one thing, and which value counts. A pure rule over signed statements.

A statement is EIP-712 typed data, bound to the league by chain id and contract, and to what it is about:

    Statement(string feed, string subject, string value, uint64 measured)

A number counts as the median of at least k fresh statements, a state if at least k fresh statements agree on it. Less
than half of those that count can thus not move a number beyond what the others say, nor make a state. It says nothing
of what is true: when most sources are wrong, so is the value, and the record shows who said it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data

from hanse.errors import InputError
from hanse.telemetry.reading import LATEST, LONGEST_NAME

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

Kind = Literal["number", "state"]

MOST_SOURCES = 64
MOST_STATEMENTS = 1_000
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")

TYPES = {
    "Statement": [
        {"name": "feed", "type": "string"},
        {"name": "subject", "type": "string"},
        {"name": "value", "type": "string"},
        {"name": "measured", "type": "uint64"},
    ]
}


class Refusal(StrEnum):
    """Why a statement does not count."""

    NO_SOURCE = "not a source of this feed"
    ANOTHER = "about something else"
    STALE = "stale"
    FUTURE = "from the future"
    REPEATED = "an older one of the same source"
    CONTRADICTION = "the source contradicts itself"
    NO_NUMBER = "no number"


@dataclass(frozen=True, slots=True)
class Where:
    """The league that a statement is for: chain id, and address of its anchors."""

    chain_id: int
    anchors: str


@dataclass(frozen=True, slots=True)
class Feed:
    """name: of the feed; unit: of its numbers, in words; sources: names by address; threshold: k, more than half of the
    sources; fresh: how old a statement may be, seconds. Raises InputError for what is no feed."""

    name: str
    kind: Kind
    unit: str
    sources: tuple[tuple[str, str], ...]
    threshold: int
    fresh: int

    def __post_init__(self) -> None:
        where = f"feed {self.name[:60]}"
        for word in (self.name, *(name for _, name in self.sources)):
            if not word or len(word) > LONGEST_NAME or not word.isprintable():
                raise InputError(f"{word[:60]!r} names nothing", where=where, hint="use 1 to 128 printable signs")
        if self.kind not in ("number", "state"):
            raise InputError(f"{self.kind!r} is no kind of feed", where=where, hint="number or state")
        addresses = [address.lower() for address, _ in self.sources]
        if len(set(addresses)) != len(addresses) or len({name for _, name in self.sources}) != len(addresses):
            raise InputError("a source is named twice", where=where)
        if not 1 <= len(addresses) <= MOST_SOURCES:
            raise InputError(f"a feed has 1 to {MOST_SOURCES} sources", where=where)
        if not len(addresses) < 2 * self.threshold <= 2 * len(addresses):
            raise InputError(
                f"{self.threshold} of {len(addresses)} is no threshold",
                where=where,
                hint="more than half of the sources, and no more than all",
            )
        if not 1 <= self.fresh < LATEST:
            raise InputError("statements are fresh for at least a second", where=where)

    def without(self, source: str) -> Feed:
        """The feed when one source is withdrawn; how many must agree stays, as long as so many are left."""
        left = tuple(one for one in self.sources if one[0].lower() != source.lower())
        if len(left) == len(self.sources):
            raise InputError(f"{source} is no source", where=f"feed {self.name}")
        if not left:
            raise InputError("a feed keeps at least one source", where=f"feed {self.name}")
        return Feed(self.name, self.kind, self.unit, left, min(self.threshold, len(left)), self.fresh)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a source says. subject: what of, such as `agreement 4, milestone 0, delivered`; value: a whole number in
    decimal digits, or a state; measured: by the source's clock, seconds since 1970."""

    feed: str
    subject: str
    value: str
    measured: int

    def __post_init__(self) -> None:
        for word in (self.feed, self.subject, self.value):
            if not word or len(word) > LONGEST_NAME or not word.isprintable():
                raise InputError(f"{word[:60]!r} cannot be stated", where="statement", hint="1 to 128 printable signs")
        if not 0 <= self.measured < LATEST:
            raise InputError(f"{self.measured} is no time in seconds since 1970", where="statement")

    def signable(self, where: Where) -> SignableMessage:
        domain = {
            "name": "Hanse feed", "version": "1", "chainId": where.chain_id, "verifyingContract": where.anchors,
        }  # fmt: skip
        said = {"feed": self.feed, "subject": self.subject, "value": self.value, "measured": self.measured}
        return encode_typed_data(domain, TYPES, said)


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement and its signature, 65 bytes (r, s, v)."""

    statement: Statement
    signature: bytes

    @classmethod
    def of(cls, statement: Statement, where: Where, key: LocalAccount) -> Signed:
        return cls(statement, bytes(key.sign_message(statement.signable(where)).signature))

    def source(self, where: Where) -> str | None:
        """Who signed it for this league; None if the signature is none."""
        try:
            return str(Account.recover_message(self.statement.signable(where), signature=self.signature))
        except Exception:  # noqa: BLE001 - the libraries raise many kinds for bytes that are no signature
            return None


@dataclass(frozen=True, slots=True)
class Counted:
    """A statement that counts: who said what when."""

    source: str
    name: str
    value: str
    measured: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """value: what counts, None if too few agree; counted: by time; refused: the source, None if unknown, and why."""

    value: str | None
    counted: tuple[Counted, ...]
    refused: tuple[tuple[str | None, Refusal], ...]


def judge(feed: Feed, subject: str, said: Sequence[Signed], at: int, where: Where) -> Verdict:
    """What the feed says of a subject at a moment, seconds since 1970. Raises InputError for too many statements."""
    if len(said) > MOST_STATEMENTS:
        raise InputError(f"at most {MOST_STATEMENTS} statements are judged", where=f"feed {feed.name}")
    names = {address.lower(): (address, name) for address, name in feed.sources}
    refused: list[tuple[str | None, Refusal]] = []
    fit: dict[str, list[Statement]] = {}
    for one in said:
        who = one.source(where)
        known = names.get((who or "").lower())
        why = Refusal.NO_SOURCE if known is None else _refusal(feed, subject, one.statement, at)
        if why is not None or known is None:
            refused.append((who, why or Refusal.NO_SOURCE))
        else:
            fit.setdefault(known[0], []).append(one.statement)
    counted = []
    for source, statements in fit.items():
        newest = max(one.measured for one in statements)
        values = {one.value for one in statements if one.measured == newest}
        if len(values) > 1:
            refused.append((source, Refusal.CONTRADICTION))
            continue
        refused += [(source, Refusal.REPEATED)] * (len(statements) - 1)
        counted.append(Counted(source, names[source.lower()][1], values.pop(), newest))
    counted.sort(key=lambda one: (one.measured, one.source.lower()))
    return Verdict(_value(feed, counted), tuple(counted), tuple(refused))


def _refusal(feed: Feed, subject: str, said: Statement, at: int) -> Refusal | None:
    if (said.feed, said.subject) != (feed.name, subject):
        return Refusal.ANOTHER
    if said.measured > at:
        return Refusal.FUTURE
    if at - said.measured > feed.fresh:
        return Refusal.STALE
    if feed.kind == "number" and not _NUMBER.fullmatch(said.value):
        return Refusal.NO_NUMBER
    return None


def _value(feed: Feed, counted: Sequence[Counted]) -> str | None:
    if len(counted) < feed.threshold:
        return None
    if feed.kind == "number":
        # The lower one of two in the middle: a value that somebody said, and an integer.
        return str(sorted(int(one.value) for one in counted)[(len(counted) - 1) // 2])
    values = [one.value for one in counted]
    return next((value for value in values if values.count(value) >= feed.threshold), None)
