"""The league's parameters: what each is called, means and is counted in, and who holds people to it.

The twin of contracts/src/Charter.sol, in its order. Bonds are counted by the pot and pots by the baseline, as the
laboratory counts them, so that what was found there can be decided as it is. `chain`: a contract refuses what breaks
it; `service`: the service and the commands do, and somebody who goes round them is not stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hanse.errors import InputError
from hanse.governance.rules import DAY
from hanse.ledger.deal import Conditions
from hanse.units import MILLION

Unit = Literal["seconds", "cents", "millionths", "units"]
ALL = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Term:
    """name: what commands call it; words: what people call it; value: at the founding; least, most: what no decision
    can leave; by: who holds people to it."""

    number: int
    name: str
    words: str
    unit: Unit
    value: int
    least: int
    most: int
    by: Literal["chain", "service"] = "chain"


TERMS = (
    Term(0, "round-window", "the shortest time for handing in plans, and for opening them", "seconds", 1, 1, 30 * DAY),
    Term(1, "round-bond", "the least bond of a plan that competes, of the pot,", "millionths", 0, 0, 100 * MILLION),
    Term(2, "round-improvement", "the least improvement that a plan must bring", "units", 1, 1, ALL),
    Term(
        3, "round-reward", "the most that the rewards of a round reach together, of the baseline,", "millionths", ALL,
        1, ALL,
    ),
    Term(4, "review", "the shortest time a customer has to look at what was delivered", "seconds", 1, 1, 90 * DAY),
    Term(5, "ruling", "the shortest time an arbiter has to decide", "seconds", 1, 1, 90 * DAY),
    Term(6, "appeal", "the shortest time both have to appeal", "seconds", 1, 1, 90 * DAY),
    Term(7, "fee", "the highest fee of the league", "millionths", MILLION, 0, MILLION),
    Term(8, "round-challenge", "the shortest time for showing that a plan is wrong", "seconds", 0, 0, 30 * DAY),
    Term(9, "deposit", "the least deposit of an order", "cents", 0, 0, ALL, "service"),
    Term(
        10, "round-reach", "how far the target of a round lies at most, of the way from the baseline to the cheapest,",
        "millionths", MILLION, 1, MILLION, "service",
    ),
    Term(11, "admission", "the standing that a member needs for an order", "millionths", 0, 0, MILLION, "service"),
    Term(
        12, "admission-trial", "the price of work up to which newcomers need no standing", "cents", 0, 0, ALL,
        "service",
    ),
    Term(
        13, "notary-credentials", "how many other notaries have to say who a notary is", "units", 0, 0, 8, "service"
    ),
    Term(14, "offer-hold", "the time a host has to confirm idle time", "seconds", 3_600, 60, 30 * DAY),
    Term(15, "offer-review", "the time a guest has to look at work in idle time", "seconds", 3 * DAY, 3_600, 80 * DAY),
    Term(
        16, "offer-decision", "the time an arbiter has to decide about idle time", "seconds", 14 * DAY, 3_600, 80 * DAY
    ),
    Term(
        17, "offer-penalty", "what withdrawing from confirmed idle time costs, of its price,", "millionths",
        MILLION // 5, 0, MILLION,
    ),
)  # fmt: skip
_BY_NAME = {term.name: term for term in TERMS}


def term(name: str) -> Term:
    """A parameter by its name. Raises InputError, naming all."""
    found = _BY_NAME.get(name)
    if found is None:
        raise InputError(f'the charter has no "{name[:40]}"', where="charter", hint=f"one of: {', '.join(_BY_NAME)}")
    return found


def said(one: Term, value: int) -> str:
    """A value for people: `3 days`, `12.50`, `2 %`."""
    if value == ALL:
        return "no limit"
    if one.unit == "cents":
        return money(value)
    if one.unit == "millionths":
        return f"{value / 10_000:g} %"
    return span(value) if one.unit == "seconds" else str(value)


def span(seconds: int) -> str:
    """A length of time for people, exact: `3 days`, `90 minutes`, `1 second`."""
    for name, length in (("day", DAY), ("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds % length == 0 and (seconds or length == 1):
            count = seconds // length
            return f"{count} {name}{'' if count == 1 else 's'}"
    raise AssertionError("every whole number of seconds is a number of seconds")


def lawful(conditions: Conditions, values: Sequence[int]) -> Conditions:
    """The conditions of a deal, made longer and cheaper where the charter asks for it. values: of all terms, in
    order."""
    by_name = {one.name: value for one, value in zip(TERMS, values, strict=True)}
    return replace(
        conditions,
        review=max(conditions.review, by_name["review"]),
        ruling=max(conditions.ruling, by_name["ruling"]),
        appeal=max(conditions.appeal, by_name["appeal"]),
        fee=min(conditions.fee, by_name["fee"]),
    )


def at_least(name: str, values: Sequence[int], usual: int) -> int:
    """What is usual, or as much as the charter asks for. values: of all terms, in order."""
    return max(usual, values[term(name).number])


def least_bond(values: Sequence[int], pot: int) -> int:
    """Cents of the least bond in a round with this pot. values: of all terms, in order."""
    return pot * values[term("round-bond").number] // MILLION


def largest_pot(values: Sequence[int], baseline: int) -> int | None:
    """Cents of the largest pot of a round with this baseline, None for any. A pot of one cent is never too much."""
    share = values[term("round-reward").number]
    return None if share == ALL else max(1, baseline * share // MILLION)


def check_round(
    values: Sequence[int], *, window: int, challenge: int, bond: int, improvement: int, pot: int, baseline: int
) -> None:
    """The twin of the contract's check, before anything is sent. window: the shorter of the two, seconds; the rest as
    `Rounds` has it. values: of all terms, in order. Raises InputError that names everything the charter forbids."""
    given = {"round-window": window, "round-challenge": challenge, "round-improvement": improvement}
    wrong = {
        name: said(term(name), value) for name, value in given.items() if value < values[term(name).number]
    }  # fmt: skip
    least, most = least_bond(values, pot), largest_pot(values, baseline)
    if bond < least:
        wrong["round-bond"] = f"{money(bond)} of {money(pot)}"
    if most is not None and pot > most:
        wrong["round-reward"] = f"{money(pot)} of {money(baseline)}"
    if wrong:
        raise InputError(
            "the league's charter forbids: "
            + "; ".join(
                f"{one.words} is {said(one, values[one.number])}, not {what}"
                for one, what in ((term(name), what) for name, what in wrong.items())
            ),
            where=", ".join(wrong),
            hint="leave these out for what the charter asks for, or see hanse govern show",
        )


def money(cents: int) -> str:
    """`1 593.20`."""
    return f"{cents / 100:,.2f}".replace(",", " ")
