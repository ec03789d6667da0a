"""Who wins a round, and what they earn: pure functions, the twins of `contracts/src/Award.sol` and `Rounds.award`.

Greedy: claims are taken in the order of their rank, and each that fits with those accepted before is accepted. A round
ranks either by improvement, the largest first and among equals the earlier commitment, or by the order of commitments
alone. A claim is passed over if

* it does not stand (it was struck, dismissed, or never revealed);
* it covers a demand that an accepted claim covers;
* in a set of claims that cannot all be accepted, all the others are accepted; or it ranks last in so many such sets
  (MOST_SETS) that the contract keeps no more of them.

So accepted claims cover different demands, no standing claim that was passed over would fit, and whoever improves more
than before never loses by it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from hanse.errors import InputError
from hanse.market.reward import reward

MOST_SETS = 16
"""How many sets of conflicting claims one claim can rank last in before it is passed over for that alone."""

MOST_CLAIMS = 64
"""Claims of a round."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A revealed claim as the award sees it; its number is its place in the order of commitments.

    covered: bit d is demand d. value: what its plan costs. baseline, target: sums over the demands it covers, target
    below baseline. stands: revealed, and neither struck nor dismissed. All amounts in one unit, 0 to 2^64 - 1.
    """

    covered: int
    value: int
    baseline: int
    target: int
    stands: bool = True

    @property
    def improvement(self) -> int:
        """How much cheaper than the baseline."""
        return self.baseline - self.value


@dataclass(frozen=True, slots=True)
class Prize:
    """What a round pays at most, and for what: pot for going from the baseline of all demands to their target."""

    pot: int
    baseline: int
    target: int

    def __post_init__(self) -> None:
        if self.pot < 0 or self.target >= self.baseline:
            raise InputError(
                f"a pot of {self.pot} for going from {self.baseline} to {self.target}",
                where="prize",
                hint="the pot is not negative and the target below the baseline",
            )


def ranking(claims: Sequence[Contender], first_wins: bool) -> tuple[int, ...]:
    """Numbers of the standing claims, the first rank first: what the contract wants to be given."""
    standing = (number for number, claim in enumerate(claims) if claim.stands)
    return tuple(sorted(standing, key=lambda number: _key(claims, number, first_wins)))


def award(
    claims: Sequence[Contender], conflicts: Collection[Collection[int]] = (), *, first_wins: bool = False
) -> tuple[int, ...]:
    """Numbers of the accepted claims, in the order of their rank.

    conflicts: sets of two or more claims that cannot all be accepted. Raises InputError for more than 64 claims, or a
    conflict that names a claim there is not or less than two.
    """
    if len(claims) > MOST_CLAIMS:
        raise InputError(f"{len(claims)} claims are more than {MOST_CLAIMS}", where="award")
    sets = [frozenset(conflict) for conflict in conflicts]
    for conflict in sets:
        if len(conflict) < 2 or not all(0 <= number < len(claims) for number in conflict):
            raise InputError(f"{sorted(conflict)} is no set of claims that conflict", where="award")
    accepted: list[int] = []
    taken = 0
    for number in ranking(claims, first_wins):
        held = _ranked_last(claims, number, sets, first_wins)
        blocked = len(held) >= MOST_SETS or any(others <= set(accepted) for others in held)
        if not blocked and not taken & claims[number].covered:
            accepted.append(number)
            taken |= claims[number].covered
    return tuple(accepted)


def earnings(claims: Sequence[Contender], accepted: Sequence[int], prize: Prize) -> tuple[int, ...]:
    """What each accepted claim earns, in their order: the reward curve over its share of the pot, which is as large as
    its share of the way from baseline to target; rounded down, and never more than is left."""
    paid: list[int] = []
    for number in accepted:
        claim = claims[number]
        share = prize.pot * (claim.baseline - claim.target) // (prize.baseline - prize.target)
        earned = reward(claim.value, claim.target, claim.baseline, min(share, prize.pot))
        paid.append(min(earned, prize.pot - sum(paid)))
    return tuple(paid)


def _key(claims: Sequence[Contender], number: int, first_wins: bool) -> tuple[int, int]:
    return (0 if first_wins else -claims[number].improvement), number


def _ranked_last(
    claims: Sequence[Contender], number: int, conflicts: list[frozenset[int]], first_wins: bool
) -> set[frozenset[int]]:
    """For the conflicts in which a claim ranks last, the others; none that another of them makes superfluous."""
    held = {
        conflict - {number}
        for conflict in conflicts
        if number == max(conflict, key=lambda one: _key(claims, one, first_wins))
    }
    return {others for others in held if not any(fewer < others for fewer in held)}
