"""Opening a round, and what becomes of it: the accepted claims as one plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from hanse.app.rounds import judging
from hanse.app.rounds.question import Question, publish, within
from hanse.errors import EvidenceError, InfeasibleError, InputError
from hanse.governance.charter import at_least, check_round, largest_pot, least_bond, term
from hanse.ledger.certificates import coverage
from hanse.ledger.certificates.certify import assignments_of
from hanse.ledger.content import ContentStore
from hanse.ledger.league import COORDINATOR
from hanse.ledger.round_tables import ClaimRow, RoundRow
from hanse.ledger.rounds import Terms
from hanse.ledger.store import Ledger
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.planning.decomposition.merge import merge
from hanse.planning.decomposition.parts import part_problem
from hanse.planning.decomposition.split import Part

COMMIT, REVEAL, CHALLENGE = 30, 15, 30
"""Seconds of the three windows."""

POT_SHARE = 0.004
"""Of the baseline: five per cent of eight (Radmanesh 2021, Section 4)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a sponsor offers; None for what is usual, within the league's charter. pot, bond: cents, what the charter
    says, or where it says nothing 0.4 % of the baseline and a tenth of the pot; the three windows in seconds, usually
    30, 15 and 30; least: improvement a claim must bring, usually 1; first_wins: the first valid claim instead of the
    best."""

    pot: int | None = None
    bond: int | None = None
    commit: int | None = None
    reveal: int | None = None
    challenge: int | None = None
    least: int | None = None
    most: int = 64
    first_wins: bool = False


def open_round(ledger: Ledger, shared: ContentStore, question: Question, offer: Offer, *, again: bool = True) -> int:
    """Publishes the question, puts the pot down and opens the round; returns its number.

    Running it again for a question whose round is open gives that round; without `again`, also one that is over.
    Raises InputError if the targets leave nothing to gain, or the charter forbids what is offered.
    """
    terms = terms_of(question, shared, offer, ledger.council.terms())
    for row in ledger.sync().rounds():
        if row.document == terms.document and (row.refund is None or not again):
            return row.number
    key = f"rounds/{len(ledger.index.rounds()) + 1}"
    _put_down(ledger, terms.pot, key)
    number = int(ledger.rounds.open_round(terms, key=f"{key}/open").value("round"))
    ledger.sync()
    return number


def lawful(question: Question, charter: Sequence[int]) -> Question:
    """The question with its targets no further than the charter lets them be. charter: values of all its terms, in
    order."""
    return within(question, charter[term("round-reach").number])


def terms_of(question: Question, shared: ContentStore, offer: Offer, charter: Sequence[int]) -> Terms:
    """Publishes the question; what its round promises. charter: values of all its terms, in order. Raises InputError if
    the targets leave nothing to gain, or the charter forbids what is offered; then nothing was published."""
    if question.target >= question.baseline:
        raise InputError("the baseline cannot be improved", where="targets", hint="nothing is left for solvers to do")
    if question.target < lawful(question, charter).target:
        raise InputError(
            "the league's charter forbids targets so far from the baseline", where="round-reach",
            hint="see hanse govern show",
        )  # fmt: skip
    usual, most = max(1, int(question.baseline * POT_SHARE)), largest_pot(charter, question.baseline)
    pot = (usual if most is None else most) if offer.pot is None else offer.pot
    bond = max(2, least_bond(charter, pot) or pot // 10) if offer.bond is None else offer.bond
    commit = at_least("round-window", charter, COMMIT) if offer.commit is None else offer.commit
    reveal = at_least("round-window", charter, REVEAL) if offer.reveal is None else offer.reveal
    challenge = at_least("round-challenge", charter, CHALLENGE) if offer.challenge is None else offer.challenge
    least = at_least("round-improvement", charter, 1) if offer.least is None else offer.least
    # The contract takes no improvement for one of 1.
    check_round(
        charter, window=min(commit, reveal), challenge=challenge, bond=bond, improvement=max(1, least), pot=pot,
        baseline=question.baseline,
    )  # fmt: skip
    return Terms(
        problem=question.problem.root,
        targets="0x" + question.targets.root.hex(),
        document=publish(question, shared),
        baseline=question.baseline,
        target=question.target,
        pot=pot,
        bond=bond,
        commit_seconds=commit,
        reveal_seconds=reveal,
        challenge_seconds=challenge,
        demands=len(question.problem.jobs),
        most=offer.most,
        least=least,
        first_wins=offer.first_wins,
    )


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


def outcome(
    claims: Iterable[ClaimRow], shared: ContentStore, row: RoundRow, question: Question, seconds: float = 10.0
) -> Outcome:
    """The accepted among all claims of a finished round as one plan. Demands nobody was accepted for are planned here,
    within the budgets that are left. Raises InputError before the end, EvidenceError if a certificate is gone or
    false."""
    if row.refund is None:
        raise InputError("the round is not over", where=f"round {row.number}", hint="hanse round status tells when")
    problem, parts, numbers = question.problem, list[tuple[Assignment, ...]](), list[int]()
    covered = np.zeros(len(problem.jobs), dtype=np.bool_)
    for claim in claims:
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
