"""Ties between members: what somebody knows of another from work of its own, and from those it knows.

    direct(a, b)   good work of b for a, over all of it and what the belief in a stranger is worth    in [0, 1)
    tie(a, b)      direct(a, b), and where that is less than whole, what a's partners know:
                   d + (1 − d) · ½ · Σ_p direct(a, p) · direct(p, b) / Σ_p direct(a, p)

Ratings of people that `a` never worked with count nothing, however many they are: whoever invents customers to praise
itself stays a stranger to everybody who is not one of them. A common community is worth a tenth of what is left to 1.
Integers, millionths, rounded down: everybody computes the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from hanse.units import MILLION
from hanse.value.reputation import Settlement

BELIEF = 2
"""Full orders that the doubt about a stranger is worth."""
FULL = 100_000
"""Price from which an order counts whole, cents."""
COMMUNITY = MILLION // 10

Direct = Mapping[str, Mapping[str, int]]
"""What a customer knows of a member, millionths."""


def direct(settled: Iterable[Settlement]) -> dict[str, dict[str, int]]:
    """What each customer knows of each member it had work from. A rating says how good it was; without one, work
    without fault counts as good. Work for oneself, and ratings of a customer at fault, count nothing."""
    sums: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for one in settled:
        if one.customer_owner == one.member_owner or one.fault == "customer":
            continue
        weight = min(FULL, one.price)
        good = 0 if one.fault == "member" else MILLION if one.rating is None else one.rating
        known = sums[one.customer][one.member]
        known[0] += weight
        known[1] += weight * good
    return {
        customer: {member: good // (weight + BELIEF * FULL) for member, (weight, good) in known.items()}
        for customer, known in sums.items()
    }


def tie(known: Direct, who: str, other: str, communities: Mapping[str, frozenset[str]] | None = None) -> int:
    """What ties `who` to `other`, millionths. communities: that accounts are in."""
    own = known.get(who, {})
    first = own.get(other, 0)
    friends = {friend: trust for friend, trust in own.items() if friend != other and trust}
    told = sum(trust * known.get(friend, {}).get(other, 0) for friend, trust in friends.items())
    second = told // (2 * sum(friends.values())) if friends else 0
    found = first + (MILLION - first) * second // MILLION
    if communities and communities.get(who, frozenset()) & communities.get(other, frozenset()):
        found += (MILLION - found) * COMMUNITY // MILLION
    return found
