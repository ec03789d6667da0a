"""One complete schedule as arrays, on which the kernels work in place, and the sketch that is kept of good ones.

The schedule is a graph (the disjunctive graph of Roy and Sussmann 1964): a task waits for those before it in its job,
for its left neighbour on the machine and, where a single workpiece asks for it, for the one that holds the workpiece
before it. `order` lists the tasks in use so that each comes after all it waits for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.planning.jobshop.search.plant import Flags, Ints, Plant

Floats = npt.NDArray[np.float64]


class Schedule(NamedTuple):
    """line [jobs]: the line each job follows. By task: way (-1: not in use), length (duration of the way), left and
    right neighbour on the machine, back and next on the workpiece (-1: none), head (start) and tail (least time from
    its end to the end of all). seat: the tasks of each machine in sequence, from `Plant.seats`; filled [machines]: how
    many. order [tasks], place [tasks]: position in it; size [1]: how many are in use. near_head, near_tail: equal to
    head and tail but while a task is out. mark, row: scratch [tasks].
    """

    line: Ints
    way: Ints
    length: Ints
    left: Ints
    right: Ints
    back: Ints
    next: Ints
    head: Ints
    tail: Ints
    seat: Ints
    filled: Ints
    order: Ints
    place: Ints
    size: Ints
    near_head: Ints
    near_tail: Ints
    mark: Flags
    row: Ints


class Sketch(NamedTuple):
    """All of a schedule that has to be kept: line [jobs], way [tasks] (-1: not in use), place [tasks] in a topological
    order of its graph, from which the sequences of machines and workpieces follow."""

    line: Ints
    way: Ints
    place: Ints


def empty_schedule(plant: Plant) -> Schedule:
    """A schedule with nothing in it."""
    tasks, machines = len(plant.job), len(plant.seats) - 1

    def none() -> Ints:
        return np.full(tasks, -1, dtype=np.int64)

    def zero(count: int = tasks) -> Ints:
        return np.zeros(count, dtype=np.int64)

    return Schedule(
        line=zero(len(plant.lines) - 1),
        way=none(),
        length=zero(),
        left=none(),
        right=none(),
        back=none(),
        next=none(),
        head=zero(),
        tail=zero(),
        seat=zero(int(plant.seats[-1])),
        filled=zero(machines),
        order=zero(),
        place=zero(),
        size=zero(1),
        near_head=zero(),
        near_tail=zero(),
        mark=np.zeros(tasks, dtype=np.bool_),
        row=zero(),
    )


def empty_sketch(plant: Plant) -> Sketch:
    tasks = len(plant.job)
    return Sketch(
        np.zeros(len(plant.lines) - 1, dtype=np.int64),
        np.full(tasks, -1, dtype=np.int64),
        np.zeros(tasks, dtype=np.int64),
    )


def copied(sketch: Sketch) -> Sketch:
    return Sketch(sketch.line.copy(), sketch.way.copy(), sketch.place.copy())
