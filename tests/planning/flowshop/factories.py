"""Small distributed permutation flow shops, and the best plan by trying all of them."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
from hypothesis import strategies as st

from hanse.instances import dpfsp
from hanse.model.problem import Problem
from hanse.planning.flowshop.factories import Durations, durations, makespan


def problem_of(rows: list[list[int]], factories: int, *, permutation: bool = True) -> Problem:
    """Identical factories; rows[job][machine]."""
    lines = [f"{len(rows)} {len(rows[0])} {factories}", *(" ".join(map(str, row)) for row in rows)]
    return dpfsp.read_problem("\n".join(lines).encode(), permutation=permutation)


@st.composite
def factories(draw: st.DrawFn) -> Problem:
    """At most five jobs on three machines in two factories; instants are common."""
    machines = draw(st.integers(1, 3))
    row = st.lists(st.integers(0, 9), min_size=machines, max_size=machines)
    return problem_of(draw(st.lists(row, min_size=1, max_size=5)), draw(st.integers(1, 2)))


def best(problem: Problem) -> int:
    """The least makespan of any split and order."""
    p: Durations = durations(problem)
    least = int(np.iinfo(np.int64).max)
    jobs = range(p.shape[1])
    for order in permutations(jobs):
        for split in product(range(p.shape[0]), repeat=p.shape[1]):
            least = min(least, makespan(p, [[j for j in order if split[j] == f] for f in range(p.shape[0])]))
    return least
