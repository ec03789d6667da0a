"""Made-up voyages, consistent in every sum: small with limits, big with positions, late with calendars, hostile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

from hanse.app.money import HELD, flows
from hanse.app.record import (
    Agreement,
    Answer,
    Asked,
    Block,
    Change,
    Flow,
    Ledger,
    Match,
    Member,
    Order,
    Outcome,
    Part,
    Product,
    Stage,
    Voyage,
)
from hanse.model.plan import Assignment, BoundKind, Measures, Plan
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.units import MILLION, Units

SERVICES = ("turning", "milling", "drilling", "grinding", "welding", "painting", "assembly")
HOSTILE = (
    "<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", "<!-- <script>", "line\u2028and\u2029end",
    "'\"&amp;`${1}", "\ud800 alone", "__proto__", "ünïcödé 船",
)  # fmt: skip
Limits = Callable[[int, int, int], tuple[int | None, int | None, int | None]]
"""From number, cost and completion of an order to its budget, due date and least quality."""


def small() -> Voyage:
    """15 orders of 11 members with one machine each, all limits kept, a proved plan; after Zhang 2019."""
    enterprises = members(11, machines=1, sites="circle")
    return voyage(
        "zhang-2019", "Fifteen orders for eleven shops", enterprises, orders=15, tasks=(3, 4), bound=1.0,
        limits=lambda i, cost, end: (cost + cost // 10, end + 30 * (i % 4), 700_000), kind="certified",
    )  # fmt: skip


def big(orders: int = 90, tasks: int = 25, enterprises: int = 50) -> Voyage:
    """90 orders of 25 operations over 50 members on a plane."""
    made = members(enterprises, machines=3, sites="plane")
    return voyage("big", "A hundred days of the whole league", made, orders=orders, tasks=(tasks, tasks), bound=0.996)


def late() -> Voyage:
    """Two plans; every third order is late, every fifth over budget; machines have hours, workpieces travel."""
    enterprises = members(5, machines=2, sites="plane", hours=True)
    return voyage(
        "late", "A bad week", enterprises, orders=12, tasks=(3, 5), bound=0.9, parts=2, travel=7, kind="attested",
        limits=lambda i, cost, end: (cost - 1 if i % 5 == 4 else cost, end - 45 if i % 3 == 0 else end + 60, None),
    )  # fmt: skip


def agreed() -> Voyage:
    """The small voyage after its settlement: one member was compensated, the last order was declined."""
    found = small()
    (part,) = found.parts
    deals = tuple(_agreement(part, order, refused=order.number == len(found.orders)) for order in found.orders)
    parts = (replace(part, agreements=deals),)
    return replace(found, parts=parts, flows=flows(found.orders, parts))


def hostile() -> Voyage:
    """Every name that somebody else gives tries to become markup."""
    enterprises = members(3, machines=2, sites="circle", names=HOSTILE)
    return voyage(HOSTILE[1], HOSTILE[0], enterprises, orders=4, tasks=(2, 3), names=HOSTILE, bound=None, kind="none")


def abstract() -> Voyage:
    """Three operations at once on a machine of any capacity, in abstract units, with origin and destination legs."""
    sites = (Site("here"), Site("there"))
    machine = Machine("oven", frozenset(SERVICES), capacity=None)
    plan = ProcessPlan("A", (Operation("O1", SERVICES[0], (Mode("oven", 10, 5),)),))
    jobs = tuple(Job(f"J{i}", (plan,), origin="there", destination="there") for i in range(3))
    transport = Transport(((0, 2), (3, 0)), ((0, 0), (0, 0)))
    problem = Problem("oven", sites, (Enterprise("E1", "here", (machine,)),), jobs, Units(), transport)
    assignments = tuple(Assignment(job.id, "A", "O1", "oven", 0, 10) for job in jobs)
    measures = Measures(30, 10, 0, 0, MILLION, MILLION)
    answer = Plan(problem.root, assignments, measures, "makespan", 10 * MILLION, None, "none", "feasible", "auto", 0.0)
    outcomes = tuple(Outcome(i + 1, job.id, 10, 10, None, True) for i, job in enumerate(jobs))
    block = Block(1, _hex("b"), _hex("a"), _hex("e"), "auto", (1, 2, 3), _hex("t"), 1)
    return replace(small(), parts=(Part(problem, answer, outcomes, block),), orders=small().orders[:3], flows=())


def members(
    number: int, *, machines: int, sites: str, hours: bool = False, names: Iterable[str] = ()
) -> tuple[tuple[Enterprise, ...], tuple[Site, ...]]:
    """Members with every service on their machines in turn."""
    chance = Random(number)
    printable = [name for name in names if name.isprintable()]
    found, places = [], []
    for i in range(number):
        name = printable[i] if i < len(printable) else f"E{i + 1}"
        place = (chance.randrange(90_000), chance.randrange(50_000)) if sites == "plane" else None
        places.append(Site(f"S{i + 1}" if sites == "plane" else name, place))
        windows = tuple((day * 1440 + 480, day * 1440 + 1020) for day in range(9)) if hours else None
        found.append(
            Enterprise(
                name, places[-1].id, reliability=990_000,
                machines=tuple(
                    Machine(f"{name[:90]} M{j + 1}", frozenset(SERVICES), available=windows) for j in range(machines)
                ),
            )
        )  # fmt: skip
    return tuple(found), tuple(places)


def voyage(
    case: str,
    title: str,
    league: tuple[tuple[Enterprise, ...], tuple[Site, ...]],
    *,
    orders: int,
    tasks: tuple[int, int],
    bound: float | None,
    kind: BoundKind = "attested",
    limits: Limits = lambda _i, _cost, _end: (None, None, None),
    parts: int = 1,
    travel: int = 0,
    names: tuple[str, ...] = (),
) -> Voyage:
    """A voyage whose plan is built by putting every operation where it ends first."""
    enterprises, sites = league
    numbers = list(range(1, orders + 1))
    groups = [tuple(numbers[i::parts]) for i in range(parts)]
    made = tuple(
        _part(f"{case} {i + 1}", enterprises, sites, group, tasks, bound, kind, limits, travel, names, i)
        for i, group in enumerate(groups)
    )
    chance = Random(case)
    people = tuple(
        Member(e.id, names[i % len(names)] if names else f"{_NAMES[i % 11]} {i // 11 + 1}", _hex(e.id, 40),
               tuple(sorted(chance.sample(SERVICES, 3 + i % 5))), _hex(e.id + "m"), 52_000 + i)
        for i, e in enumerate(enterprises)
    )  # fmt: skip
    products = tuple(
        Product(i, names[0] if names else f"gear {i}", SERVICES[: 2 + i % 4], _hex(f"p{i}")) for i in range(4)
    )
    jobs = {outcome.order: job for part in made for job, outcome in zip(part.problem.jobs, part.outcomes, strict=True)}
    placed = tuple(
        Order(n, jobs[n].id, jobs[n].customer, _hex(f"c{n}", 40), n % 4, 10 * n, _hex(f"s{n}"), 1000 * n, 91_000 + n)
        for n in numbers
    )
    return Voyage(
        case=case, title=title, source="made up for tests", notes=("All numbers are invented.", *names[:2]),
        created="2026-01-02T03:04:05Z", version="0.1.0", services=SERVICES, members=people, products=products,
        orders=placed,
        matches=tuple(_matches(placed, products, people)), parts=made, flows=tuple(_flows(made, placed)),
        stages=(Stage("league opened", 1.25), Stage(f"planned {orders} orders", 0.81)),
        ledger=Ledger(
            31337, {"League": _hex("League", 40), names[0] if names else "Orders": _hex("Orders", 40)}, 42, 9_876_543
        ),
    )  # fmt: skip


_NAMES = ("Müller", "Rossi", "Dubois", "Novák", "Jansen", "Kowalski", "Silva", "Larsen", "Horvat", "Nagy", "Tamm")


def _hex(seed: str, digits: int = 64) -> str:
    return f"0x{Random(seed).getrandbits(4 * digits):0{digits}x}"


def _part(
    name: str, enterprises: tuple[Enterprise, ...], sites: tuple[Site, ...], numbers: tuple[int, ...],
    tasks: tuple[int, int], bound: float | None, kind: BoundKind, limits: Limits, travel: int,
    names: tuple[str, ...], index: int,
) -> Part:  # fmt: skip
    chance = Random(name)
    transport = Transport(
        tuple(tuple(0 if a == b else 250 + 10 * abs(i - j) for j, b in enumerate(sites)) for i, a in enumerate(sites)),
        tuple(
            tuple(0 if a == b else travel * (1 + abs(i - j)) for j, b in enumerate(sites)) for i, a in enumerate(sites)
        ),
    )
    machines = [(machine, i) for i, e in enumerate(enterprises) for machine in e.machines]
    free = {machine.id: 480 if machine.available else 0 for machine, _ in machines}
    jobs: list[Job] = []
    outcomes: list[Outcome] = []
    assignments: list[Assignment] = []
    for n in numbers:
        job_id = f"{names[n % len(names)]}{n}" if names and names[n % len(names)].isprintable() else f"J{n}"
        operations: list[Operation] = []
        cost = end = last = 0
        place = None
        for k in range(chance.randint(*tasks)):
            machine, site = chance.choice(machines)
            duration, price, quality = (
                chance.randint(10, 90),
                chance.randint(1000, 9000),
                chance.randint(80, 99) * 10_000,
            )
            mode = Mode(machine.id, duration, price, 10 * duration, quality)
            operations.append(Operation(f"O{k + 1}", SERVICES[k % 7], (mode,), (f"O{k}",) if k else ()))
            leg = transport.time[place][site] if place is not None else 0
            cost += price + (transport.cost[place][site] if place is not None else 0)
            start = max(last + leg, free[machine.id])
            if machine.available:
                start = next(max(start, a) for a, b in machine.available if max(start, a) + duration <= b)
            last = end = free[machine.id] = start + duration
            place = site
            assignments.append(Assignment(job_id, "A", f"O{k + 1}", machine.id, start, end))
        budget, due, least = limits(n, cost, end)
        customer = names[n % len(names)] if names else f"customer {n % 6 + 1}"
        jobs.append(
            Job(job_id, (ProcessPlan("A", tuple(operations)),), customer, due=due, budget=budget, min_quality=least)
        )
        quality = sum(o.modes[0].quality or 0 for o in operations) // len(operations)
        ok = (budget is None or cost <= budget) and (due is None or end <= due)
        energy = sum(o.modes[0].energy for o in operations)
        outcomes.append(Outcome(n, job_id, cost, end, quality, ok, energy))
    problem = Problem(name, sites, enterprises, tuple(jobs), Units("minute", "cent", "metre", "Wh"), transport)
    cost = sum(outcome.cost for outcome in outcomes)
    ends = [outcome.completion for outcome in outcomes]
    late_by = sum(max(0, o.completion - j.due) for j, o in zip(jobs, outcomes, strict=True) if j.due is not None)
    energy = sum(outcome.energy for outcome in outcomes)
    measures = Measures(cost, max(ends), late_by * MILLION, energy, 640_000, 900_000)
    plan = Plan(
        problem.root, tuple(assignments), measures, "cost", cost * MILLION,
        None if bound is None else round(cost * bound) * MILLION, kind,
        "optimal" if bound == 1 else "feasible", "auto", 0.8123,
    )  # fmt: skip
    block = Block(
        index + 1, _hex(name), _hex(f"before {name}"), _hex(f"e {name}"), "auto", numbers, _hex(f"t {name}"), 210_000
    )
    return Part(problem, plan, tuple(outcomes), block)


def _agreement(part: Part, order: Order, *, refused: bool) -> Agreement:
    """By member; the operator and the customer pay 4.00 each to whoever works first for order 1."""
    prices: dict[str, int] = {}
    job = next(job for job in part.problem.jobs if job.id == order.job)
    for operation in job.plans[0].operations:
        mode = operation.modes[0]
        owner = part.problem.owner[mode.machine].id
        prices[owner] = prices.get(owner, 0) + mode.cost
    outcome = next(one for one in part.outcomes if one.order == order.number)
    last = list(prices)[-1]
    prices[last] += outcome.cost - sum(prices.values())  # transport
    extra = 800 if order.number == 1 else 0
    members = tuple(
        Asked(
            member, ("O1",), price, extra if i == 0 else 0, extra // 2 if i == 0 else 0, 1, 2,
            ("declined: price" if i == 0 else "did not sign",) if refused else ("signed",),
            Change(700_000, 800_000 if extra and i == 0 else 700_000),
        )
        for i, (member, price) in enumerate(prices.items())
    )  # fmt: skip
    if refused:
        return Agreement(
            order.number, 15, 1, "declined", order.deposit, 0, 0, 0, 0, order.deposit, 0, 0,
            Change(600_000, 600_000), None, members,
        )  # fmt: skip
    paid = tuple(
        replace(
            one, ending="accepted", share=MILLION, rating=900_000, paid=one.price + one.compensation,
            paid_by_operator=one.subsidy, reputation=Change(500_000, 510_000),
        )
        for one in members
    )  # fmt: skip
    reward, fee = outcome.cost // 50, outcome.cost // 100
    escrow = outcome.cost + extra // 2 + reward + fee
    return Agreement(
        order.number, order.number, 1, "settled", order.deposit, max(0, escrow - order.deposit), extra // 2, reward,
        fee, max(0, order.deposit - escrow), 0, 0, Change(600_000, 590_000), Change(500_000, 520_000), paid,
    )  # fmt: skip


def _matches(orders: Iterable[Order], products: tuple[Product, ...], people: tuple[Member, ...]) -> Iterable[Match]:
    for order in orders:
        needed = products[order.product].required
        for member in people:
            offered = len(set(needed) & set(member.services))
            answer: Answer = "ACCEPT" if offered == len(needed) else "PARTIAL" if offered else "REJECT"
            yield Match(order.number, member.id, answer, len(needed), offered)


def _flows(parts: Iterable[Part], orders: Iterable[Order]) -> Iterable[Flow]:
    for order in orders:
        yield Flow(order.customer, HELD, f"deposit of order {order.number}", order.deposit, settled=True)
    for part in parts:
        owner, outcomes = part.problem.owner, {outcome.job: outcome for outcome in part.outcomes}
        for job in part.problem.jobs:
            paid: dict[str, int] = {}
            for operation in job.plans[0].operations:
                mode = operation.modes[0]
                paid[owner[mode.machine].id] = paid.get(owner[mode.machine].id, 0) + mode.cost
            for member, amount in paid.items():
                yield Flow(job.customer, member, "work", amount, settled=False)
            rest = outcomes[job.id].cost - sum(paid.values())
            if rest:
                yield Flow(job.customer, "transport", "transport", rest, settled=False)
