"""The compiled kernels against their plain twin: heads, tails, the order, what a move leads to."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.model.problem import Problem
from hanse.planning.jobshop.search.draft import reinsert, relink
from hanse.planning.jobshop.search.graph import arrival, fold, lift, put, remainder, unfold
from hanse.planning.jobshop.search.moves import (
    PRESENT,
    SEAT,
    TASK,
    VALUE,
    WAY,
    WINDOW,
    choose,
    critical_path,
    loosen,
    may_swap,
    span,
    swap_workpiece,
    through,
    tighten,
)
from hanse.planning.jobshop.search.schedule import copied, empty_schedule, empty_sketch
from hanse.planning.jobshop.search.walk import apply, begin, shake, walk
from tests.planning.jobshop.search import twin
from tests.planning.jobshop.search.shops import Case, case, is_feasible, shops

SEEDS = st.integers(0, 2**32)


def agrees(it: Case, makespan: int) -> None:
    """The schedule is whole, its numbers are the twin's, and the judge takes it."""
    assert twin.is_whole(it.plant, it.s)
    paths = twin.longest_paths(it.plant, it.s)
    assert {t: it.s.head[t] for t in paths.head} == paths.head
    assert {t: it.s.tail[t] for t in paths.tail} == paths.tail
    assert {t: it.s.near_head[t] for t in paths.head} == paths.head
    assert {t: it.s.near_tail[t] for t in paths.tail} == paths.tail
    assert makespan == paths.makespan
    assert is_feasible(it)


@settings(max_examples=60)
@given(shops(), SEEDS)
def test_a_dispatched_schedule_has_the_heads_and_tails_of_its_graph(problem: Problem, seed: int) -> None:
    it = case(problem, seed)
    agrees(it, it.makespan)
    assert it.makespan >= it.workload.bound


@settings(max_examples=60)
@given(shops(), SEEDS)
def test_a_sketch_unfolds_to_the_schedule_it_was_made_of(problem: Problem, seed: int) -> None:
    it = case(problem, seed)
    sketch, again = empty_sketch(it.plant), empty_schedule(it.plant)
    fold(it.s, sketch)
    assert unfold(it.plant, sketch, again) == it.makespan
    assert twin.sequences(it.plant, again) == twin.sequences(it.plant, it.s)
    agrees(it._replace(s=again), it.makespan)


@settings(max_examples=60)
@given(shops(), SEEDS)
def test_the_critical_path_is_as_long_as_the_makespan(problem: Problem, seed: int) -> None:
    it = case(problem, seed)
    path = it.m.path[: critical_path(it.plant, it.s, it.m, it.makespan)]
    assert len(path) > 0
    for task in path:
        assert it.s.head[task] + it.s.length[task] + it.s.tail[task] == it.makespan
    for a, b in itertools.pairwise(path):
        legs = it.s.head[b] - it.s.head[a] - it.s.length[a]
        assert legs >= 0
        assert it.s.place[a] < it.s.place[b]
    assert it.s.tail[path[-1]] == it.plant.rest[it.s.way[path[-1]]]


@settings(max_examples=60)
@given(shops(), SEEDS, st.data())
def test_without_a_task_near_heads_and_tails_are_those_of_the_rest(
    problem: Problem, seed: int, data: st.DataObject
) -> None:
    it = case(problem, seed)
    assert it.s.size[0] <= WINDOW  # so that the window hides nothing
    task = data.draw(st.sampled_from(twin.in_use(it.s)))
    way = int(it.s.way[task])
    seat = lift(it.plant, it.s, task)
    loosen(it.plant, it.s, task)
    paths = twin.longest_paths(it.plant, it.s, without=task)
    assert {t: it.s.near_head[t] for t in paths.head} == paths.head
    assert {t: it.s.near_tail[t] for t in paths.tail} == paths.tail
    tighten(it.s, task)
    put(it.plant, it.s, task, way, seat)
    agrees(it, it.makespan)


@settings(max_examples=100)
@given(shops(max_jobs=4, max_operations=4), SEEDS, st.data())
def test_every_seat_worth_trying_is_acyclic_and_its_estimate_exact(
    problem: Problem, seed: int, data: st.DataObject
) -> None:
    it = case(problem, seed)
    plant, s = it.plant, it.s
    task = data.draw(st.sampled_from(twin.in_use(s)))
    way = data.draw(st.integers(int(plant.ways[task]), int(plant.ways[task + 1]) - 1))
    machine, old = plant.machine[way], int(s.way[task])
    if plant.seats[machine + 1] == plant.seats[machine] or 0 in s.length[twin.in_use(s)]:
        return  # instants tie where longer operations cannot
    seat = lift(plant, s, task)
    loosen(plant, s, task)
    arrive, rest = arrival(plant, s, s.near_head, task, way), remainder(plant, s, s.near_tail, task, way)
    first, last = span(plant, s, machine, arrive, rest)
    assert 0 <= first <= last <= s.filled[machine]
    tried = data.draw(st.integers(first, last))
    value = through(plant, s, machine, tried, arrive, rest) + plant.duration[way]
    tighten(s, task)
    put(plant, s, task, old, seat)
    begin(s, it.m, it.makespan)
    it.m.move[TASK], it.m.move[WAY], it.m.move[SEAT] = task, way, tried
    assert apply(plant, s, it.m)
    agrees(it, int(it.m.totals[PRESENT]))
    assert it.m.totals[PRESENT] >= value
    if plant.duration[way] > 0 and not plant.moving:
        assert s.head[task] + s.length[task] + s.tail[task] == value


