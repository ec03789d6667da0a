"""A bound anyone can recompute in milliseconds, for questions too large to prove.

Utility splits into a term of the choice and a term of time. The choice is bounded job by job. Time is bounded by
congestion: whatever the schedule, when the k-th of n jobs is complete, k jobs have passed the service, whose machines
together have by then worked off at least the k shortest of their operations on it, after the least head any of them
has and before the least tail. So the k-th completion is at least

    head + (k shortest durations) / machines + tail       and at least the k-th shortest job alone

and terms of time fall with completion. Jobs are grouped by how they weigh time, so that within a group every order of
completions is worth the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from hanse.planning.preferences.choices import chain
from hanse.planning.preferences.question import Question


def upper_bound(question: Question) -> int:
    """Millionths that no plan's sum of utilities exceeds."""
    alone, worth = [], []
    for job, choices in zip(question.problem.jobs, question.choices, strict=True):
        duration, worths = choices.duration[choices.keeps], choices.worth[choices.keeps]
        by_duration = {int(d): int(worths[duration == d].max()) for d in np.unique(duration)}
        alone.append(max(most + question.consumers[job.id].time_term(d) for d, most in by_duration.items()))
        worth.append(max(by_duration.values()))
    groups: dict[object, list[int]] = defaultdict(list)
    for number, job in enumerate(question.problem.jobs):
        consumer = question.consumers[job.id]
        groups[consumer.time_decay, consumer.weights].append(number)
    congested = sum(worth) + sum(_time(question, group) for group in groups.values())
    return min(sum(alone), congested)


def _time(question: Question, group: Sequence[int]) -> int:
    """Most the terms of time of these jobs, who weigh time alike, can sum to: the least over the services."""
    consumer = question.consumers[question.problem.jobs[group[0]].id]
    shortest = {n: int(choices.duration[choices.keeps].min()) for n in group for choices in (question.choices[n],)}
    best = sum(consumer.time_term(duration) for duration in shortest.values())
    for service in sorted({o.service for n in group for o in chain(question.problem.jobs[n])}):
        stage = {n: found for n in group if (found := _stage(question, n, service)) is not None}
        machines = {
            mode.machine
            for n in stage
            for operation in chain(question.problem.jobs[n])
            if operation.service == service
            for mode in operation.modes
        }
        head, tail = min(h for h, _, _ in stage.values()), min(t for _, _, t in stage.values())
        works, singles = sorted(p for _, p, _ in stage.values()), sorted(shortest[n] for n in stage)
        passed, total = 0, sum(consumer.time_term(shortest[n]) for n in group if n not in stage)
        for work, single in zip(works, singles, strict=True):
            passed += work
            total += consumer.time_term(max(single, head + tail + -(-passed // len(machines))))
        best = min(best, total)
    return best


def _stage(question: Question, number: int, service: str) -> tuple[int, int, int] | None:
    """Least time of a job before, on and after a service; None if it does not need it."""
    operations = chain(question.problem.jobs[number])
    least = [min(mode.duration for mode in operation.modes) for operation in operations]
    places = [i for i, operation in enumerate(operations) if operation.service == service]
    if not places:
        return None
    return sum(least[: places[0]]), sum(least[i] for i in places), sum(least[places[-1] + 1 :])
