"""Certificates for the command line: make one with the best prices at hand, check one, and say both in words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hanse.errors import InputError
from hanse.instances import read_bytes, write_bytes
from hanse.ledger.certificates.certificate import Certificate
from hanse.ledger.certificates.certify import certify, verify
from hanse.model.objective import Objective
from hanse.model.plan import Plan, Prices
from hanse.model.problem import Problem
from hanse.planning.result import Limits
from hanse.planning.solve import load, solve
from hanse.units import MILLION


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking a certificate found; `lies` is empty if all of it is true."""

    certificate: Certificate
    lies: tuple[str, ...]


def make(problem: Problem, plan: Plan, limits: Limits) -> Certificate:
    """The certificate of a plan at the prices it names, else at the best that the budget engine finds in time.

    Raises EvidenceError for a plan that does not hold.
    """
    prices = dict(plan.prices or _best_prices(problem, limits))
    if not prices:
        return certify(problem, plan)
    return certify(problem, plan, [prices.get(name, 0) for name in problem.machines], scale=MILLION)


def _best_prices(problem: Problem, limits: Limits) -> Prices:
    """None where no budget binds, or where the engine cannot say."""
    if all(machine.budget is None for machine in problem.machines.values()):
        return ()
    if load("lagrangian").refuses(problem, Objective.parse("cost")) is not None:
        return ()
    return solve(problem, "cost", "lagrangian", limits.time_limit, limits.threads, limits.seed).prices


def save(certificate: Certificate, path: Path) -> None:
    """Write the binary encoding. Raises EnvironmentFault."""
    write_bytes(path, certificate.encode())


def judge(problem: Problem, plan: Plan, path: Path) -> Verdict:
    """Check the certificate in a file from scratch. Raises InputError, with the file, for bytes that are none."""
    try:
        certificate = Certificate.decode(read_bytes(path))
        lies = verify(problem, plan, certificate)
    except InputError as error:
        raise error.at(str(path)) from None
    return Verdict(certificate, tuple(f"{lie.lie.name.lower().replace('_', ' ')}: {_about(lie)}" for lie in lies))


def _about(lie: Any) -> str:
    return f"row {lie.subject}" if lie.node is None else f"node {lie.node[2]} of level {lie.node[1]}"


def as_json(certificate: Certificate) -> dict[str, Any]:
    """The claim for programs."""
    claim = certificate.claim
    return {
        "problem": "0x" + claim.problem.hex(),
        "plan_root": "0x" + claim.plan[:32].hex(),
        "cost": claim.cost,
        "energy": claim.energy,
        "makespan": claim.makespan,
        "bound": claim.bound,
        "gap": 0.0 if claim.cost <= claim.bound else (claim.cost - claim.bound) / claim.cost,
        "scale": claim.scale,
        "bytes": len(certificate.encode()),
    }


def sentence(certificate: Certificate) -> str:
    """The claim in one line."""
    claim = certificate.claim
    above = f"at most {claim.cost / claim.bound - 1:.3%} above the best possible" if claim.bound else "no bound"
    best = "the best possible" if claim.cost == claim.bound else above
    return f"cost {claim.cost}, no plan costs less than {claim.bound}: {best}"
