"""Negotiating by a declared strategy (Faratin, Sierra and Jennings 1998): offers and counter-offers over price and
time, until somebody agrees or the rounds are over. Whole numbers only: whoever knows both stances replays every move.

An offer's utility to a side is the weighted mean over the issues of how far the value is from its reserve (0) towards
its ideal (1). A side keeps a target that falls from 1 to 0 with the rounds, t of T:

    boulware, linear, conceder    target = 1 − (t/T)^(1/β)     β < 1 holds out, β > 1 gives in early
    tit for tat                   target = the one before, less what the other's newest offer gave

It offers what is worth its target to it, and accepts what is worth at least what it would offer next; never anything
beyond its reserves, on any issue. A stance is secret and declared by the hash of its document, which holds a salt:
shown afterwards, it proves that every move was the declared strategy's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from hanse.errors import InputError
from hanse.model.canonical import canonical, digest
from hanse.model.keccak import keccak
from hanse.units import MILLION

Kind = Literal["time", "tit for tat"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FORMAT = "hanse-stance/1"
STEEPEST = 20
"""Largest numerator and denominator of β."""
MOST_ROUNDS = 255
DECLARED = keccak(b"hanse negotiations/stances")
"""The topic under which an account anchors the hashes of its stances."""


@dataclass(frozen=True, slots=True)
class Issue:
    """What one side wants of one number: `reserve` is the worst it accepts, `ideal` the best; weight: of the issue
    among the others, from 1. A buyer's ideal price is below its reserve, a seller's above."""

    reserve: int
    ideal: int
    weight: int = 1

    def gain(self, value: int) -> int:
        """How far from the reserve towards the ideal, millionths; below 0 beyond the reserve, at most 1."""
        if self.reserve == self.ideal:
            return MILLION if value == self.ideal else -MILLION
        way = (value - self.reserve) * MILLION // (self.ideal - self.reserve)
        return min(MILLION, way)

    def at(self, gain: int) -> int:
        """The value that is worth so much, rounded towards the ideal."""
        way = (self.ideal - self.reserve) * gain
        return self.reserve + (-(-way // MILLION) if self.ideal >= self.reserve else way // MILLION)


@dataclass(frozen=True, slots=True)
class Offer:
    """price: cents, all in all; due: seconds since 1970."""

    price: int
    due: int


@dataclass(frozen=True, slots=True)
class Stance:
    """One side's limits and strategy. beta: (numerator, denominator) of β; salt: so that nobody guesses the limits from
    the hash. Raises InputError for what makes no sense."""

    price: Issue
    due: Issue
    kind: Kind = "time"
    beta: tuple[int, int] = (1, 1)
    salt: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f'"{self.kind}" is no strategy', where="stance", hint=" or ".join(KINDS))
        if not all(0 < one <= STEEPEST for one in self.beta):
            raise InputError(f"β is a ratio of numbers from 1 to {STEEPEST}", where="stance")
        for issue in (self.price, self.due):
            if issue.weight < 1 or min(issue.reserve, issue.ideal) < 0 or max(issue.reserve, issue.ideal) >= 2**63:
                raise InputError("limits are at least 0, weights at least 1", where="stance")

    def document(self) -> bytes:
        """Its canonical bytes."""
        return canonical({"format": FORMAT, **asdict(self)})

    @property
    def hash(self) -> str:
        """What is declared before the first move."""
        return digest(self.document())

    def admits(self, offer: Offer) -> bool:
        """Whether it is within the reserves, on every issue."""
        return self.price.gain(offer.price) >= 0 and self.due.gain(offer.due) >= 0

    def utility(self, offer: Offer) -> int:
        """What an offer is worth, millionths."""
        weights = self.price.weight + self.due.weight
        gains = self.price.weight * self.price.gain(offer.price) + self.due.weight * self.due.gain(offer.due)
        return gains // weights

    def offer(self, target: int) -> Offer:
        """What is worth `target`, millionths, with every issue conceded alike."""
        return Offer(self.price.at(target), self.due.at(target))


@dataclass(frozen=True, slots=True)
class Move:
    """What a side does in a round: `accept` takes the other's newest offer; `offer` makes one; `refuse` ends it."""

    what: Literal["accept", "offer", "refuse"]
    offer: Offer


