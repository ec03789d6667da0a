"""Ramakurthi 2022: one order for gearboxes is put to ten enterprises (cases I to X of the matching contract).

The ten answers are published; times, prices and places are not, so those are drawn here from a seed.
"""

from __future__ import annotations

import random

from hanse.app.cases.case import Case, CaseMember, CaseOrder, CasePart, CaseProduct
from hanse.model.problem import (
    Enterprise,
    Job,
    Machine,
    Mode,
    Operation,
    Problem,
    ProcessPlan,
    Site,
    Transport,
)
from hanse.units import MILLION, Units

QUANTITY = 10
BUDGET = 250_000
DUE = 3 * 24 * 60


def build(_variant: str, seed: int) -> Case:
    """The case; `seed` draws positions, minutes, prices, powers and reliabilities."""
    from hanse.app.cases import data

    numbers = data("ramakurthi2022.json")
    draw = random.Random(f"ramakurthi2022/{seed}")
    names: dict[str, str] = numbers["services"]
    required = tuple(names[code] for code in numbers["required"])
    members, sites, enterprises = [], [], []
    quotes: dict[str, list[Mode]] = {service: [] for service in required}
    for row in numbers["enterprises"]:
        member = row["enterprise"]
        services = tuple(names[code] for code in row["offered"])
        members.append(CaseMember(member, f"Enterprise {member[1:]}", services))
        sites.append(Site(member, (draw.randrange(0, 100_000, 100), draw.randrange(0, 100_000, 100))))
        machines = []
        for service in services:
            machine = Machine(f"{member} {service}", frozenset({service}), power=draw.randrange(12, 37))
            machines.append(machine)
            if service in quotes:
                minutes = QUANTITY * draw.randrange(6, 26)
                cost = minutes * draw.randrange(40, 90)
                quotes[service].append(Mode(machine.id, minutes, cost, machine.power * minutes))
        reliability = draw.randrange(940, 1000) * MILLION // 1000
        enterprises.append(Enterprise(member, member, tuple(machines), reliability))
    operations: list[Operation] = []
    for service in required:
        after = (operations[-1].id,) if operations else ()
        operations.append(Operation(service, service, tuple(quotes[service]), after))
    job = Job(id="gearboxes", customer="C1", plans=(ProcessPlan("A", tuple(operations)),), due=DUE, budget=BUDGET)
    problem = Problem(
        name="Ramakurthi 2022, gearbox",
        sites=tuple(sites),
        enterprises=tuple(enterprises),
        jobs=(job,),
        units=Units(time="minute", money="cent", distance="metre", energy="Wh"),
        # 1.20 and 1 minute per kilometre
        transport=Transport.by_distance(tuple(sites), cost_rate=0.12, time_rate=0.001),
    )
    return Case(
        id="ramakurthi2022",
        title="Gearboxes: ten enterprises answer one order",
        source="Ramakurthi et al. 2022, cases I to X of order and enterprise matching",
        notes=(
            "The ten answers are the paper's: ACCEPT 2 and 7; PARTIALLY ACCEPT 1, 5, 6, 8 and 10; REJECT 3, 4 and 9.",
            "The paper publishes no times, prices, powers, places or reliabilities; those are drawn from the seed.",
        ),
        services=tuple(names.values()),
        members=tuple(members),
        products=(CaseProduct("gearbox", "gearbox", required),),
        orders=(CaseOrder(job.id, "gearbox", QUANTITY, BUDGET // 5),),
        parts=(CasePart(problem, "cost + 1000 tardiness", 20.0),),
    )
