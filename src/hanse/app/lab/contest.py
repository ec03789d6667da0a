"""A round on the copied chain: solvers of several kinds, one honest watcher, the real contracts and certificates.

Honest solvers plan with ruin and recreate, so many steps for each operation, everybody with chance of its own, and mind
what an order costs more than when it is done. A false solver claims every operation at its cheapest, all at once. What
the watcher has not refuted when the challenge window closes is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hanse.app.rounds import judging
from hanse.app.rounds.coordinate import Offer, fund, open_round
from hanse.app.rounds.question import Question as Asked
from hanse.lab.fork import ForkChain
from hanse.lab.planner import First, planned
from hanse.lab.rules import Rules
from hanse.lab.study import Scenario
from hanse.lab.targets import targets_of
from hanse.ledger.certificates.certificate import Certificate, build
from hanse.ledger.certificates.certify import assignments_of
from hanse.ledger.store import Ledger
from hanse.market.competition import next_order
from hanse.model.keccak import keccak
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Problem
from hanse.planning.preferences.judge import as_plan
from hanse.planning.preferences.question import Question
from hanse.units import MILLION

FIRST, HONEST = 5, 150
"""Steps of search for each operation: of the coordinator's first plan, and of a solver's."""

MINDED = (3, 1, 1)
"""What solvers weigh of cost, time and quality: rounds pay for cost."""

WATCHER = "lab/watcher"


@dataclass(frozen=True)
class Contest:
    """What came of a round. plan: what is carried out; rewards: cents, of all solvers; struck, silent: claims;
    believed: false claims that were accepted, because nobody looked in time."""

    plan: Plan
    rewards: int
    struck: int
    silent: int
    believed: int


def compete(
    ledger: Ledger, chain: ForkChain, first: First, rules: Rules, scenario: Scenario, seed: int
) -> Contest:  # fmt: skip
    """Play a round for something better than the first plan."""
    question, rows = first
    problem = question.carried
    baseline = as_plan(problem, rows, "first plan")
    targets = targets_of(problem, baseline, rules)
    asked = Asked(problem, targets)
    if not scenario.solvers or asked.target >= asked.baseline:
        return Contest(baseline, 0, 0, 0, 0)
    pot = max(1, asked.baseline * rules.round_pot // MILLION)
    bond = max(2, pot * rules.round_bond // MILLION)
    offer = Offer(
        pot, bond, rules.round_commit, rules.round_reveal, rules.round_challenge, rules.round_least,
        first_wins=rules.round_first_wins,
    )  # fmt: skip
    number = open_round(ledger, ledger.content, asked, offer)
    opened = chain.head().timestamp
    made = _commit(ledger, question, asked, scenario, number, bond, rules.round_least, seed)
    chain.jump(opened + rules.round_commit + 1)
    _reveal(ledger, number, [one for one in made if one[1] != "silent"])
    chain.jump(opened + rules.round_commit + rules.round_reveal + min(scenario.watch, rules.round_challenge))
    if scenario.watch < rules.round_challenge:
        _watch(ledger, asked, number)
    chain.jump(opened + rules.round_commit + rules.round_reveal + rules.round_challenge + 1)
    return _over(ledger, asked, baseline, number)


Made = tuple[str, str, int, Certificate, bytes, str]
"""Role, kind, number of the claim, certificate, salt and name of the evidence."""


def _commit(
    ledger: Ledger, question: Question, asked: Asked, scenario: Scenario, number: int, bond: int, least: int, seed: int
) -> list[Made]:
    made: list[Made] = []
    for i, kind in enumerate(scenario.solvers):
        certificate = _claim(question, asked, kind, (seed, 0x50, i))
        if certificate is None or certificate.claim.baseline - certificate.claim.cost < least:
            continue
        role, salt = f"lab/solver/{i}", keccak(f"salt {seed} {i}".encode())
        fund(ledger, ledger.league.address(role), bond, key=f"lab/{role}/mint")
        ledger.rounds.allow_stake(role, bond, key=f"lab/{role}/allow").wait()
        ledger.rounds.deposit_stake(role, bond, key=f"lab/{role}/deposit").wait()
        evidence = ledger.content.put(certificate.encode())
        sent = ledger.rounds.commit_claim(
            role, number, certificate.claim.digest, evidence, salt, key=f"lab/{role}/commit"
        )
        made.append((role, kind, int(sent.value("index")), certificate, salt, evidence))
    return made


def _claim(question: Question, asked: Asked, kind: str, seed: tuple[int, ...]) -> Certificate | None:
    if kind == "false":
        return build(asked.problem, _impossible(asked.problem), targets=asked.targets)
    cheap = {job: replace(consumer, weights=MINDED) for job, consumer in question.consumers.items()}
    rows = planned(replace(question, consumers=cheap), seed, HONEST)
    return None if rows is None else build(asked.problem, rows, targets=asked.targets)


def _impossible(problem: Problem) -> tuple[Assignment, ...]:
    """Every operation at its cheapest, all of them at once."""
    rows = []
    for job in problem.jobs:
        for operation in job.plans[0].operations:
            mode = min(operation.modes, key=lambda one: (one.cost, one.machine))
            rows.append(Assignment(job.id, job.plans[0].id, operation.id, mode.machine, 0, mode.duration))
    return tuple(rows)


def _reveal(ledger: Ledger, number: int, made: Sequence[Made]) -> None:
    for role, _, index, certificate, salt, evidence in made:
        claim = certificate.claim
        ledger.rounds.reveal_claim(
            role, number, index, salt, claim.encode(), claim.covered, evidence, key=f"lab/{role}/reveal"
        ).wait()


def _watch(ledger: Ledger, asked: Asked, number: int) -> None:
    """Checks every claim from scratch, and refutes what is false."""
    for row in ledger.sync().claims(number):
        verdict = judging.judge(asked, row, ledger.content) if row.status == "standing" else None
        if verdict is not None and verdict.witness is not None:
            words = (number, row.number, row.claim, verdict.witness.encode())
            ledger.league.send(f"lab/refute/{row.number}", WATCHER, "Challenge", "refute", *words).wait()


def _over(ledger: Ledger, asked: Asked, baseline: Plan, number: int) -> Contest:
    """Award, finalise; the accepted claim that can be carried out, or the first plan."""
    state = ledger.rounds.round_state(number)
    order = next_order(ledger.sync().claims(number), first_wins=state.first_wins)
    if order:
        ledger.rounds.award(WATCHER, number, order, key="lab/award").wait()
    ledger.rounds.finalise(WATCHER, number, key="lab/finalise").wait()
    claims = ledger.sync().claims(number)
    plan, believed = baseline, 0
    for row in claims:
        if row.status == "accepted":
            verdict = judging.judge(asked, row, ledger.content)
            if verdict.certificate is not None and verdict.holds:
                plan = as_plan(asked.problem, assignments_of(asked.problem, verdict.certificate), row.solver)
            else:
                believed += 1
    paid = ledger.rounds.round_state(number).paid
    struck, silent = (sum(row.status == status for row in claims) for status in ("struck", "sealed"))
    return Contest(plan, paid, struck, silent, believed)
