"""A planner whose answer depends on its seed alone: ruin and recreate for so many steps, whatever the machine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hanse.model.plan import Assignment
from hanse.planning.preferences.question import Question
from hanse.planning.preferences.recreate import recreate
from hanse.planning.preferences.tables import assignments_of, keeps, tables_of

First = tuple[Question, tuple[Assignment, ...]]
"""A plan and the question it answers."""


def planned(question: Question, seed: tuple[int, ...], steps: int) -> tuple[Assignment, ...] | None:
    """A plan after so many steps for each operation; None if it breaks a limit. Raises InfeasibleError if some order
    has no way within its limits."""
    tables = tables_of(question)
    most = steps * len(tables.radix)
    found = recreate(tables, np.random.default_rng(seed), lambda _, done: done / most)
    if not keeps(tables, found.allocation, found.start):
        return None
    return assignments_of(question, found.allocation, found.start)


def peaceful(question: Question, seed: tuple[int, ...], steps: int) -> First | None:
    """A plan that no member refuses; if none is found, one for which members will have to be paid more."""
    for one in (question, replace(question, refusals=frozenset())):
        rows = planned(one, seed, steps)
        if rows is not None:
            return one, rows
    return None
