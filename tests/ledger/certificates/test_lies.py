"""Every lie of the list is refuted by a witness of its kind, which convinces nobody of anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hanse.errors import InputError
from hanse.ledger import sumtree
from hanse.ledger.certificates.certificate import Certificate
from hanse.ledger.certificates.lies import falsehoods
from hanse.ledger.certificates.refute import refute, witness_of
from hanse.ledger.certificates.rules import RULES, check_witness
from hanse.ledger.certificates.witness import Branch, Lie, Witness
from hanse.model import merkle
from hanse.model.plan import Assignment
from hanse.model.rows import NONE
from tests.ledger.certificates.liars import elsewhere, honest, league, retold, twisted, with_bottom

ROOT = bytes.fromhex(league().root[2:])


def leaf(operation: int, **changes: int) -> Certificate:
    """The honest certificate with fields of one leaf of the plan changed."""

    def tell(records: Any, sums: Any) -> None:
        del sums
        for name, value in changes.items():
            records[name][operation] = value

    return retold(honest(), Branch.PLAN, tell)


def summed(branch: Branch, position: int, which: int, change: int) -> Certificate:
    """The honest certificate with one sum of one leaf changed."""

    def tell(records: Any, sums: Any) -> None:
        del records
        sums[position, which] = int(sums[position, which]) + change

    return retold(honest(), branch, tell)


def use(place: int, **changes: int) -> Certificate:
    def tell(records: Any, sums: Any) -> None:
        del sums
        for name, value in changes.items():
            records[name][place] = value

    return retold(honest(), Branch.USES, tell)


def priced(machine: int, price: int, product: int) -> Certificate:
    def tell(records: Any, sums: Any) -> None:
        records["price"][machine] = price
        sums[machine, 0] = product

    return retold(honest(), Branch.PRICES, tell)


def claimed(**changes: int) -> Certificate:
    certificate = honest()
    return Certificate(
        replace(certificate.claim, **changes),  # type: ignore[arg-type]
        certificate.plan,
        certificate.uses,
        certificate.bounds,
        certificate.prices,
    )


def stray(branch: Branch) -> Certificate:
    """Something after the last leaf, where the tree has room."""
    return with_bottom(
        honest(),
        branch,
        lambda bottom: np.concatenate(
            [bottom, np.frombuffer(sumtree.leaf(b"", [1] * ((bottom.shape[1] - 32) // 8)), np.uint8)[None]]
        ),
    )


def blank(branch: Branch, position: int) -> Certificate:
    def change(bottom: Any) -> Any:
        bottom[position] = 0
        return bottom

    return with_bottom(honest(), branch, change)


LIES: list[tuple[str, Lie, Callable[[], Certificate]]] = [
    ("the bound is one unit too high", Lie.BOUND, lambda: claimed(bound=honest().claim.bound + 1)),
    ("prices without a scale", Lie.BOUND, lambda: claimed(scale=0)),
    ("a sum at the root is too low", Lie.SUM, lambda: twisted(honest(), Branch.PLAN, 3, 0, [1, 2, 3])),
    ("a sum inside the tree is too low", Lie.SUM, lambda: twisted(honest(), Branch.PLAN, 1, 1, [0, 0, 0])),
    ("the sum of the bounds is too high", Lie.SUM, lambda: twisted(honest(), Branch.BOUNDS, 1, 0, [10**6])),
    ("a leaf after the last operation", Lie.STRAY, lambda: stray(Branch.PLAN)),
    ("a bound for a job nobody asked for", Lie.STRAY, lambda: stray(Branch.BOUNDS)),
    ("an operation left blank", Lie.BLANK, lambda: blank(Branch.PLAN, 4)),
    ("a use left blank", Lie.BLANK, lambda: blank(Branch.USES, 1)),
    ("a price left blank", Lie.BLANK, lambda: blank(Branch.PRICES, 0)),
    ("the plan of another job", Lie.FOREIGN_PLAN, lambda: leaf(3, plan=0)),
    ("two plans at once", Lie.TORN, lambda: leaf(1, plan=1)),
    ("a task is missing", Lie.MISSING, lambda: leaf(4, mode=NONE)),
    ("a task is done twice", Lie.DOUBLED, lambda: leaf(2, mode=0, machine=2, site=2, end=9)),
    ("a task not done is paid for", Lie.DOUBLED, lambda: summed(Branch.PLAN, 2, 0, 30)),
    ("an ineligible mode", Lie.INELIGIBLE, lambda: leaf(4, mode=1)),
    ("an ineligible provider", Lie.MACHINE, lambda: leaf(4, machine=0)),
    ("a wrong site", Lie.MACHINE, lambda: leaf(4, site=0)),
    ("a wrong quality", Lie.MACHINE, lambda: leaf(5, quality=1_000_000)),
    ("a wrong duration", Lie.DURATION, lambda: leaf(4, end=20)),
    ("an end before its start", Lie.DURATION, lambda: leaf(4, end=13)),
    ("a time beyond all time", Lie.DURATION, lambda: leaf(4, start=2**63, end=2**63 + 4)),
    ("a wrong cost", Lie.COST, lambda: summed(Branch.PLAN, 3, 0, -1)),
    ("a wrong energy", Lie.ENERGY, lambda: summed(Branch.PLAN, 3, 2, 1)),
    ("a leg between operations left out", Lie.TRANSPORT, lambda: summed(Branch.PLAN, 1, 1, -5)),
    ("the leg from the origin left out", Lie.TRANSPORT, lambda: summed(Branch.PLAN, 0, 1, -5)),
    ("a start before the material is there", Lie.RELEASE, lambda: elsewhere(Assignment("J1", "A", "A", "M1", 2, 6))),
    ("a start before the part arrives", Lie.PRECEDENCE, lambda: elsewhere(Assignment("J1", "A", "B", "M2", 8, 11))),
    ("two tasks on one workpiece", Lie.WORKPIECE, lambda: elsewhere(Assignment("J2", "A", "B", "M2", 16, 20))),
    ("a task across a closing time", Lie.CALENDAR, lambda: elsewhere(Assignment("J2", "A", "A", "M1", 9, 14))),
    ("a task before opening", Lie.CALENDAR, lambda: elsewhere(Assignment("J2", "A", "A", "M1", 38, 43))),
    ("two tasks on one machine", Lie.CAPACITY, lambda: elsewhere(Assignment("J3", "A", "A", "M1", 15, 18))),
    ("a use that is nowhere", Lie.PLACE, lambda: leaf(4, place=NONE)),
    ("a use beyond the last", Lie.PLACE, lambda: leaf(4, place=99)),
    ("the use of another task", Lie.PLACE, lambda: leaf(4, place=0)),
    ("a use made shorter", Lie.PLACE, lambda: use(1, duration=1)),
    ("a running total that forgets", Lie.RUNNING, lambda: use(1, before=0)),
    ("a first use that begins high", Lie.RUNNING, lambda: use(0, before=1)),
    ("a machine that begins high", Lie.RUNNING, lambda: use(3, before=1)),
    ("uses out of order", Lie.RUNNING, lambda: use(0, machine=2)),
    ("a late end", Lie.LATE, lambda: claimed(makespan=22)),
    ("a negative price", Lie.PRICE, lambda: priced(0, -1, 0)),
    ("a wrong product of price and budget", Lie.PRICE, lambda: priced(0, 2, 39)),
    ("a price on a machine without budget", Lie.PRICE, lambda: priced(2, 1, 0)),
    ("a job's bound too high by one unit", Lie.CHEAPER, lambda: summed(Branch.BOUNDS, 0, 0, 1)),
    ("another job's bound too high by one unit", Lie.CHEAPER, lambda: summed(Branch.BOUNDS, 2, 0, 1)),
]

cases = pytest.mark.parametrize(("lie", "tell"), [case[1:] for case in LIES], ids=[case[0] for case in LIES])


def shown(certificate: Certificate, lie: Lie) -> Witness:
    """The witness of this lie, which may be one of several that a certificate tells."""
    found = {false.lie: false for false in falsehoods(league().rows, certificate)}
    assert lie in found
    return witness_of(league().rows, certificate, found[lie])


def test_the_truth_is_never_refuted() -> None:
    assert refute(league(), honest()) is None


@cases
def test_a_lie_is_refuted_and_its_witness_survives_the_wire(lie: Lie, tell: Callable[[], Certificate]) -> None:
    certificate = tell()
    witness = shown(certificate, lie)
    assert Witness.decode(witness.encode()) == witness
    assert check_witness(ROOT, certificate.claim, witness)
    smallest = refute(league(), certificate)
    assert smallest is not None
    assert len(smallest.encode()) <= len(witness.encode())


@cases
def test_a_witness_says_nothing_against_the_truth_or_about_another_problem(
    lie: Lie, tell: Callable[[], Certificate]
) -> None:
    certificate = tell()
    witness = shown(certificate, lie)
    assert not check_witness(ROOT, honest().claim, witness)
    assert not check_witness(bytes(32), certificate.claim, witness)


@cases
def test_a_witness_changed_anywhere_is_rejected(lie: Lie, tell: Callable[[], Certificate]) -> None:
    certificate = tell()
    witness = shown(certificate, lie)
    data = witness.encode()
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        try:
            decoded = Witness.decode(changed)
        except InputError:
            continue
        assert not check_witness(ROOT, certificate.claim, decoded), f"byte {place} of {len(data)}"


def test_every_kind_of_lie_has_a_case_here_or_among_the_limits() -> None:
    limits = {Lie.BUDGET, Lie.JOB_BUDGET, Lie.QUALITY}
    assert {lie for _, lie, _ in LIES} | limits == set(Lie) == set(RULES)


def test_a_claim_that_is_not_opened_is_silence_not_a_lie() -> None:
    certificate = claimed(use_count=1)
    with pytest.raises(InputError, match="does not open"):
        refute(league(), certificate)
    other = Certificate(
        replace(certificate.claim, plan=bytes(56)),
        certificate.plan,
        certificate.uses,
        certificate.bounds,
        certificate.prices,
    )
    with pytest.raises(InputError, match="plan does not open"):
        refute(league(), other)


def test_an_inner_node_cannot_be_shown_as_a_leaf() -> None:
    certificate = summed(Branch.PLAN, 3, 0, -1)
    witness = refute(league(), certificate)
    assert witness is not None
    short = merkle.Proof(witness.plan.proof.depth - 1, witness.plan.proof.siblings[1:])
    assert not check_witness(ROOT, certificate.claim, replace(witness, plan=replace(witness.plan, proof=short)))
