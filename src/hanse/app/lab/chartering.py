"""A proposal of the laboratory (`hanse-proposal/1`) as a proposal to the league's members: its rules as sentences that
change the charter, what was found as the words people read before they vote, its evidence in the content store.

The charter holds bounds, the laboratory plays values: a rule becomes the least or the most that its term allows. What
the charter does not know is refused with its name, and then nothing is proposed: the evidence is about all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from hanse.app.lab.advising import FORMAT
from hanse.errors import EvidenceError, InputError
from hanse.governance.charter import TERMS
from hanse.lab.rules import Rules, spoken
from hanse.ledger.council import MOST_WORDS
from hanse.model.canonical import digest

TERM_OF: Mapping[str, str] = {
    "round.pot": "round-reward",
    "round.bond": "round-bond",
    "round.reach": "round-reach",
    "round.commit": "round-window",
    "round.reveal": "round-window",
    "round.challenge": "round-challenge",
    "round.least": "round-improvement",
    "settlement.fee": "fee",
}
"""Rules by the term that bounds them, each in the unit of its rule."""

LONGEST = 1 << 20
"""Bytes of a proposal's file."""

Words = Annotated[str, Meta(min_length=1, max_length=200)]


class Parameter(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule, as it is and as it would be."""

    name: Words
    old: int | bool | Words
    new: int | bool | Words


class Expected(Struct, frozen=True, forbid_unknown_fields=True):
    """What a measure would do, by so many pairs of runs. low, high: of the interval, None without one."""

    measure: Words
    unit: Words
    effect: float
    low: float | None
    high: float | None
    pairs: int
    judged: Annotated[str, Meta(pattern="^(better|worse|unsure)$")]


class Advice(Struct, frozen=True, forbid_unknown_fields=True):
    """What `hanse lab advise` wrote. evidence: content hash of all findings."""

    format: str
    title: Words
    league: str
    chain: int
    parameters: Annotated[tuple[Parameter, ...], Meta(min_length=1, max_length=64)]
    evidence: Annotated[str, Meta(pattern="^0x[0-9a-f]{64}$")]
    confidence: float
    expected: Annotated[tuple[Expected, ...], Meta(max_length=64)]


def read_advice(data: bytes, where: str) -> Advice:
    """Raises InputError for what is no proposal of the laboratory."""
    try:
        if len(data) > LONGEST:
            raise InputError(f"a proposal has at most {LONGEST:,} bytes", where=where)
        found = msgspec.json.decode(data, type=Advice)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as reason:
        raise InputError(f"this is no proposal of the laboratory: {reason}", where=where, hint=_MADE) from None
    if found.format != FORMAT:
        raise InputError(f'"{found.format[:40]}" is not {FORMAT}', where=where, hint=_MADE)
    return found


def check_league(advice: Advice, league: str, chain: int) -> None:
    """Raises InputError for advice to another league: its evidence says nothing of this one."""
    if (advice.league.lower(), advice.chain) != (league.lower(), chain):
        raise InputError(
            "this was found on a copy of another league",
            where=f"{advice.league[:42]}, chain {advice.chain}",
            hint=f"fork this one: {league}, chain {chain}",
        )


def check_evidence(advice: Advice, data: bytes, where: str) -> None:
    """Raises EvidenceError if these are not the findings that the proposal names."""
    if digest(data) != advice.evidence:
        raise EvidenceError(
            "these are not the findings of this proposal", where=where, hint=f"they have the hash {advice.evidence}"
        )


def sentences(advice: Advice) -> list[str]:
    """What the members are asked to do. Raises InputError, naming every rule that is none or is not the charter's."""
    wanted: dict[str, set[int]] = {}
    unknown, outside = list[str](), list[str]()
    for one in advice.parameters:
        if one.name not in _RULES:
            unknown.append(one.name)
        elif one.name not in TERM_OF or type(one.new) is not int:
            outside.append(one.name)
        else:
            wanted.setdefault(TERM_OF[one.name], set()).add(one.new)
    named = {one.name for one in advice.parameters}
    halves = sorted({"round.commit", "round.reveal"} & named)
    if halves and (len(halves) == 1 or len(wanted["round-window"]) > 1):
        # One least length for both, so a study of one of them is not what the charter would bring.
        outside += halves
    if unknown:
        raise InputError(f"no rules: {', '.join(unknown)}", where=advice.title, hint="docs/lab.md lists all")
    if outside:
        raise InputError(
            f"the charter does not hold people to: {', '.join(outside)}",
            where=advice.title,
            hint=f"vary only {', '.join(TERM_OF)}; round.commit and round.reveal alike",
        )
    return [f"set {name} {values.pop()}" for name, values in sorted(wanted.items())]


def news(advice: Advice, values: Sequence[int]) -> list[str]:
    """The sentences that change anything. values: of all terms now, in order. Raises InputError if none does."""
    there = {f"set {one.name} {values[one.number]}" for one in TERMS}
    found = sentences(advice)
    left = [one for one in found if one not in there]
    if not left:
        raise InputError(f"the charter says so already: {'; '.join(found)}", where=advice.title)
    return left


def description(advice: Advice, why: str = "") -> str:
    """What people read: why, what is surely better and worse, and which evidence says so."""
    lines = [one for one in (why.strip(), advice.title) if one]
    for judged in ("better", "worse"):
        lines += [_told(one) for one in advice.expected if one.judged == judged]
    unsure = [one.unit for one in advice.expected if one.judged == "unsure"]
    lines += [f"unsure: {', '.join(unsure)}"] if unsure else []
    found = "\n".join([*lines, f"found in the laboratory, at {advice.confidence:.2%}; evidence {advice.evidence}"])
    if len(found.encode()) > MOST_WORDS:
        raise InputError(f"more than {MOST_WORDS} bytes to read", where="--why", hint="say it shorter")
    return found


def _told(one: Expected) -> str:
    between = "" if one.low is None or one.high is None else f" [{one.low:+,.2f}, {one.high:+,.2f}]"
    return f"{one.judged}: {one.unit} {one.effect:+,.2f}{between}"


_RULES = frozenset(spoken(field.name) for field in fields(Rules))
_MADE = "hanse lab advise writes one"