@settings(max_examples=60)
@given(shops(), SEEDS)
def test_the_chosen_move_keeps_its_promise_and_the_schedule_whole(problem: Problem, seed: int) -> None:
    it = case(problem, seed)
    begin(it.s, it.m, it.makespan)
    for _ in range(5):
        before = twin.sequences(it.plant, it.s)
        count = critical_path(it.plant, it.s, it.m, it.m.totals[PRESENT])
        if not choose(it.plant, it.s, it.m, count, 1.0, 1e300):
            return
        assert twin.sequences(it.plant, it.s) == before  # looking changes nothing
        assert it.m.move[VALUE] > 0 or 0 in it.s.length
        apply(it.plant, it.s, it.m)
        agrees(it, int(it.m.totals[PRESENT]))


@settings(max_examples=60)
@given(shops(), SEEDS, st.data())
def test_a_move_that_would_close_a_circle_is_refused_and_leaves_no_trace(
    problem: Problem, seed: int, data: st.DataObject
) -> None:
    it = case(problem, seed)
    plant, s = it.plant, it.s
    begin(s, it.m, it.makespan)
    task = data.draw(st.sampled_from(twin.in_use(s)))
    way = data.draw(st.integers(int(plant.ways[task]), int(plant.ways[task + 1]) - 1))
    others = list(twin.sequences(plant, s))[plant.machine[way]]
    room = len([t for t in others if t != task])
    if plant.seats[plant.machine[way] + 1] == plant.seats[plant.machine[way]]:
        return
    it.m.move[TASK], it.m.move[WAY], it.m.move[SEAT] = task, way, data.draw(st.integers(0, room))
    before = twin.sequences(plant, s)
    if not apply(plant, s, it.m):
        assert twin.sequences(plant, s) == before
    agrees(it, int(it.m.totals[PRESENT]))


@settings(max_examples=60)
@given(shops(max_operations=4), SEEDS)
def test_neighbours_on_a_workpiece_change_places_or_stay(problem: Problem, seed: int) -> None:
    it = case(problem, seed)
    begin(it.s, it.m, it.makespan)
    for task in twin.in_use(it.s):
        if it.plant.held[task] and may_swap(it.plant, it.s, task):
            other = int(it.s.next[task])
            it.m.move[TASK], it.m.move[WAY] = task, -1
            if apply(it.plant, it.s, it.m):
                assert it.s.next[other] == task
            else:
                assert it.s.next[task] == other
            agrees(it, int(it.m.totals[PRESENT]))


@settings(max_examples=40)
@given(shops(), SEEDS)
def test_a_walk_never_loses_its_best_and_ends_with_whole_schedules(problem: Problem, seed: int) -> None:
    it = case(problem, seed)
    begin(it.s, it.m, it.makespan)
    for weight in (0.0, 5.0):
        walk(it.plant, it.s, it.m, 40, 20, it.workload.bound, 1.0, weight, 1e300)
        agrees(it, int(it.m.totals[PRESENT]))
    best = empty_schedule(it.plant)
    makespan = unfold(it.plant, it.m.best, best)
    assert it.workload.bound <= makespan <= it.makespan
    agrees(it._replace(s=best), makespan)


@settings(max_examples=40)
@given(shops(), SEEDS)
def test_shaking_reinserting_and_relinking_make_whole_schedules(problem: Problem, seed: int) -> None:
    it = case(problem, seed)
    plant, s, m = it.plant, it.s, it.m
    here, there = empty_sketch(plant), empty_sketch(plant)
    fold(s, here)
    begin(s, m, it.makespan)
    shake(plant, s, m, 5, 1e300)
    agrees(it, int(m.totals[PRESENT]))
    for job in range(len(s.line)):
        lines = int(plant.lines[job + 1] - plant.lines[job])
        agrees(it, int(reinsert(plant, s, m, job, seed % lines, 1.0)))
        assert s.line[job] == seed % lines
    fold(s, there)
    for share in (0.0, 0.3, 1.0):
        agrees(it, int(relink(plant, s, m, copied(here), copied(there), share, empty_sketch(plant))))
        if share == 1.0:
            assert list(s.way) == list(there.way)


def test_swapping_twice_is_nothing() -> None:
    from tests.model.build import job, machine, operation
    from tests.model.build import shops as made

    three = [operation(f"O{i}", (f"M{i}", 2)) for i in range(3)]
    it = case(made(*[machine(f"M{i}") for i in range(3)], jobs=[job("J", *three, single_workpiece=True)]))
    first = next(t for t in range(3) if it.s.back[t] < 0)
    chain = [first, int(it.s.next[first]), int(it.s.next[it.s.next[first]])]
    swap_workpiece(it.s, chain[0])
    assert [int(it.s.next[t]) for t in (chain[1], chain[0], chain[2])] == [chain[0], chain[2], -1]
    swap_workpiece(it.s, chain[1])
    assert [int(it.s.next[t]) for t in chain] == [chain[1], chain[2], -1]
