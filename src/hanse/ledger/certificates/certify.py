"""Making a certificate, and checking one from scratch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from hanse.errors import EvidenceError, InputError
from hanse.ledger.certificates import coverage
from hanse.ledger.certificates.certificate import Certificate, build, choose
from hanse.ledger.certificates.lies import Falsehood, falsehoods
from hanse.ledger.certificates.targets import Targets
from hanse.ledger.certificates.witness import Branch
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Problem
from hanse.model.rows import NONE


def certify(
    problem: Problem,
    plan: Plan | Sequence[Assignment],
    prices: Sequence[int] | None = None,
    scale: int = 1,
    *,
    jobs: Iterable[int] | None = None,
    targets: Targets | None = None,
) -> Certificate:
    """The certificate of a plan, or of the assignments of some jobs: its tree, and the bound that these prices prove.

    prices: one a machine, in the order of `problem.machines`, in money per time unit times `scale`; integers >= 0, and
    0 for a machine without budget. None: all 0, the bound without coupling. jobs: numbers of the jobs that the plan's
    assignments are of, in the order of `problem.jobs`; None: all. targets: those of the round it is made for. Raises
    InputError if plan and problem do not fit together and EvidenceError if the plan is not feasible.
    """
    certificate = build(problem, _assignments(problem, plan), prices, scale, jobs=jobs, targets=targets)
    wrong = falsehoods(problem.rows, certificate, targets)
    if wrong:
        raise EvidenceError(f"the plan cannot be certified: {wrong[0]}", where="plan", hint="run hanse check on it")
    return certificate


def verify(
    problem: Problem,
    plan: Plan | Sequence[Assignment],
    certificate: Certificate,
    targets: Targets | None = None,
) -> tuple[Falsehood, ...]:
    """Everything a certificate says, recomputed; empty if all of it is true and it is the certificate of this plan.

    Trees are hashed again, every leaf is compared with the rows, every rule of feasibility checked, and the bound of
    every job computed anew. targets: those of the round the claim names, None if it names none. Raises InputError if
    the certificate does not open its claim, EvidenceError if it is true of another plan.
    """
    assignments = _assignments(problem, plan)
    found = falsehoods(problem.rows, certificate, targets)
    if not found and not _same_plan(problem, assignments, certificate):
        raise EvidenceError("the certificate is of another plan of this problem", where="certificate")
    return found


def _assignments(problem: Problem, plan: Plan | Sequence[Assignment]) -> Sequence[Assignment]:
    if not isinstance(plan, Plan):
        return plan
    if plan.problem != problem.root:
        raise EvidenceError(f"the plan answers problem {plan.problem}, this is {problem.root}", where="plan")
    return plan.assignments


def _same_plan(problem: Problem, assignments: Sequence[Assignment], certificate: Certificate) -> bool:
    covered = coverage.mask_of(certificate.claim.covered, len(problem.jobs))
    try:
        chosen = choose(problem, assignments, np.flatnonzero(covered).tolist())
    except InputError:
        return False
    facts = problem.rows.facts
    records = certificate[Branch.PLAN].records()[: len(facts.operation_job)]
    used = np.flatnonzero((records["mode"] != NONE) & covered[facts.operation_job])
    mode = chosen.mode - facts.first_mode[chosen.operation]
    return np.array_equal(used, chosen.operation) and all(
        np.array_equal(records[name][used].astype(np.int64), values)
        for name, values in (("mode", mode), ("start", chosen.start), ("end", chosen.end))
    )


def assignments_of(problem: Problem, certificate: Certificate) -> tuple[Assignment, ...]:
    """The plan inside a certificate that holds: what runs where and when, in the order of the problem."""
    facts, records = problem.facts, certificate[Branch.PLAN].records()[: len(problem.facts.operation_job)]
    covered = coverage.mask_of(certificate.claim.covered, len(problem.jobs))
    used = np.flatnonzero((records["mode"] != NONE) & covered[facts.operation_job])
    names = [(job.id, plan.id, o.id) for job in problem.jobs for plan in job.plans for o in plan.operations]
    machines = list(problem.machines)
    return tuple(
        Assignment(*(*names[number], machines[machine], start, end))
        for number, machine, start, end in zip(
            used.tolist(), *(records[name][used].tolist() for name in ("machine", "start", "end")), strict=True
        )
    )
