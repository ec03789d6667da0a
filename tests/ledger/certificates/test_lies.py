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
from hanse.ledger.certificates.leaves import BASELINE, TARGET
from hanse.ledger.certificates.lies import falsehoods
from hanse.ledger.certificates.refute import refute, witness_of
from hanse.ledger.certificates.rules import RULES, check_witness
from hanse.ledger.certificates.targets import Targets
from hanse.ledger.certificates.witness import Branch, Lie, Witness
from hanse.model import merkle
from hanse.model.plan import Assignment
from hanse.model.rows import NONE, NONE64
from tests.ledger.certificates.liars import PART, STORIES, WHOLE, Story, retold, twisted, with_bottom


def leaf(story: Story, operation: int, **changes: int) -> Certificate:
    """The honest certificate with fields of one leaf of the plan changed."""

    def tell(records: Any, sums: Any) -> None:
        del sums
        for name, value in changes.items():
            records[name][operation] = value

    return retold(story.honest(), Branch.PLAN, tell)


def summed(story: Story, branch: Branch, position: int, which: int, change: int) -> Certificate:
    """The honest certificate with one sum of one leaf changed."""

    def tell(records: Any, sums: Any) -> None:
        del records
        sums[position, which] = int(sums[position, which]) + change

    return retold(story.honest(), branch, tell)


def use(story: Story, place: int, **changes: int) -> Certificate:
    def tell(records: Any, sums: Any) -> None:
        del sums
        for name, value in changes.items():
            records[name][place] = value

    return retold(story.honest(), Branch.USES, tell)


def priced(story: Story, machine: int, price: int, product: int) -> Certificate:
    def tell(records: Any, sums: Any) -> None:
        records["price"][machine] = price
        sums[machine, 0] = product

    return retold(story.honest(), Branch.PRICES, tell)


def claimed(story: Story, **changes: int) -> Certificate:
    certificate = story.honest()
    return Certificate(
        replace(certificate.claim, **changes),  # type: ignore[arg-type]
        certificate.plan,
        certificate.uses,
        certificate.jobs,
        certificate.prices,
    )


