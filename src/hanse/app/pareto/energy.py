"""What of a plan's energy belongs to each order: its operations, and its transport where a rate is given.

What machines draw while they wait belongs to no order.
"""

from __future__ import annotations

from collections.abc import Sequence

from hanse.app.report.drawing import draw
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.pareto.objectives import Extras


def energy_of_orders(problem: Problem, assignments: Sequence[Assignment], extras: Extras) -> dict[str, int]:
    """Energy of every job of a checked plan, by its id, in the problem's unit."""
    names = [job.id for job in problem.jobs]
    found = dict.fromkeys(names, 0)
    drawing = draw(problem, assignments)
    for bar in drawing.bars:
        found[names[bar.job]] += bar.energy
    for leg in drawing.legs:
        found[names[leg.job]] += (leg.end - leg.start) * extras.transport_energy
    return found
