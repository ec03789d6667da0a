"""The contract and its Python twin say the same of every witness: told, true, damaged, or drawn at random."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.ledger.certificates.certificate import Certificate
from hanse.ledger.certificates.claim import Claim
from hanse.ledger.certificates.lies import Falsehood, falsehoods
from hanse.ledger.certificates.refute import Asked, witness_of
from hanse.ledger.certificates.rules import RULES, check_witness
from hanse.ledger.certificates.targets import Targets
from hanse.ledger.certificates.view import NotShown
from hanse.ledger.certificates.witness import Branch, Lie, Witness
from hanse.ledger.embedded import EmbeddedChain
from hanse.model.problem import Problem
from tests.ledger.certificates.judge import Judge
from tests.ledger.certificates.liars import STORIES, Story
from tests.ledger.certificates.test_lies import LIES, Tell, cases, shown, stories
from tests.ledger.certificates.test_limits import limits
from tests.ledger.certificates.test_properties import certificates, one_by_one, plans, told_wrong
from tests.strategies import problems


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    with EmbeddedChain(tmp_path_factory.mktemp("chain")) as chain:
        yield Judge.deployed(chain)


def agreed(judge: Judge, claim: Claim, witness: bytes) -> bool:
    """What both say of these bytes; they must say the same."""
    try:
        said = check_witness(claim.problem, claim, Witness.decode(witness))
    except InputError:
        said = False
    assert judge.refutes(claim, witness) == said, witness.hex()
    return said


@stories
@cases
def test_both_refute_every_lie_and_never_the_truth(judge: Judge, story: Story, lie: Lie, tell: Tell) -> None:
    certificate = tell(story)
    witness = shown(story, certificate, lie).encode()
    assert agreed(judge, certificate.claim, witness)
    assert not agreed(judge, story.honest().claim, witness)


@pytest.mark.parametrize(("problem", "certificate"), limits(), ids=lambda value: getattr(value, "name", ""))
def test_both_refute_what_breaks_a_limit(judge: Judge, problem: Problem, certificate: Certificate) -> None:
    (lie,) = falsehoods(problem.rows, certificate)
    assert agreed(judge, certificate.claim, witness_of(problem.rows, certificate, lie).encode())


@stories
@cases
def test_both_reject_a_witness_changed_anywhere(judge: Judge, story: Story, lie: Lie, tell: Tell) -> None:
    certificate = tell(story)
    data, draw = shown(story, certificate, lie).encode(), random.Random(lie)
    for place in {*range(14), *(draw.randrange(len(data)) for _ in range(8))} & set(range(len(data))):
        changed = data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)]) + data[place + 1 :]
        assert not agreed(judge, certificate.claim, changed), f"byte {place} of {len(data)}"
    for other in (data[:-1], data + b"\x00", data[: draw.randrange(len(data))], b""):
        assert not agreed(judge, certificate.claim, other)


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_say_the_same_of_what_damage_leaves(judge: Judge, data: st.DataObject) -> None:
    story = data.draw(st.sampled_from(list(STORIES.values())))
    _, lie, tell = data.draw(st.sampled_from(LIES))
    certificate = tell(story)
    witness = bytearray(shown(story, certificate, lie).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(witness) - 1))
        what = data.draw(st.sampled_from(["set", "cut", "insert"]))
        if what == "set":
            witness[place] = data.draw(st.sampled_from([0, 1, 2, 7, 255, witness[place] ^ 1]))
        elif what == "cut":
            del witness[place : place + data.draw(st.sampled_from([1, 4, 32]))]
            assume(witness)
        else:
            witness[place:place] = bytes(data.draw(st.sampled_from([1, 4, 32])))
    agreed(judge, certificate.claim, bytes(witness))
    agreed(judge, story.honest().claim, bytes(witness))


@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_say_the_same_of_lies_about_random_problems_and_parts(judge: Judge, data: st.DataObject) -> None:
    problem = data.draw(problems())
    certificate, targets = data.draw(certificates(problem, plans))
    lying = data.draw(told_wrong(certificate))
    for lie in falsehoods(problem.rows, lying, targets):
        assert agreed(judge, lying.claim, witness_of(problem.rows, lying, lie, targets).encode()), str(lie)


@given(data=st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_rule_of_the_contract_holds_against_a_true_claim(judge: Judge, data: st.DataObject) -> None:
    """Shown all that a rule asks for, about any subject: the contract reads it, and is not convinced."""
    problem = data.draw(problems())
    true, targets = data.draw(certificates(problem, one_by_one))
    assume(not falsehoods(problem.rows, true, targets))
    for _ in range(10):
        witness = data.draw(asked_about(problem, true, targets))
        if witness is not None:
            assert not agreed(judge, true.claim, witness.encode())


@st.composite
def asked_about(draw: st.DrawFn, problem: Problem, certificate: Certificate, targets: Targets | None) -> Witness | None:
    """All that some rule asks for about some subject, as a witness; None if the certificate cannot show it."""
    lie = draw(st.sampled_from(list(Lie)))
    numbers = st.integers(0, problem.operation_count)
    subject, other = draw(numbers), draw(numbers)
    node = None
    if lie in (Lie.SUM, Lie.STRAY, Lie.BLANK):
        branch = draw(st.sampled_from([b for b in (Branch.PLAN, Branch.JOBS) if certificate[b].tree]))
        tree = certificate[branch].tree
        depth = tree.depth if tree else 0
        level = draw(st.integers(0, depth))
        node, subject, other = (branch, level, draw(st.integers(0, (1 << (depth - level)) - 1))), 0, 0
    if lie not in (Lie.TORN, Lie.PRECEDENCE, Lie.WORKPIECE, Lie.CALENDAR, Lie.CHEAPER):
        other = 0
    picks = tuple(draw(st.lists(st.integers(0, 1), max_size=3))) if lie is Lie.CHEAPER else ()
    asked = Asked(problem.rows, certificate, Falsehood(lie, subject, other, picks, (subject,), node), targets)
    try:
        RULES[lie](certificate.claim, asked)
    except NotShown:
        return None
    parts: dict[str, Any] = asked.shown()
    return Witness(lie, subject, other, picks, node=asked.node, **parts)
