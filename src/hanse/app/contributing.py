"""What `hanse contribution` says, draws and writes: who added what, and how an amount is divided by it.

The document (`hanse-contribution/1`) is evidence: it names the problem and the plan by their roots and all that was
asked, so that whoever has both files can count it again (`differences`). Shares are exact, as fractions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from hanse.app.report import words
from hanse.app.reproduce.svg import COLOURS, INK, LINE, QUIET, svg, text
from hanse.errors import EvidenceError, InputError
from hanse.instances import read_bytes
from hanse.model.check import check
from hanse.model.plan import Plan
from hanse.model.problem import Problem
from hanse.units import Units
from hanse.value.contribution import Contribution, contribution, jobs_of, participants

FORMAT = "hanse-contribution/1"

Told = Callable[[int, int], None]


def ask(
    problem: Problem, plan: Plan, orders: Collection[str] | None, *, everyone: bool, rounds: int, seed: int, told: Told
) -> Contribution:
    """What those who work in a plan added to it, or all members of the problem. Raises EvidenceError if the plan is not
    a true plan of the problem, InputError as `contribution` does."""
    verdict = check(problem, plan)
    if not verdict.valid:
        raise EvidenceError(
            f"the plan does not hold: {verdict.violations[0].message}", where="plan", hint="hanse check names all of it"
        )
    chosen = [job.id for job in jobs_of(problem, orders)]
    members = [e.id for e in problem.enterprises] if everyone else participants(problem, plan, chosen)
    return contribution(problem, members, orders, rounds=rounds, seed=seed, told=told)


def document(
    problem: Problem, plan: Plan, found: Contribution, amount: int, *, everyone: bool, rounds: int
) -> dict[str, Any]:
    """The evidence, as plain values: the same question gives the same document."""
    amounts = found.divide(amount)
    stable = found.stability
    return {
        "format": FORMAT,
        "problem": problem.root,
        "plan": plan.root,
        "orders": list(found.jobs),
        "everyone": everyone,
        "method": found.method,
        "rounds": rounds,
        "seed": found.seed,
        "permutations": found.permutations,
        "set_aside": list(found.aside),
        "whole": found.whole,
        "amount": amount,
        "members": [
            {
                "member": member,
                "contribution": str(share),
                "margin": round(margin, 6),
                "alone": alone,
                "amount": given,
            }
            for member, share, margin, alone, given in zip(
                found.members, found.shares, found.margins, found.alone, amounts, strict=True
            )
        ],
        "stable": None if stable is None else stable.stable,
        "leaving": [] if stable is None else [found.members[i] for i in stable.coalition],
        "gain": "0" if stable is None else str(stable.gain),
    }


def read(path: Path) -> dict[str, Any]:
    """A document written before. Raises InputError if it is none."""
    try:
        value = json.loads(read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"this is not JSON: {error}", where=str(path)) from error
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise InputError(f"this is not {FORMAT}", where=str(path), hint="hanse contribution … --out writes one")
    for name, kind in (("orders", list), ("everyone", bool), ("rounds", int), ("seed", int), ("amount", int)):
        if not isinstance(value.get(name), kind) or (kind is int and value[name] < 0):
            raise InputError(f'"{name}" is not as this format has it', where=str(path))
    return value


def differences(given: Mapping[str, Any], counted: Mapping[str, Any]) -> Iterator[str]:
    """What a document says that counting again does not; nothing if it is true. Margins are told apart by more than a
    millionth of the whole, as no two processors need to agree on the last bit of a square root."""
    for name in counted.keys() | given.keys():
        if name != "members" and given.get(name) != counted.get(name):
            yield f"{name}: {given.get(name)!r}, counted {counted.get(name)!r}"
    listed = given.get("members")
    rows = listed if isinstance(listed, list) else []
    if len(rows) != len(counted["members"]):
        yield f"members: {len(rows)} are listed, {len(counted['members'])} counted"
        return
    for row, own in zip(rows, counted["members"], strict=True):
        told = dict(row) if isinstance(row, dict) else {}
        margin = told.get("margin")
        near = isinstance(margin, int | float) and abs(margin - own["margin"]) <= 1e-6 * max(1, counted["whole"])
        if {**told, "margin": 0} != {**own, "margin": 0} or not near:
            yield f"member {own['member']}: {told}, counted {own}"


def lines(found: Contribution, amounts: tuple[int, ...], units: Units) -> Iterator[str]:
    """What is told beside the table."""
    if found.method == "sampled":
        yield f"sampled in {found.permutations} orders of arrival; each share is within its ± in 95 of 100 such samples"
    for aside in found.aside:
        yield f"{aside}: contributions are what members could reach at best"
    if found.stability is not None and not found.stability.stable:
        who = words.names([found.members[i] for i in found.stability.coalition])
        gain = words.money(round(found.stability.gain), units)
        yield f"not stable: {who} would reach {gain} more by leaving together"
    elif found.stability is not None:
        yield "stable: nobody would reach more by leaving, alone or together"
    if max(amounts) - min(amounts) <= 1 < len(amounts) and len(set(found.shares)) == 1:
        yield "all contributed the same"


def picture(problem: Problem, found: Contribution, amounts: tuple[int, ...]) -> str:
    """Bars by member, largest first, with what each gets and the 95 % interval where there is one."""
    order = sorted(range(len(found.members)), key=lambda i: (-found.shares[i], i))
    most = max(float(found.shares[i]) + found.margins[i] for i in order) or 1.0
    left, wide, step, top = 160, 560, 26, 52
    parts = [
        text(10, 22, f"Contributions: {problem.name or 'a plan'}", 15, INK, weight=600),
        text(10, 40, f"of {words.money(found.whole, problem.units)} produced and saved together", 12, QUIET),
    ]
    for row, i in enumerate(order):
        y, long = top + row * step, wide * float(found.shares[i]) / most
        parts.append(text(left - 8, y + 14, found.members[i], 12, INK, anchor="end"))
        parts.append(f'<rect x="{left}" y="{y + 3}" width="{long:.1f}" height="15" fill="{COLOURS[0]}"/>')
        if found.margins[i]:
            ends = [left + wide * max(0.0, float(found.shares[i]) + side * found.margins[i]) / most for side in (-1, 1)]
            parts.append(f'<path d="M{ends[0]:.1f} {y + 10.5}H{ends[1]:.1f}" stroke="{COLOURS[1]}" stroke-width="3"/>')
        parts.append(text(left + wide + 70, y + 14, words.money(amounts[i], problem.units), 12, INK, anchor="end"))
        parts.append(f'<path d="M10 {y + step - 4}H{left + wide + 70}" stroke="{LINE}"/>')
    return svg(left + wide + 80, top + len(order) * step + 10, parts, "Contributions")
