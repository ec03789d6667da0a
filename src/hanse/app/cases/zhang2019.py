"""Zhang 2019: fifteen 3D-printing orders and eleven providers (Tables 2, 3, 5 and 6).

A provider asks a flat price per subtask whatever its length (C^C), works on one subtask at a time, and subtasks run in
the order of the task type. Budgets, due dates and least qualities are the consumers' (Table 5); equality is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hanse.app.cases.case import Case, CaseMember, CaseOrder, CasePart, CaseProduct
from hanse.model.objective import UTILITY
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.model.utility import Consumer, Provider
from hanse.planning.preferences.member import Member
from hanse.planning.preferences.question import Question, ask
from hanse.units import MILLION, Units

DEPOSIT_SHARE = 5
"""A fifth of the budget is held when an order is placed (ours; the paper has no deposit)."""

FUND = 10_000
"""Cents the operator can spend on compensations (ours; the paper says that there is a budget, not how much)."""

SECONDS = 6.0
"""For planning at most, on a slow machine. The search ends by itself after a second of work, within a thousandth of the
optimum, whose proof takes up to two minutes."""

COST_DECAY, TIME_DECAY = Decimal("0.00001"), Decimal("0.1")
"""γ_C per cent and γ_T per unit of time: 0.001 per yuan and 0.1, as its Table 7 implies; neither is printed."""


def preferences(
    problem: Problem, best: Mapping[str, int] | None = None
) -> tuple[dict[str, Consumer], dict[str, Member]]:
    """Consumers by job and members by enterprise of the case. best: U^C_max by job, in millionths (default: 1)."""
    from hanse.app.cases import data

    consumers = {
        job.id: Consumer(COST_DECAY, TIME_DECAY, best=(best or {}).get(job.id, MILLION)) for job in problem.jobs
    }
    members = {
        row["provider"]: Member(
            row["provider"],
            Provider(
                cost_rate=round(row["C_P"] * 100),
                arrival=Decimal(str(row["lambda"])),
                discount=Decimal(str(row["r"])),
                threshold=round(row["mu"] * MILLION),
                cost_decay=COST_DECAY,
                time_decay=TIME_DECAY,
            ),
        )
        for row in data("zhang2019.json")["providers"]
    }
    return consumers, members


def question(*, printed_quality: bool = False) -> Question:
    """The case asked under preferences. printed_quality: P11 with 0.74 as in Table 6, not the 0.77 of Table 7."""
    from hanse.app.cases import data

    problem = build("", 0, printed_quality=printed_quality).parts[0].problem
    return _asked(replace(problem, preferences=None), data("zhang2019.json"))


def _asked(problem: Problem, numbers: dict[str, Any]) -> Question:
    consumers, members = preferences(problem)
    reputations = {f"T{task['task']}": round(task["eta"] * MILLION) for task in numbers["tasks"]}
    return ask(problem, consumers, reputations, members)


def build(_variant: str, _seed: int, *, printed_quality: bool = False) -> Case:
    """The case; nothing in it is drawn. printed_quality: see `question`."""
    from hanse.app.cases import data

    numbers = data("zhang2019.json")
    services: dict[str, str] = numbers["subtasks"]
    types: dict[str, dict[str, Any]] = numbers["task_types"]
    correction = numbers["quality_correction"]
    price = {p["provider"]: round(p["C_C"] * 100) for p in numbers["providers"]}
    quality = {p["provider"]: round(p["Q"] * MILLION) for p in numbers["providers"]}
    quality[correction["provider"]] = round(correction["printed" if printed_quality else "used"] * MILLION)
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
            "Provider 6 has the only scanner and would decline order 10, as published; the compensation that lifts it "
            "above its threshold is 21.73, where the paper says 10.00.",
            "The deposit, a fifth of the budget, the operator's fund of 100.00, reward and fee are ours; the paper has "
            "none of them.",
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
        parts=(CasePart(_asked(problem, numbers).carried, UTILITY, SECONDS, preferences(problem)[1], FUND),),
    )
