"""How much of a mandate is left: the twin of `Identities.charge`."""

from __future__ import annotations

from hanse.ledger.identities import Mandate, Used


def left(terms: Mandate, used: Used, now: int) -> int:
    """Cents that can still be signed for in the period at a time, seconds since 1970; 0 for a mandate that has
    ended."""
    if now >= terms.valid_to:
        return 0
    return terms.per_period - (used.spent if _running(terms, used, now) else 0)


def charged(terms: Mandate, used: Used, amount: int, now: int) -> Used | None:
    """What is used once a clerk has signed for so many cents; None if the contract refuses that."""
    if now >= terms.valid_to or amount > min(terms.per_deal, left(terms, used, now)):
        return None
    return Used(used.spent + amount, used.since) if _running(terms, used, now) else Used(amount, now)


def _running(terms: Mandate, used: Used, now: int) -> bool:
    """Whether the period that began last is not over."""
    return used.since > 0 and now < used.since + terms.period
