"""Small questions under preferences, and the plainest ways to answer them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import permutations, product

from hypothesis import strategies as st

from hanse.errors import InfeasibleError
from hanse.model.plan import Assignment
from hanse.model.problem import Job, Problem
from hanse.planning.preferences import Consumer, Member, Provider, Question, ask
from hanse.planning.preferences.judge import judge
from hanse.planning.preferences.member import Work
from tests.model.build import job, machine, operation, shops

DECAYS = st.sampled_from([Decimal("0.00001"), Decimal("0.001"), Decimal("0.1"), Decimal("0.35")])

WEIGHTS = st.sampled_from([(1, 1, 1), (3, 1, 2), (0, 1, 1), (1, 2, 0)])


def provider(**changes: object) -> Provider:
    """One like those of the case: money in cents."""
    given: dict[str, object] = {
        "cost_rate": 3006, "arrival": Decimal("0.5"), "discount": Decimal("0.61"), "threshold": 820_000,
        "cost_decay": Decimal("0.00001"), "time_decay": Decimal("0.1"),
    }  # fmt: skip
    return Provider(**(given | changes))  # type: ignore[arg-type]


@st.composite
def providers(draw: st.DrawFn) -> Provider:
    return provider(
        cost_rate=draw(st.integers(0, 6000)),
        arrival=Decimal(draw(st.integers(0, 20))) / 10,
        discount=Decimal(draw(st.integers(0, 20))) / 10,
        threshold=draw(st.integers(0, 10)) * 100_000,
        cost_decay=draw(st.sampled_from([Decimal("0.00001"), Decimal("0.0001")])),
        time_decay=draw(DECAYS),
        weights=draw(WEIGHTS),
    )


works = st.builds(
    Work,
    job=st.integers(1, 99).map(lambda n: f"J{n}"),
    operation=st.just("O"),
    machine=st.just("M"),
    service=st.sampled_from(["print", "scan"]),
    duration=st.integers(1, 12),
    reputation=st.integers(0, 10).map(lambda n: n * 100_000),
    compensation=st.just(0),
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Question, dict[str, Member]]:
    """Two or three jobs of one or two operations on three machines; some cannot be planned at all."""
    names = ["M1", "M2", "M3"]
    jobs: list[Job] = []
    for number in range(draw(st.integers(2, 3))):
        operations = []
        for place in range(draw(st.integers(1, 2))):
            chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
            modes = [
                (m, draw(st.integers(1, 4)), draw(st.integers(0, 9)) * 500, 0, draw(st.integers(5, 10)) * 100_000)
                for m in chosen
            ]
            operations.append(operation(f"O{place}", *modes, after=[f"O{place - 1}"] if place else []))
        jobs.append(
            job(
                f"J{number}",
                *operations,
                due=draw(st.integers(5, 20)),
                budget=draw(st.sampled_from([None, 6000, 9000])),
                min_quality=draw(st.sampled_from([None, 700_000])),
            )
        )
    problem = shops(*map(machine, names), jobs=jobs)
    consumers = {
        j.id: Consumer(draw(st.sampled_from([Decimal("0.0001"), Decimal("0.00001")])), draw(DECAYS), draw(WEIGHTS))
        for j in jobs
    }
    members = {name: Member(name, draw(providers())) for name in names}
    reputations = {j.id: draw(st.integers(3, 10)) * 100_000 for j in jobs}
    return ask(problem, consumers, reputations, members), members


def schedule(problem: Problem, sequence: Sequence[int], machines: Mapping[tuple[int, int], str]) -> list[Assignment]:
    """The decoder's plain twin: operations in sequence, each in the first gap of its machine that takes it."""
    busy: dict[str, list[tuple[int, int]]] = {}
    done, ready, found = [0] * len(problem.jobs), [0] * len(problem.jobs), []
    for j in sequence:
        job, n = problem.jobs[j], done[j]
        operation = job.plans[0].operations[n]
        name = machines[j, n]
        duration = next(m.duration for m in operation.modes if m.machine == name)
        taken = busy.setdefault(name, [])
        begin = next(
            t for t in range(ready[j], 10**6) if all(t + duration <= start or end <= t for start, end in taken)
        )
        taken.append((begin, begin + duration))
        done[j], ready[j] = n + 1, begin + duration
        found.append(Assignment(job.id, "A", operation.id, name, begin, begin + duration))
    return found


def all_plans(problem: Problem) -> Iterator[list[Assignment]]:
    """Every active schedule of every choice of providers (some more than once)."""
    mentions = [j for j, job in enumerate(problem.jobs) for _ in job.plans[0].operations]
    places = [(j, n) for j, job in enumerate(problem.jobs) for n in range(len(job.plans[0].operations))]
    modes = [[m.machine for m in problem.jobs[j].plans[0].operations[n].modes] for j, n in places]
    for sequence in set(permutations(mentions)):
        for picked in product(*modes):
            yield schedule(problem, sequence, dict(zip(places, picked, strict=True)))


def plannable(question: Question) -> bool:
    """Whether every job, alone, has a choice of providers that keeps its limits."""
    try:
        return bool(question.choices)
    except InfeasibleError:
        return False


def best_value(question: Question, members: Mapping[str, Member]) -> int | None:
    """The exhaustive twin: the value of the best plan the judge finds valid, None if there is none."""
    values: list[int] = []
    if not plannable(question):
        return None
    for assignments in all_plans(question.problem):
        judgement = judge(question, assignments, members)
        if judgement.valid:
            values.append(judgement.value)
    return max(values, default=None)