def stray(story: Story, branch: Branch) -> Certificate:
    """Something where none is due: after the last leaf, or for the job that is not covered."""
    position = {Branch.PLAN: 6, Branch.JOBS: 3}[branch]

    def change(bottom: Any) -> Any:
        room = np.zeros((position + 1, bottom.shape[1]), dtype=np.uint8)
        room[: len(bottom)] = bottom
        room[position] = np.frombuffer(sumtree.leaf(b"", [1] * ((bottom.shape[1] - 32) // 8)), np.uint8)
        return room

    return with_bottom(story.honest(), branch, change)


def blank(story: Story, branch: Branch, position: int) -> Certificate:
    def change(bottom: Any) -> Any:
        bottom[position] = 0
        return bottom

    return with_bottom(story.honest(), branch, change)


Tell = Callable[[Story], Certificate]

LIES: list[tuple[str, Lie, Tell]] = [
    ("the bound is one unit too high", Lie.BOUND, lambda s: claimed(s, bound=s.honest().claim.bound + 1)),
    ("prices without a scale", Lie.BOUND, lambda s: claimed(s, scale=0)),
    ("a sum at the root is too low", Lie.SUM, lambda s: twisted(s.honest(), Branch.PLAN, 3, 0, [1, 2, 3])),
    ("a sum inside the tree is too low", Lie.SUM, lambda s: twisted(s.honest(), Branch.PLAN, 1, 1, [0, 0, 0])),
    ("the sum of the bounds is too high", Lie.SUM, lambda s: twisted(s.honest(), Branch.JOBS, 1, 0, [10**6, 0, 0])),
    ("a leaf after the last operation", Lie.STRAY, lambda s: stray(s, Branch.PLAN)),
    ("a bound for a job nobody asked for", Lie.STRAY, lambda s: stray(s, Branch.JOBS)),
    ("a job left blank", Lie.BLANK, lambda s: blank(s, Branch.JOBS, 1)),
    ("an operation left blank", Lie.BLANK, lambda s: blank(s, Branch.PLAN, 4)),
    ("a use left blank", Lie.BLANK, lambda s: blank(s, Branch.USES, 1)),
    ("a price left blank", Lie.BLANK, lambda s: blank(s, Branch.PRICES, 0)),
    ("the plan of another job", Lie.FOREIGN_PLAN, lambda s: leaf(s, 3, plan=0)),
    ("two plans at once", Lie.TORN, lambda s: leaf(s, 1, plan=1)),
    ("a task is missing", Lie.MISSING, lambda s: leaf(s, 4, mode=NONE)),
    ("a task is done twice", Lie.DOUBLED, lambda s: leaf(s, 2, mode=0, machine=2, site=2, end=9)),
    ("a task not done is paid for", Lie.DOUBLED, lambda s: summed(s, Branch.PLAN, 2, 0, 30)),
    ("an ineligible mode", Lie.INELIGIBLE, lambda s: leaf(s, 4, mode=1)),
    ("an ineligible provider", Lie.MACHINE, lambda s: leaf(s, 4, machine=0)),
    ("a wrong site", Lie.MACHINE, lambda s: leaf(s, 4, site=0)),
    ("a wrong quality", Lie.MACHINE, lambda s: leaf(s, 5, quality=1_000_000)),
    ("a machine that can hold more", Lie.RATED, lambda s: leaf(s, 5, capacity=2)),
    ("a machine that can hold anything", Lie.RATED, lambda s: leaf(s, 5, capacity=NONE64)),
    ("a wrong duration", Lie.DURATION, lambda s: leaf(s, 4, end=20)),
    ("an end before its start", Lie.DURATION, lambda s: leaf(s, 4, end=13)),
    ("a time beyond all time", Lie.DURATION, lambda s: leaf(s, 4, start=2**63, end=2**63 + 4)),
    ("a wrong cost", Lie.COST, lambda s: summed(s, Branch.PLAN, 3, 0, -1)),
    ("a wrong energy", Lie.ENERGY, lambda s: summed(s, Branch.PLAN, 3, 2, 1)),
    ("a leg between operations left out", Lie.TRANSPORT, lambda s: summed(s, Branch.PLAN, 1, 1, -5)),
    ("the leg from the origin left out", Lie.TRANSPORT, lambda s: summed(s, Branch.PLAN, 0, 1, -5)),
    (
        "a start before the material is there",
        Lie.RELEASE,
        lambda s: s.elsewhere(Assignment("J1", "A", "A", "M1", 2, 6)),
    ),
    ("a start before the part arrives", Lie.PRECEDENCE, lambda s: s.elsewhere(Assignment("J1", "A", "B", "M2", 8, 11))),
    ("two tasks on one workpiece", Lie.WORKPIECE, lambda s: s.elsewhere(Assignment("J2", "A", "B", "M2", 16, 20))),
    ("a task across a closing time", Lie.CALENDAR, lambda s: s.elsewhere(Assignment("J2", "A", "A", "M1", 9, 14))),
    ("a task before opening", Lie.CALENDAR, lambda s: s.elsewhere(Assignment("J2", "A", "A", "M1", 38, 43))),
    ("two tasks on one machine", Lie.CAPACITY, lambda s: s.elsewhere(Assignment("J3", "A", "A", "M1", 15, 18))),
    ("a use that is nowhere", Lie.PLACE, lambda s: leaf(s, 4, place=NONE)),
    ("a use beyond the last", Lie.PLACE, lambda s: leaf(s, 4, place=99)),
    ("the use of another task", Lie.PLACE, lambda s: leaf(s, 4, place=0)),
    ("a use made shorter", Lie.PLACE, lambda s: use(s, 1, duration=1)),
    ("a running total that forgets", Lie.RUNNING, lambda s: use(s, 1, before=0)),
    ("a first use that begins high", Lie.RUNNING, lambda s: use(s, 0, before=1)),
    ("a machine that begins high", Lie.RUNNING, lambda s: use(s, 3, before=1)),
    ("uses out of order", Lie.RUNNING, lambda s: use(s, 0, machine=2)),
    ("a late end", Lie.LATE, lambda s: claimed(s, makespan=22)),
    ("a negative price", Lie.PRICE, lambda s: priced(s, 0, -1, 0)),
    ("a wrong product of price and budget", Lie.PRICE, lambda s: priced(s, 0, 2, 39)),
    ("a price on a machine without budget", Lie.PRICE, lambda s: priced(s, 2, 1, 0)),
    ("a job's bound too high by one unit", Lie.CHEAPER, lambda s: summed(s, Branch.JOBS, 0, 0, 1)),
    ("another job's bound too high by one unit", Lie.CHEAPER, lambda s: summed(s, Branch.JOBS, 2, 0, 1)),
    ("a baseline made higher", Lie.TARGET, lambda s: summed(s, Branch.JOBS, 1, BASELINE, 1)),
    ("a target made higher", Lie.TARGET, lambda s: summed(s, Branch.JOBS, 2, TARGET, 1)),
]

ids = [case[0] for case in LIES]
stories = pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
cases = pytest.mark.parametrize(("lie", "tell"), [case[1:] for case in LIES], ids=ids)


def shown(story: Story, certificate: Certificate, lie: Lie) -> Witness:
    """The witness of this lie, which may be one of several that a certificate tells."""
    rows = story.problem.rows
    found = {false.lie: false for false in falsehoods(rows, certificate, story.targets)}
    assert lie in found
    return witness_of(rows, certificate, found[lie], story.targets)


@stories
def test_the_truth_is_never_refuted(story: Story) -> None:
    assert refute(story.problem, story.honest(), story.targets) is None


@stories
@cases
def test_a_lie_is_refuted_and_its_witness_survives_the_wire(story: Story, lie: Lie, tell: Tell) -> None:
    certificate = tell(story)
    witness = shown(story, certificate, lie)
    assert Witness.decode(witness.encode()) == witness
    assert check_witness(story.root, certificate.claim, witness)
    smallest = refute(story.problem, certificate, story.targets)
    assert smallest is not None
    assert len(smallest.encode()) <= len(witness.encode())


@stories
@cases
def test_a_witness_says_nothing_against_the_truth_or_about_another_problem(story: Story, lie: Lie, tell: Tell) -> None:
    certificate = tell(story)
    witness = shown(story, certificate, lie)
    assert not check_witness(story.root, story.honest().claim, witness)
    assert not check_witness(bytes(32), certificate.claim, witness)


@stories
@cases
def test_a_witness_changed_anywhere_is_rejected(story: Story, lie: Lie, tell: Tell) -> None:
    certificate = tell(story)
    witness = shown(story, certificate, lie)
    data = witness.encode()
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        try:
            decoded = Witness.decode(changed)
        except InputError:
            continue
        assert not check_witness(story.root, certificate.claim, decoded), f"byte {place} of {len(data)}"


def test_every_kind_of_lie_has_a_case_here_or_among_the_limits() -> None:
    limits = {Lie.BUDGET, Lie.JOB_BUDGET, Lie.QUALITY}
    assert {lie for _, lie, _ in LIES} | limits == set(Lie) == set(RULES)


def test_a_claim_that_is_not_opened_is_silence_not_a_lie() -> None:
    certificate = claimed(WHOLE, use_count=1)
    with pytest.raises(InputError, match="does not open"):
        refute(WHOLE.problem, certificate)
    other = Certificate(
        replace(certificate.claim, plan=bytes(56)),
        certificate.plan,
        certificate.uses,
        certificate.jobs,
        certificate.prices,
    )
    with pytest.raises(InputError, match="plan does not open"):
        refute(WHOLE.problem, other)


def test_an_inner_node_cannot_be_shown_as_a_leaf() -> None:
    certificate = summed(WHOLE, Branch.PLAN, 3, 0, -1)
    witness = refute(WHOLE.problem, certificate)
    assert witness is not None
    short = merkle.Proof(witness.plan.proof.depth - 1, witness.plan.proof.siblings[1:])
    assert not check_witness(WHOLE.root, certificate.claim, replace(witness, plan=replace(witness.plan, proof=short)))


def test_the_targets_of_a_round_are_those_its_claims_name() -> None:
    for story, targets in ((PART, None), (PART, Targets.of([30, 20, 10, 5], [25, 15, 8, 3])), (WHOLE, PART.targets)):
        with pytest.raises(InputError, match="other targets"):
            refute(story.problem, story.honest(), targets)


def test_a_part_tells_what_is_left_to_others_only_as_blanks() -> None:
    part = PART.honest()
    assert part.plan.tree is not None
    assert part.jobs.tree is not None
    assert not any(part.plan.tree.node(0, 6))
    assert not any(part.jobs.tree.node(0, 3))
    assert [PART.honest().claim.covers(job) for job in range(4)] == [True, True, True, False]
    assert (part.claim.cost, part.claim.bound) == (WHOLE.honest().claim.cost, WHOLE.honest().claim.bound)
    assert (part.claim.baseline, part.claim.target) == (60, 48)


@pytest.mark.parametrize("jobs", [(), (0, 1), (0, 1, 3), (0, 1, 2, 4), (-1, 0, 1, 2)])
def test_a_part_must_be_exactly_what_its_assignments_are_of(jobs: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="each covered job"):
        replace(PART, jobs=jobs).honest()


@pytest.mark.parametrize("covered", [bytes(31) + b"\x17", bytes(63) + b"\x07"])
def test_a_claim_over_jobs_that_are_not_there_is_silence(covered: bytes) -> None:
    certificate = PART.honest()
    other = replace(certificate, claim=replace(certificate.claim, covered=covered))
    with pytest.raises(InputError, match="not a choice among 4 jobs"):
        refute(PART.problem, other, PART.targets)
