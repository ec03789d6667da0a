"""Zhang 2019: fifteen 3D-printing orders and eleven providers (Tables 2, 3, 5 and 6).

A provider asks a flat price per subtask whatever its length (C^C), works on one subtask at a time, and subtasks run in
the order of the task type. Budgets, due dates and least qualities are the consumers' (Table 5); equality is allowed.
"""

from __future__ import annotations

from typing import Any

from hanse.app.cases.case import Case, CaseMember, CaseOrder, CasePart, CaseProduct
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.units import MILLION, Units

DEPOSIT_SHARE = 5
"""A fifth of the budget is held when an order is placed (ours; the paper has no deposit)."""


def build(_variant: str, _seed: int) -> Case:
    """The case; nothing in it is drawn."""
    from hanse.app.cases import data

    numbers = data("zhang2019.json")
    services: dict[str, str] = numbers["subtasks"]
    types: dict[str, dict[str, Any]] = numbers["task_types"]
    correction = numbers["quality_correction"]
    price = {p["provider"]: round(p["C_C"] * 100) for p in numbers["providers"]}
    quality = {p["provider"]: round(p["Q"] * MILLION) for p in numbers["providers"]}
    quality[correction["provider"]] = round(correction["used"] * MILLION)
    offered: dict[str, set[str]] = {provider: set() for provider in price}
    jobs, orders = [], []
    for task in numbers["tasks"]:
        operations: list[Operation] = []
        for step in types[str(task["type"])]["sequence"]:
            modes = []
            for provider in task["candidates"][step]:
                offered[provider].add(services[step])
                modes.append(Mode(provider, task["t_e"][step], price[provider], 0, quality[provider]))
            after = (operations[-1].id,) if operations else ()
            operations.append(Operation(step, services[step], tuple(modes), after))
        job = Job(
            id=f"T{task['task']}",
            customer=f"C{task['task']}",
            plans=(ProcessPlan("A", tuple(operations)),),
            due=task["T_req"],
            budget=round(task["C_req"] * 100),
            min_quality=round(task["Q_req"] * MILLION),
            weight=(1 + task["priority"]) * MILLION,
        )
        jobs.append(job)
        orders.append(CaseOrder(job.id, str(task["type"]), 1, (job.budget or 0) // DEPOSIT_SHARE))
    problem = Problem(
        name="Zhang 2019, 3D printing",
        sites=tuple(Site(provider) for provider in price),
        enterprises=tuple(
            Enterprise(provider, provider, (Machine(provider, frozenset(offered[provider])),)) for provider in price
        ),
        jobs=tuple(jobs),
        units=Units(time="unit", money="cent"),
    )
    names = tuple(services.values())
    return Case(
        id="zhang2019",
        title="Fifteen 3D-printing orders, eleven providers",
        source="Zhang et al. 2019, consensus-aware manufacturing service collaboration, Tables 2, 3, 5 and 6",
        notes=(
            "Quality of P11 is 0.77, which the paper's own results need; its Table 6 prints 0.74.",
            "The published plan costs 119.84 for order 5, whose budget is 105.00; the plan here keeps every budget.",
            "Due dates and least qualities may be met exactly; under strict bounds order 5 has no plan at all.",
            "The deposit, a fifth of the budget, is ours; the paper takes none. Utility and satisfaction are not part "
            "of this plan: it minimises cost, and lateness before cost.",
        ),
        services=names,
        members=tuple(
            CaseMember(provider, f"Provider {provider[1:]}", tuple(n for n in names if n in offered[provider]))
            for provider in price
        ),
        products=tuple(
            CaseProduct(number, kind["name"].replace("_", " "), tuple(services[step] for step in kind["sequence"]))
            for number, kind in types.items()
        ),
        orders=tuple(orders),
        parts=(CasePart(problem, "cost + 100000 tardiness", 20.0),),
    )
