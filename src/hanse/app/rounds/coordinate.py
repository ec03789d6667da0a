"""Opening a round, and what becomes of it: the accepted claims as one plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hanse.app.rounds import judging
from hanse.app.rounds.question import Question, publish
from hanse.errors import EvidenceError, InfeasibleError, InputError
from hanse.ledger.certificates import coverage
from hanse.ledger.certificates.certify import assignments_of
from hanse.ledger.content import ContentStore
from hanse.ledger.league import COORDINATOR
from hanse.ledger.round_tables import RoundRow
from hanse.ledger.rounds import Terms
from hanse.ledger.store import Ledger
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.planning.decomposition.merge import merge
from hanse.planning.decomposition.parts import part_problem
from hanse.planning.decomposition.split import Part

POT_SHARE = 0.004
"""Of the baseline: five per cent of eight (Radmanesh 2021, Section 4)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a sponsor offers. pot, bond: cents, None for 0.4 % of the baseline and a tenth of the pot; the three windows
    in seconds; least: improvement a claim must bring; first_wins: the first valid claim instead of the best."""

    pot: int | None = None
    bond: int | None = None
    commit: int = 30
    reveal: int = 15
    challenge: int = 30
    least: int = 1
    most: int = 64
    first_wins: bool = False


def open_round(ledger: Ledger, shared: ContentStore, question: Question, offer: Offer, *, again: bool = True) -> int:
    """Publishes the question, puts the pot down and opens the round; returns its number.

    Running it again for a question whose round is open gives that round; without `again`, also one that is over.
    Raises InputError if the targets leave nothing to gain.
    """
    if question.target >= question.baseline:
        raise InputError("the baseline cannot be improved", where="targets", hint="nothing is left for solvers to do")
    pot = max(1, int(question.baseline * POT_SHARE)) if offer.pot is None else offer.pot
    bond = max(2, pot // 10) if offer.bond is None else offer.bond
    document = publish(question, shared)
    for row in ledger.sync().rounds():
        if row.document == document and (row.refund is None or not again):
            return row.number
    terms = Terms(
        problem=question.problem.root,
        targets="0x" + question.targets.root.hex(),
        document=document,
        baseline=question.baseline,
        target=question.target,
        pot=pot,
        bond=bond,
        commit_seconds=offer.commit,
        reveal_seconds=offer.reveal,
        challenge_seconds=offer.challenge,
        demands=len(question.problem.jobs),
        most=offer.most,
        least=offer.least,
        first_wins=offer.first_wins,
    )
    key = f"rounds/{len(ledger.index.rounds()) + 1}"
    _put_down(ledger, pot, key)
    number = int(ledger.rounds.open_round(terms, key=f"{key}/open").value("round"))
    ledger.sync()
    return number


def fund(ledger: Ledger, address: str, amount: int, *, key: str) -> None:
    """The treasury gives an account cents of the league, as a solver needs for its first bond."""
    ledger.league.mint(address, amount, key=key).wait()


def _put_down(ledger: Ledger, pot: int, key: str) -> None:
    """Makes the coordinator's stake cover the pot."""
    own = ledger.league.address(COORDINATOR)
    lacks = pot - ledger.rounds.stake(own)
    if lacks <= 0:
        return
    short = lacks - ledger.league.balance(own)
    if short > 0:
        fund(ledger, own, short, key=f"{key}/mint")
    ledger.rounds.allow_stake(COORDINATOR, lacks, key=f"{key}/allow").wait()
    ledger.rounds.deposit_stake(COORDINATOR, lacks, key=f"{key}/deposit").wait()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round brought. claims: numbers of the accepted ones; covered: how many demands they cover; plan: of all
    demands, None if what is left could not be planned beside them."""

    claims: tuple[int, ...]
    covered: int
    plan: Plan | None


def outcome(ledger: Ledger, shared: ContentStore, row: RoundRow, question: Question, seconds: float = 10.0) -> Outcome:
    """The accepted claims of a finished round as one plan. Demands nobody was accepted for are planned here, within
    the budgets that are left. Raises InputError before the end, EvidenceError if a certificate is gone or false."""
    if row.refund is None:
        raise InputError("the round is not over", where=f"round {row.number}", hint="hanse round status tells when")
    problem, parts, numbers = question.problem, list[tuple[Assignment, ...]](), list[int]()
    covered = np.zeros(len(problem.jobs), dtype=np.bool_)
    for claim in ledger.sync().claims(row.number):
        if claim.status != "accepted":
            continue
        verdict = judging.judge(question, claim, shared)
        if verdict.certificate is None or not verdict.holds:
            raise EvidenceError(
                f"accepted claim {claim.number} is not what it was: {verdict.silent or 'it is a lie'}",
                where=f"round {row.number}",
            )
        parts.append(assignments_of(problem, verdict.certificate))
        covered |= coverage.mask_of(verdict.certificate.claim.covered, len(problem.jobs))
        numbers.append(claim.number)
    left = tuple(job.id for job, done in zip(problem.jobs, covered.tolist(), strict=True) if not done)
    if left:
        rest = _rest(problem, parts, left, seconds)
        if rest is None:
            return Outcome(tuple(numbers), int(covered.sum()), None)
        parts.append(rest)
    return Outcome(tuple(numbers), int(covered.sum()), merge(problem, parts, "cost", solver="round").plan)


def _rest(
    problem: Problem, parts: list[tuple[Assignment, ...]], left: tuple[str, ...], seconds: float
) -> tuple[Assignment, ...] | None:
    """A plan of the demands nobody was accepted for, with what is left of every machine's budget."""
    given: dict[str, int] = {}
    for at in (at for part in parts for at in part):
        given[at.machine] = given.get(at.machine, 0) + at.end - at.start
    budgets = {
        name: machine.budget - given.get(name, 0)
        for name, machine in problem.machines.items()
        if machine.budget is not None
    }
    try:
        found = solve(part_problem(problem, Part("the rest", left), budgets), "cost", time_limit=seconds)
    except InfeasibleError:
        return None
    return None if found.plan is None else found.plan.assignments
