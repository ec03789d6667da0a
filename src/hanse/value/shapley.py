"""Who added what to a set function: Shapley values, exact or sampled, a division without rest, and who would leave.

A game of n players is an array v of 2^n integers: v[S] is what the coalition with bit set S reaches alone, v[0] = 0.
The Shapley value of player i is the mean of v[S + i] - v[S] over all orders in which the players may arrive (Shapley
1953). It is the only division that gives the whole (efficiency), the same to equals (symmetry), nothing to who adds
nothing (null player) and that adds up over games (additivity).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial, lcm, sqrt
from statistics import NormalDist
from typing import Protocol

import numpy as np
import numpy.typing as npt

from hanse.errors import InputError

Ints = npt.NDArray[np.int64]

EXACT = 16
"""Players up to which all coalitions are counted."""

ROUNDS = 8
"""Rounds of a sample at least: with fewer an interval says nothing."""


def exact(values: Ints) -> tuple[Fraction, ...]:
    """The Shapley value of each player, without any rounding. values: v by bit set, 2^n of them, each below 2^62 in
    size. Raises InputError for another number of values, more than `EXACT` players, or v of nobody that is not 0."""
    players = players_of(values)
    masks = np.arange(len(values))
    sizes = sizes_of(players)
    shares = []
    for player in range(players):
        without = masks[(masks >> player) & 1 == 0]
        added = values[without | 1 << player] - values[without]
        sums = _sums(added, sizes[without], players)
        whole = sum(factorial(s) * factorial(players - 1 - s) * total for s, total in enumerate(sums))
        shares.append(Fraction(whole, factorial(players)))
    return tuple(shares)


def players_of(values: Ints) -> int:
    """How many players a game of so many values has. Raises as `exact`."""
    players = len(values).bit_length() - 1
    if len(values) != 1 << players or players > EXACT:
        raise InputError(f"{len(values)} values are no game of at most {EXACT} players", where="values")
    if values[0] != 0:
        raise InputError("a coalition of nobody reaches nothing", where="values")
    return players


def sizes_of(players: int) -> Ints:
    """How many members each coalition has, by bit set."""
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(players):
        sizes = np.concatenate([sizes, sizes + 1])
    return sizes


def _sums(added: Ints, sizes: Ints, players: int) -> list[int]:
    """Sums by size. In halves of 31 bits, so that up to 2^16 of them never overflow."""
    high, low = added >> 31, added & ((1 << 31) - 1)
    sums = []
    for half in (high, low):
        total = np.zeros(players, dtype=np.int64)
        np.add.at(total, sizes, half)
        sums.append(total.tolist())
    return [(above << 31) + below for above, below in zip(*sums, strict=True)]


class Game(Protocol):
    """A game that can be played in any order of arrival. players: their numbers among all players."""

    @property
    def players(self) -> tuple[int, ...]: ...

    def arrivals(self, orders: Ints) -> Ints:
        """For each row, an order of the places in `players`: what the player at each place of `players` added when it
        came."""
        ...


@dataclass(frozen=True, slots=True)
class Sample:
    """Estimated Shapley values of a sum of games. shares: unbiased, and their sum is that of v of all, exactly.
    margins: half the width of the 95 % interval of each. permutations: how many orders of arrival were played in
    all."""

    shares: tuple[Fraction, ...]
    margins: tuple[float, ...]
    permutations: int


def sampled(
    players: int,
    games: Sequence[Game],
    *,
    rounds: int,
    seed: int,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Sample:
    """Shapley values from random orders of arrival.

    A round plays each game in the rows of a random Latin square and in the same rows backwards: everybody comes once
    at every place (stratified), and what helps first in one order comes last in another (antithetic). Rounds are
    independent and each alone is unbiased; the margin is Student's t over their means. The same seed gives the same
    result. players: of all games together. rounds: at least `ROUNDS`. told: is called with how many games were played,
    and of how many.
    """
    if rounds < ROUNDS:
        raise InputError(f"{rounds} rounds say too little", where="rounds", hint=f"at least {ROUNDS}")
    random = np.random.default_rng(seed)
    shares, means, played = [Fraction(0)] * players, np.zeros((rounds, players)), 0
    for number in range(rounds):
        for k, game in enumerate(games):
            orders = _square(random, len(game.players))
            found = game.arrivals(orders).astype(object).sum(axis=0).tolist()
            for player, total in zip(game.players, found, strict=True):
                shares[player] += Fraction(total, len(orders) * rounds)
                means[number, player] += total / len(orders)
            played += len(orders)
            told(number * len(games) + k + 1, rounds * len(games))
    margins = student(rounds - 1) * means.std(axis=0, ddof=1) / sqrt(rounds)
    return Sample(tuple(shares), tuple(float(m) for m in margins), played)


def _square(random: np.random.Generator, count: int) -> Ints:
    """Orders of so many players: a random Latin square, and its mirror image."""
    names, places = random.permutation(count), random.permutation(count)
    rows = names[(np.arange(count)[:, None] + places[None, :]) % count]
    return np.ascontiguousarray(np.concatenate([rows, rows[:, ::-1]]), dtype=np.int64)


def student(freedom: int) -> float:
    """The 97.5 % quantile of Student's t, from that of the normal by the expansion 26.7.5 of Abramowitz and Stegun:
    right to four digits from 7 degrees of freedom on."""
    z = NormalDist().inv_cdf(0.975)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / float(freedom) ** k for k, term in enumerate(terms, 1))


def divide(amount: int, weights: Sequence[Fraction | int]) -> tuple[int, ...]:
    """An amount in proportion to weights, to the last cent: rounded down, and what is left goes one by one to the
    largest remainders, of equal ones to the first. amount: at least 0. weights: at least 0, not all 0. Raises
    InputError else."""
    whole = sum(weights, Fraction(0))
    if amount < 0:
        raise InputError(f"{amount} cannot be divided", where="amount", hint="give an amount of at least 0")
    if min(weights, default=0) < 0 or whole <= 0:
        raise InputError("weights are at least 0 and not all 0", where="weights")
    exactly = [amount * Fraction(weight) / whole for weight in weights]
    shares = [int(one) for one in exactly]
    order = sorted(range(len(shares)), key=lambda i: (shares[i] - exactly[i], i))
    for i in order[: amount - sum(shares)]:
        shares[i] += 1
    return tuple(shares)


@dataclass(frozen=True, slots=True)
class Stability:
    """Whether a division is in the core. coalition: the players (numbers) that would gain most by leaving together,
    empty if none would. gain: what they would gain, 0 if none."""

    coalition: tuple[int, ...]
    gain: Fraction

    @property
    def stable(self) -> bool:
        """Whether nobody gains by leaving."""
        return not self.coalition


def stability(values: Ints, shares: Sequence[Fraction]) -> Stability:
    """Compares what each coalition gets by `shares` with what it reaches alone. Raises InputError if `values` are no
    game of as many players."""
    players = players_of(values)
    if len(shares) != players:
        raise InputError(f"{len(shares)} shares for {players} players", where="shares")
    scale = lcm(*(share.denominator for share in shares))
    got = np.zeros(1, dtype=object)
    for share in shares:
        got = np.concatenate([got, got + int(share * scale)])
    gains = values.astype(object) * scale - got
    best = int(np.argmax(gains))
    if gains[best] <= 0:
        return Stability((), Fraction(0))
    return Stability(tuple(i for i in range(players) if best >> i & 1), Fraction(int(gains[best]), scale))
