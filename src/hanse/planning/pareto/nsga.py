"""NSGA-II (Deb et al. 2002) and NSGA-III (Deb, Jain 2014, IEEE Transactions on Evolutionary Computation 18) by pymoo
(Blank, Deb 2020, IEEE Access 8), on our vectors, decoder and archive. Operators and parameters are pymoo's defaults.

pymoo is not needed for anything else, so it is installed only where asked for: `pip install 'hanse[pareto]'`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from hanse.errors import EnvironmentFault
from hanse.planning.pareto.arrays import Floats
from hanse.planning.pareto.space import Chance, Scores, Space

if TYPE_CHECKING:
    from pymoo.core.population import Population

POPULATION = 100
PARTITIONS = {2: 99, 3: 12, 4: 7}
"""Reference directions by Das and Dennis, by number of objectives: 100, 91 and 120 of them; 5 partitions beyond."""


class Nsga:
    """pymoo's NSGA-II or NSGA-III as a method. Raises EnvironmentFault if pymoo is not installed."""

    def __init__(self, kind: Literal["nsga2", "nsga3"], space: Space, chance: Chance) -> None:
        try:
            from pymoo.algorithms.moo.nsga2 import NSGA2
            from pymoo.algorithms.moo.nsga3 import NSGA3
            from pymoo.core.population import Population
            from pymoo.core.problem import Problem
            from pymoo.util.ref_dirs import get_reference_directions
        except ImportError as missing:
            raise EnvironmentFault(
                f"pymoo cannot be imported: {missing}", where=f"method {kind}", hint="pip install 'hanse[pareto]'"
            ) from missing
        self._population_class = Population
        objectives = len(space.objectives)
        problem = Problem(n_var=space.size, n_obj=objectives, n_ieq_constr=1, xl=0.0, xu=1.0)
        if kind == "nsga2":
            algorithm: Any = NSGA2(pop_size=POPULATION)
        else:
            directions = get_reference_directions("das-dennis", objectives, n_partitions=PARTITIONS.get(objectives, 5))
            algorithm = NSGA3(ref_dirs=directions, pop_size=max(POPULATION, len(directions)))
        algorithm.setup(problem, termination=("n_gen", 2**31), seed=int(chance.integers(2**31)), verbose=False)
        self._algorithm = algorithm
        self._asked: Population | None = None
        self._received: list[Population] = []

    def propose(self, progress: float) -> Floats:
        del progress
        self._asked = self._algorithm.ask()
        return np.asarray(self._asked.get("X"), dtype=np.float64)

    def absorb(self, vectors: Floats, scores: Scores) -> None:
        told = self._population(vectors, scores)
        for other in self._received:
            told = self._population_class.merge(told, other)
        self._received.clear()
        self._algorithm.tell(infills=told)

    def receive(self, vectors: Floats, scores: Scores) -> None:
        """They join the population with the next generation."""
        self._received.append(self._population(vectors, scores))

    def _population(self, vectors: Floats, scores: Scores) -> Population:
        made = self._population_class.new("X", np.array(vectors))
        made.set("F", np.array(scores.values))
        made.set("G", np.array(scores.broken)[:, None])
        for individual in made:
            individual.evaluated.update(("F", "G"))
        return made
