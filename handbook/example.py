"""The example that certificates are explained with: four gearboxes, milled at M1 or M2 and then turned at L. M1 is
cheaper and may be given 120 minutes, so two of the four have to go to M2. And two claims about it, a true one and a
false one."""

from __future__ import annotations

from functools import cache

from hanse import Assignment, Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport, Units
from hanse.ledger.certificates.certificate import Certificate, build
from hanse.ledger.certificates.certify import certify
from hanse.ledger.certificates.refute import refute
from hanse.ledger.certificates.witness import Witness

BUDGET, DEAR, CHEAP, TURNED = 120, 60, 40, 20
SCALE = 3
PRICE = 1
"""λ = 1/3 a minute of M1: at that price both mills cost the same."""

START = {"J1": (0, 80), "J2": (60, 140), "J3": (0, 50), "J4": (50, 110)}
"""When each job is milled, and when it is turned."""


@cache
def problem() -> Problem:
    """Times in minutes, money in cents; nobody drives anywhere."""
    site = Site("E")
    machines = (
        Machine("M1", frozenset({"milling"}), capacity=1, budget=BUDGET),
        Machine("M2", frozenset({"milling"}), capacity=1),
        Machine("L", frozenset({"turning"}), capacity=1),
    )
    milled = Operation("mill", "milling", (Mode("M1", 60, CHEAP), Mode("M2", 50, DEAR)))
    turned = Operation("turn", "turning", (Mode("L", 30, TURNED),), after=("mill",))
    jobs = tuple(Job(name, (ProcessPlan("A", (milled, turned)),)) for name in START)
    return Problem(
        name="four gearboxes",
        sites=(site,),
        enterprises=(Enterprise("E", "E", machines),),
        jobs=jobs,
        units=Units(time="minute", money="cent", distance="metre"),
        transport=Transport.none(1),
    )


def assignments(**moved: int) -> list[Assignment]:
    """The plan: J1 and J2 at M1, the others at M2. moved: another start of a job's milling."""
    made = []
    for job, (mill, turn) in START.items():
        machine, long = ("M1", 60) if job in ("J1", "J2") else ("M2", 50)
        begun = moved.get(job, mill)
        made.append(Assignment(job, "A", "mill", machine, begun, begun + long))
        made.append(Assignment(job, "A", "turn", "L", turn, turn + 30))
    return made


@cache
def honest() -> Certificate:
    """What is true of that plan, with prices that prove its cost to be the least."""
    return certify(problem(), assignments(), [PRICE, 0, 0], SCALE)


@cache
def liar() -> tuple[Certificate, Witness]:
    """A claim that mills J2 while J1 is still on the same machine, and what contradicts it."""
    claim = build(problem(), assignments(J2=30), [PRICE, 0, 0], SCALE)
    witness = refute(problem(), claim)
    assert witness is not None
    return claim, witness
