"""Conflicts: claims that are each true, and overbook a machine together. No lie, so nobody is punished: of such a set
the claim that ranks last is skipped if all the others are accepted.

Shown by leaves of the claims' own trees and the machine's row: for a budget one use of each claim, the last being the
one that convinces, since it says all that was given before it; for a capacity operations that run at one moment, one
more than the machine can hold. `check_conflict` is the twin of the contract.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations, pairwise
from typing import Final, cast

import numpy as np

from hanse.errors import InputError
from hanse.ledger.certificates.certificate import Certificate
from hanse.ledger.certificates.claim import Claim
from hanse.ledger.certificates.leaves import PlanLeaf, UseLeaf
from hanse.ledger.certificates.opened import show_rows
from hanse.ledger.certificates.rules.schedule import together
from hanse.ledger.certificates.view import root_of
from hanse.ledger.certificates.witness import LAYOUTS, Branch, Reader, Shown, decode_shown, encode_shown
from hanse.model.rows import NONE, NONE64, MachineRow, Rows, read_row

VERSION: Final = 1


class Kind(IntEnum):
    """What is overbooked. The numbers are anchored on chain: never change them, add one."""

    BUDGET = 1
    CAPACITY = 2


TREE: Final[Mapping[Kind, Branch]] = {Kind.BUDGET: Branch.USES, Kind.CAPACITY: Branch.PLAN}
"""The tree of each claim whose leaves show it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What shows that claims cannot all be accepted: the machine, its row, and leaves of each claim in their order."""

    kind: Kind
    machine: int
    row: Shown
    leaves: tuple[Shown, ...]

    def encode(self) -> bytes:
        """u8 version, u8 kind, u32 machine, what is shown of the rows and then of each claim (as in a witness)."""
        head = struct.pack(">BBI", VERSION, self.kind, self.machine)
        return head + b"".join(encode_shown(shown) for shown in (self.row, *self.leaves))

    @classmethod
    def decode(cls, data: bytes, claims: int) -> Conflict:
        """The conflict of so many claims. Raises InputError for anything that is not an encoded one."""
        reader = Reader(data)
        version, kind, machine = reader.unpack("BBI")
        if version != VERSION or kind not in Kind._value2member_map_:
            raise InputError(f"no conflict of version {VERSION}, or of no known kind", where="conflict")
        row = decode_shown(reader, None)
        leaves = tuple(decode_shown(reader, LAYOUTS[TREE[Kind(kind)]]) for _ in range(claims))
        if reader.left:
            raise InputError(f"{reader.left} bytes too many", where="conflict")
        return cls(Kind(kind), machine, row, leaves)


def check_conflict(claims: Sequence[Claim], conflict: Conflict) -> bool:
    """Whether claims about one problem, which share no job, are shown to overbook a machine together."""
    if len(claims) < 2 or len(conflict.leaves) != len(claims) or not separate(claims):
        return False
    if conflict.row.root() != claims[0].problem:
        return False
    branch = TREE[conflict.kind]
    for claim, shown in zip(claims, conflict.leaves, strict=True):
        if not shown.entries or shown.root() != root_of(claim, branch):
            return False
    rows = [read_row(entry.content) for entry in conflict.row.entries]
    machine = next((row for row in rows if isinstance(row, MachineRow) and row.number == conflict.machine), None)
    if machine is None:
        return False
    return _overbooked(conflict, machine)


def _overbooked(conflict: Conflict, machine: MachineRow) -> bool:
    layout = LAYOUTS[TREE[conflict.kind]]
    held = [[layout.read(entry.content) for entry in shown.entries] for shown in conflict.leaves]
    if conflict.kind is Kind.BUDGET:
        uses = [cast("UseLeaf", leaves[0]) for leaves in held]
        if any(len(leaves) != 1 for leaves in held) or any(use.machine != conflict.machine for use in uses):
            return False
        return machine.budget != NONE64 and sum(use.before + use.duration for use in uses) > machine.budget
    runs = [cast("PlanLeaf", leaf) for leaves in held for leaf in leaves]
    if any(leaf.machine != conflict.machine or not leaf.used for leaf in runs) or machine.capacity == NONE64:
        return False
    return len(runs) == machine.capacity + 1 and together(runs, machine.capacity)


def separate(claims: Sequence[Claim]) -> bool:
    """Whether claims are about one problem and no two of them cover the same job."""
    words = [int.from_bytes(claim.covered, "big") for claim in claims]
    same = all((a.problem, len(a.covered)) == (b.problem, len(b.covered)) for a, b in pairwise(claims))
    return same and not any(a & b for a, b in combinations(words, 2))


# --- finding ----------------------------------------------------------------------------------------------------


def conflicts(rows: Rows, certificates: Sequence[Certificate]) -> tuple[tuple[tuple[int, ...], Conflict], ...]:
    """Sets of certificates (by place, increasing) that overbook a machine together, each with what shows it.

    One set for each budget and at most one for each machine's capacity, none larger than it must be: without any of its
    claims it shows nothing. So give those about to be accepted, let the round skip what it must, and ask again; empty
    means that all of them fit. The certificates are true by themselves. Raises InputError if they are not separate.
    """
    if len(certificates) < 2:
        return ()
    if not separate([certificate.claim for certificate in certificates]):
        raise InputError("two of the claims cover the same job, or another problem", where="conflicts")
    return tuple(_budgets(rows, certificates)) + tuple(_capacities(rows, certificates))


def _budgets(rows: Rows, certificates: Sequence[Certificate]) -> Iterator[tuple[tuple[int, ...], Conflict]]:
    # By machine: what each certificate was given, and the place of the use that says so.
    given: dict[int, list[tuple[int, int, int]]] = {}
    for number, certificate in enumerate(certificates):
        records = certificate.uses.records()[: certificate.claim.use_count]
        last = np.flatnonzero(np.diff(records["machine"].astype(np.int64), append=-1))
        for place in last.tolist():
            use = records[place]
            total = int(use["before"]) + int(use["duration"])
            given.setdefault(int(use["machine"]), []).append((total, number, place))
    for machine, found in sorted(given.items()):
        budget = int(rows.facts.machine_budget[machine])
        chosen = _fewest([(total, number) for total, number, _ in found], budget) if budget >= 0 else ()
        places = {number: (place,) for _, number, place in found}
        if chosen:
            yield chosen, _show(rows, certificates, Kind.BUDGET, machine, {i: places[i] for i in chosen})


def _capacities(rows: Rows, certificates: Sequence[Certificate]) -> Iterator[tuple[tuple[int, ...], Conflict]]:
    for machine, runs in sorted(_runs(certificates).items()):
        capacity = int(rows.facts.machine_capacity[machine])
        if capacity < 0:
            continue
        held = _crowd(runs, capacity) or (_inside(runs) if capacity == 1 else {})
        if held:
            yield tuple(sorted(held)), _show(rows, certificates, Kind.CAPACITY, machine, held)


_Run = tuple[int, int, int, int]
"""Start, end, place of the certificate, operation."""


def _runs(certificates: Sequence[Certificate]) -> dict[int, list[_Run]]:
    """What runs on each machine."""
    result: dict[int, list[_Run]] = {}
    for number, certificate in enumerate(certificates):
        assert certificate.plan.tree is not None, "a true claim covers a job"
        records = certificate.plan.records()
        there = certificate.plan.tree.levels[0].any(axis=1) & (records["mode"] != NONE)
        for operation in np.flatnonzero(there).tolist():
            leaf = records[operation]
            run = int(leaf["start"]), int(leaf["end"]), number, operation
            result.setdefault(int(leaf["machine"]), []).append(run)
    return result


def _crowd(runs: list[_Run], capacity: int) -> dict[int, tuple[int, ...]]:
    """Operations, one more than the capacity, that run at one moment, by certificate, of as few as possible."""
    lasting = sorted(run for run in runs if run[1] > run[0])
    running: list[_Run] = []
    for run in lasting:
        running = [other for other in running if other[1] > run[0]] + [run]
        if len(running) <= capacity:
            continue
        by: dict[int, list[int]] = {}
        for _, _, number, operation in running:
            by.setdefault(number, []).append(operation)
        chosen = _fewest([(len(operations), number) for number, operations in by.items()], capacity)
        return _one_more(by, chosen, capacity)
    return {}


def _one_more(by: Mapping[int, list[int]], chosen: Sequence[int], capacity: int) -> dict[int, tuple[int, ...]]:
    """Exactly one operation more than the capacity, of each certificate at least one."""
    # Without its smallest the set fits, so what is above the limit can be left out of that one alone.
    spare = sum(len(by[number]) for number in chosen) - capacity - 1
    smallest = min(chosen, key=lambda number: len(by[number]))
    kept = {number: len(by[number]) - (spare if number == smallest else 0) for number in chosen}
    return {number: tuple(sorted(by[number])[: kept[number]]) for number in chosen}


def _inside(runs: list[_Run]) -> dict[int, tuple[int, ...]]:
    """An operation without duration and one of another certificate that it happens inside of."""
    lasting = sorted(run for run in runs if run[1] > run[0])
    for moment, end, number, operation in runs:
        for begin, until, other, long in lasting if moment == end else ():
            if begin < moment < until and other != number:
                return {i: (at,) for i, at in sorted(((number, operation), (other, long)))}
    return {}


def _fewest(amounts: list[tuple[int, int]], limit: int) -> tuple[int, ...]:
    """Places whose amounts exceed a limit together, no one of them to spare; none if all of them keep it.

    The largest first: whoever is added last is needed, and so are all before it, being no smaller.
    """
    total, chosen = 0, []
    for amount, number in sorted(amounts, key=lambda pair: (-pair[0], pair[1])):
        total += amount
        chosen.append(number)
        if total > limit:
            return tuple(sorted(chosen))
    return ()


def _show(
    rows: Rows, certificates: Sequence[Certificate], kind: Kind, machine: int, leaves: Mapping[int, Sequence[int]]
) -> Conflict:
    shown = tuple(certificates[number][TREE[kind]].show(leaves[number]) for number in sorted(leaves))
    return Conflict(kind, machine, show_rows(rows, [rows.position(MachineRow, machine)]), shown)
