"""Ramakurthi 2023: five enterprises, each with machines P and Q and six jobs of its own (Table 2).

Every shop is planned on its own, as in the paper, so the voyage has five problems, five plans and five blocks. The
makespans are those of Jackson's rule (40, 80, 93, 92, 115), which is optimal; the published ones do not follow from the
table. Among plans of that makespan, the least total tardiness is taken.
"""

from __future__ import annotations

from typing import Any

from hanse.app.cases.case import Case, CaseMember, CaseOrder, CasePart, CaseProduct
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.units import Units

SERVICES = ("machining P", "machining Q")
DEPOSIT = 5_000


def build(_variant: str, _seed: int) -> Case:
    """The case; nothing in it is drawn."""
    from hanse.app.cases import data

    numbers = data("ramakurthi2023.json")
    shops: dict[str, list[dict[str, Any]]] = {}
    for row in numbers["jobs"]:
        shops.setdefault(row["enterprise"], []).append(row)
    orders, parts = [], []
    for shop, rows in shops.items():
        jobs = tuple(_job(shop, row) for row in rows)
        machines = tuple(Machine(f"{shop} {service[-1]}", frozenset({service})) for service in SERVICES)
        problem = Problem(
            name=f"Ramakurthi 2023, shop {shop}",
            sites=(Site(shop),),
            enterprises=(Enterprise(shop, shop, machines),),
            jobs=jobs,
            units=Units(time="unit", money="cent"),
        )
        orders += [CaseOrder(job.id, _route(row), 1, DEPOSIT) for job, row in zip(jobs, rows, strict=True)]
        parts.append(CasePart(problem, "10000 makespan + tardiness", 20.0))
    return Case(
        id="ramakurthi2023",
        title="Five two-machine enterprises plan their own shops",
        source="Ramakurthi et al. 2023, Table 2",
        notes=(
            "Makespans are those of Jackson's rule on Table 2 (40, 80, 93, 92, 115). The published 36, 82, 132, 116 "
            "and 155 do not follow from the table; 36 is below the work of one machine.",
            "Jobs 5 of E3 and 2 of E4 cannot meet their due dates even alone on empty machines.",
            "The paper gives no prices: the work is planned at no cost, and the deposits are ours.",
        ),
        services=SERVICES,
        members=tuple(CaseMember(shop, f"Enterprise {shop[1:]}", SERVICES) for shop in shops),
        products=(CaseProduct("PQ", "part by P then Q", SERVICES), CaseProduct("QP", "part by Q then P", SERVICES)),
        orders=tuple(orders),
        parts=tuple(parts),
    )


def _route(row: dict[str, Any]) -> str:
    return "".join(machine for machine, _ in row["operations"])


def _job(shop: str, row: dict[str, Any]) -> Job:
    operations: list[Operation] = []
    for machine, minutes in row["operations"]:
        after = (operations[-1].id,) if operations else ()
        operations.append(Operation(machine, f"machining {machine}", (Mode(f"{shop} {machine}", minutes),), after))
    return Job(f"{shop}-J{row['job']}", (ProcessPlan(_route(row), tuple(operations)),), customer=shop, due=row["due"])
