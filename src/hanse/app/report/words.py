"""Amounts, times and distances from the best possible, in the words of the report."""

from __future__ import annotations

import re
from math import ceil, log10

from hanse.model.plan import Plan
from hanse.units import Units, money_text, time_text

LEAGUE = Units(money="cent")
"""What the league's own money (deposits, settled flows) is counted in."""

BOUNDS = {
    "certified": "anyone can recompute this",
    "attested": "proved by the solver",
    "none": "no proof of how good it is",
}
MEASURES = {
    "cost": "lowest cost",
    "makespan": "earliest finish",
    "tardiness": "least lateness",
    "energy": "least energy",
    "utility": "most utility to the customers",
}

_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")


def narrow(text: str) -> str:
    """Narrow no-break spaces between thousands, no-break spaces elsewhere, so that no amount is torn apart."""
    return _THOUSANDS.sub("\u202f", text).replace(" ", "\u00a0")


def money(amount: int, units: Units) -> str:
    """`1 593.20` with narrow spaces."""
    return narrow(money_text(amount, units))


def time(duration: int, units: Units) -> str:
    """`2 h 15 min`."""
    return narrow(time_text(duration, units))


def count(number: int, one: str, many: str = "") -> str:
    """`1 order`, `15 orders`."""
    return f"{narrow(f'{number:,}'.replace(',', ' '))} {one if number == 1 else many or one + 's'}"


def names(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def percent(ratio: float) -> str:
    """A share, rounded up so that *at most* stays true: 0.00391 is `0.4 %`, 0.00041 is `0.05 %`."""
    hundred = ratio * 100
    digits = 1 if hundred >= 0.1 or hundred <= 0 else min(1 + int(-log10(hundred)), 4)
    scale = 10**digits
    text = f"{ceil(hundred * scale - 1e-9) / scale:.{digits}f}"
    return text.rstrip("0").rstrip(".") + "\u00a0%"


def above_best(plan: Plan) -> float | None:
    """How far the plan can be above the best possible: value ÷ bound - 1, None where nothing is known.

    `Plan.gap` divides by the value and so says how much could be saved; a plan of 100 that might be 50 is 100 % above.
    """
    if plan.lower_bound is None:
        return None
    if plan.value <= plan.lower_bound:
        return 0.0
    return (plan.value - plan.lower_bound) / plan.lower_bound if plan.lower_bound > 0 else None


def goodness(plans: list[Plan]) -> str:
    """`the best possible`, `at most 0.4 % above the best possible`, or that nobody knows."""
    distances = [above_best(plan) for plan in plans]
    known = [distance for distance in distances if distance is not None]
    if not known:
        return "not known how far from the best possible"
    worst = max(known)
    sentence = f"at most {percent(worst)} above the best possible" if worst else "the best possible"
    missing = len(distances) - len(known)
    return sentence + (f", and {count(missing, 'plan')} without proof" if missing else "")


def proof(plans: list[Plan]) -> str:
    """Whose word the distance is, weakest last: `proved by the solver`."""
    kinds = [kind for kind in BOUNDS if any(plan.bound_kind == kind for plan in plans)]
    if len(kinds) == 1:
        return BOUNDS[kinds[0]]
    return "; ".join(f"{count(sum(p.bound_kind == k for p in plans), 'plan')}: {BOUNDS[k]}" for k in kinds)


def aim(plans: list[Plan]) -> str:
    """What the plans were asked to minimise."""
    aims = dict.fromkeys(MEASURES.get(plan.objective, plan.objective) for plan in plans)
    return "asked for: " + names(list(aims))