def read(data: bytes | str) -> Stance:
    """The inverse of `Stance.document`; any JSON of that form. Raises InputError."""
    try:
        said = json.loads(data)
        if not isinstance(said, dict) or said.pop("format", None) != FORMAT:
            raise ValueError
        issues = {
            name: Issue(**{part: _whole(value) for part, value in said.pop(name).items()}) for name in ("price", "due")
        }
        numerator, denominator = said.pop("beta", (1, 1))
        kind, salt = said.pop("kind", "time"), said.pop("salt", "")
        if said or not isinstance(salt, str) or not isinstance(kind, str):
            raise ValueError
        return Stance(issues["price"], issues["due"], kind, (_whole(numerator), _whole(denominator)), salt)  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(
            "this is no stance",
            where="strategy",
            hint='{"format": "hanse-stance/1", "price": {"reserve": …, "ideal": …}, "due": …}',
        ) from None


def concession(t: int, rounds: int, beta: tuple[int, int]) -> int:
    """(t/T)^(1/β) in millionths, rounded down, exactly: 0 at the first of `rounds`, 1 at the last; monotone in t."""
    last = rounds - 1
    if t >= last:
        return MILLION
    numerator, denominator = beta
    # x^(denominator / numerator), as the root of a power of whole numbers
    return _root(MILLION**numerator * t**denominator // last**denominator, numerator)


def move(
    stance: Stance, t: int, rounds: int, own: Sequence[Offer], others: Sequence[Offer], *, last: bool = False
) -> Move:
    """What a side does in round t, from 0, of `rounds`. own, others: the offers so far, the other's newest last; its
    answer is to that one. last: nothing that it says can be answered any more."""
    target = _target(stance, t, rounds, own, others)
    mine = stance.offer(target)
    if others:
        newest = others[-1]
        if stance.admits(newest) and stance.utility(newest) >= stance.utility(mine):
            return Move("accept", newest)
        if last:
            # Whatever is within the limits is better than nothing.
            return Move("accept", newest) if stance.admits(newest) else Move("refuse", newest)
    return Move("offer", mine)


def negotiate(first: Stance, second: Stance, rounds: int) -> tuple[Offer | None, tuple[tuple[int, Move], ...]]:
    """Both sides to the end: what they agree on, and every move with the number of its side. In each round the first
    side speaks, then the second. Raises InputError for fewer than 2 rounds or more than 255."""
    if not 2 <= rounds <= MOST_ROUNDS:
        raise InputError(f"{rounds} rounds are not between 2 and {MOST_ROUNDS}", where="negotiation")
    said: tuple[list[Offer], list[Offer]] = ([], [])
    moves: list[tuple[int, Move]] = []
    for t in range(rounds):
        for side, stance in enumerate((first, second)):
            last = side == 1 and t == rounds - 1
            done = move(stance, t, rounds, said[side], said[1 - side], last=last)
            moves.append((side, done))
            if done.what == "accept":
                return done.offer, tuple(moves)
            if done.what == "refuse":
                return None, tuple(moves)
            said[side].append(done.offer)
    return None, tuple(moves)


def _target(stance: Stance, t: int, rounds: int, own: Sequence[Offer], others: Sequence[Offer]) -> int:
    if stance.kind == "time" or len(others) < 2 or not own:
        # Who imitates begins by asking all, and waits for two offers to see a concession.
        return MILLION - concession(t, rounds, stance.beta) if stance.kind == "time" else MILLION
    gave = stance.utility(others[-1]) - stance.utility(others[-2])
    return max(0, min(MILLION, stance.utility(own[-1]) - max(0, gave)))


def _root(number: int, degree: int) -> int:
    """The whole root, rounded down, by Newton's steps from above."""
    if number < 2 or degree == 1:
        return number
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better


def _whole(value: object) -> int:
    if type(value) is not int:
        raise ValueError
    return value
