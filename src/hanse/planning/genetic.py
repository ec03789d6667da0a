"""The genetic algorithm of Radmanesh 2021 (Fig. 9), kept as a yardstick: never chosen by `auto`.

A chromosome has one gene per operation, all demands in a row; a gene is the machine that runs it. One generation, with
the symbols and the order of the paper's figure:

    1  sort by fitness, keep the best e · npop
    2  npop · pc times: two parents drawn uniformly, two-point crossover, keep both children
    3  npop · pm times: one drawn uniformly, two genes change places (*move*); a gene whose machine cannot run its
       operation is *repaired* by an eligible machine drawn anew
    4  elite, children and mutants are the next population, whose size stays only if e + 2·pc + pm = 1

Only elitism selects: parents are drawn without regard to fitness, as printed. The paper publishes no values; these are
the ones of our study of it (models.md, section 1). Cost alone counts: processing plus transport along precedence arcs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hanse.clock import SystemClock
from hanse.errors import InputError
from hanse.model.objective import Objective
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.result import Answer, Limits, Point, Progress
from hanse.units import MILLION

Genes = npt.NDArray[np.int16]
"""Machine numbers, shape (individuals, operations)."""

Money = npt.NDArray[np.int64]

CELLS = 50_000_000
"""Operations times machines of the largest cost table (400 MB)."""

MACHINES = 2**15
"""More would not fit a gene."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """npop: individuals, at least 2. elite, crossover, mutation: e, pc and pm of the paper, shares of npop that must
    keep its size (e + 2·pc + pm = 1 after rounding). generations: at least 1. Raises InputError for anything else."""

    npop: int = 100
    elite: float = 0.1
    crossover: float = 0.4
    mutation: float = 0.1
    generations: int = 300

    def __post_init__(self) -> None:
        for name, least in (("npop", 2), ("generations", 1)):
            if getattr(self, name) < least:
                raise InputError(f"{getattr(self, name)} is less than {least}", where=name)
        kept, pairs, mutants = self.counts
        if min(kept, pairs, mutants) < 0 or kept < 1 or kept + 2 * pairs + mutants != self.npop:
            raise InputError(
                f"{kept} kept + 2 · {pairs} crossed + {mutants} mutated are not {self.npop} individuals",
                where="elite, crossover, mutation",
                hint="choose shares with elite + 2 crossover + mutation = 1",
            )

    @property
    def counts(self) -> tuple[int, int, int]:
        """Individuals kept, pairs crossed, individuals mutated."""
        return round(self.elite * self.npop), round(self.crossover * self.npop), round(self.mutation * self.npop)


@dataclass(frozen=True, slots=True)
class Evolution:
    """assignments: of the best individual, each operation as early as it can. cost: its cost. random: mean cost of the
    first population, drawn at random. trajectory: best cost of the first population and after each generation."""

    assignments: tuple[Assignment, ...]
    cost: int
    random: int
    trajectory: tuple[int, ...]


class Landscape:
    """A problem as arrays. costs: (operations, machines), `forbidden` where a machine cannot run the operation. Genes
    of one individual cost costs[g, x[g]] each plus legs[x[a], x[b]] for every arc (a, b)."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.machines = list(problem.machines)
        number = {machine: i for i, machine in enumerate(self.machines)}
        site = np.array([problem.machine_site[machine] for machine in self.machines])
        self.operations = [(job, operation) for job in problem.jobs for operation in job.plans[0].operations]
        gene = {(job.id, operation.id): i for i, (job, operation) in enumerate(self.operations)}
        shape = (len(self.operations), len(self.machines))
        self.costs: Money = np.zeros(shape, dtype=np.int64)
        self.allowed = np.zeros(shape, dtype=np.bool_)
        for i, (_, operation) in enumerate(self.operations):
            places = [number[mode.machine] for mode in operation.modes]
            self.costs[i, places] = [mode.cost for mode in operation.modes]
            self.allowed[i, places] = True
        self.legs: Money | None = None
        arcs = [(gene[job.id, a], gene[job.id, b]) for job in problem.jobs for a, b in job.plans[0].arcs()]
        self.before, self.after = np.array(arcs, dtype=np.intp).reshape(-1, 2).T
        if problem.transport is not None:
            matrix = np.array(problem.transport.cost, dtype=np.int64)
            self.legs = matrix[np.ix_(site, site)]
            self._add_outer_legs(gene, matrix, site)
        self.choices = [np.flatnonzero(row).astype(np.int16) for row in self.allowed]

    def _add_outer_legs(self, gene: dict[tuple[str, str], int], matrix: Money, site: npt.NDArray[np.int64]) -> None:
        """The legs from a job's origin and to its destination depend on one gene each: they are costs of that gene."""
        index = self.problem.site_index
        for job in self.problem.jobs:
            plan = job.plans[0]
            if job.origin is not None:
                for operation in plan.first():
                    self.costs[gene[job.id, operation.id]] += matrix[index[job.origin], site]
            if job.destination is not None:
                for operation in plan.last():
                    self.costs[gene[job.id, operation.id]] += matrix[site, index[job.destination]]

    def cost(self, population: Genes) -> Money:
        """Cost of each individual."""
        total: Money = self.costs[np.arange(population.shape[1]), population].sum(axis=1)
        if self.legs is not None and len(self.before):
            total += self.legs[population[:, self.before], population[:, self.after]].sum(axis=1)
        return total

    def draw(self, count: int, chance: np.random.Generator) -> Genes:
        """Random individuals, every gene an eligible machine."""
        population = np.empty((count, len(self.operations)), dtype=np.int16)
        for gene, choices in enumerate(self.choices):
            population[:, gene] = choices[chance.integers(len(choices), size=count)]
        return population

    def repair(self, mutant: Genes, genes: npt.NDArray[np.intp], chance: np.random.Generator) -> None:
        """Give each of these genes an eligible machine drawn anew if it has none."""
        for gene in genes:
            if not self.allowed[gene, mutant[gene]]:
                mutant[gene] = chance.choice(self.choices[gene])

    def assignments(self, individual: Genes) -> tuple[Assignment, ...]:
        """The plan of one individual, every operation as soon as release, legs and predecessors allow."""
        problem, found = self.problem, dict[tuple[str, str], Assignment]()
        machine = {(job.id, o.id): self.machines[m] for (job, o), m in zip(self.operations, individual, strict=True)}
        for job in problem.jobs:
            for operation in job.plans[0].topological():
                name = machine[job.id, operation.id]
                site, start = problem.machine_site[name], job.release
                if not operation.after and job.origin is not None:
                    start += problem.transport_time(problem.site_index[job.origin], site)
                for earlier in operation.after:
                    at = found[job.id, earlier]
                    start = max(start, at.end + problem.transport_time(problem.machine_site[at.machine], site))
                duration = next(mode.duration for mode in operation.modes if mode.machine == name)
                found[job.id, operation.id] = Assignment(
                    job.id, job.plans[0].id, operation.id, name, start, start + duration
                )
        return tuple(found[job.id, operation.id] for job, operation in self.operations)


def evolve(
    problem: Problem,
    parameters: Parameters,
    chance: np.random.Generator,
    told: Callable[[int], bool] | None = None,
) -> Evolution:
    """Run the algorithm. The same problem, parameters and generator state give the same answer on every machine.

    told: hears the best cost of the first population and after each generation; if it returns False the search ends.
    Raises InputError for a problem `refusal` names a reason against.
    """
    reason = refusal(problem)
    if reason is not None:
        raise InputError(f"the genetic algorithm cannot take this problem: {reason}", where="problem")
    land = Landscape(problem)
    kept, pairs, mutants = parameters.counts
    population = land.draw(parameters.npop, chance)
    costs = land.cost(population)
    random_cost = int(costs.sum()) // parameters.npop
    trajectory = [int(costs.min())]
    going = told is None or told(trajectory[0])
    for _ in range(parameters.generations):
        if not going:
            break
        elite = np.argsort(costs, kind="stable")[:kept]
        children = _cross(population, pairs, chance)
        moved = _move(land, population, mutants, chance)
        fresh = np.concatenate([children, moved])
        population = np.concatenate([population[elite], fresh])
        costs = np.concatenate([costs[elite], land.cost(fresh)])
        trajectory.append(int(costs.min()))
        going = told is None or told(trajectory[-1])
    best = population[int(np.argmin(costs))]
    return Evolution(land.assignments(best), int(costs.min()), random_cost, tuple(trajectory))


def _cross(population: Genes, pairs: int, chance: np.random.Generator) -> Genes:
    """Two-point crossover: the children of each pair exchange the genes from one cut up to the other."""
    count, length = population.shape
    mothers, fathers = population[chance.integers(count, size=(2, pairs))]
    cuts = np.sort(chance.integers(length + 1, size=(pairs, 2)), axis=1)
    place = np.arange(length)
    inside = (cuts[:, :1] <= place) & (place < cuts[:, 1:])
    return np.concatenate([np.where(inside, fathers, mothers), np.where(inside, mothers, fathers)])


def _move(land: Landscape, population: Genes, mutants: int, chance: np.random.Generator) -> Genes:
    """Two genes of each drawn individual change places, and are repaired where that is not possible."""
    count, length = population.shape
    drawn = population[chance.integers(count, size=mutants)]
    for mutant, pair in zip(drawn, chance.integers(length, size=(mutants, 2)), strict=True):
        mutant[pair] = mutant[pair[::-1]]
        land.repair(mutant, pair, chance)
    return drawn


def refusal(problem: Problem) -> str | None:
    """Why the algorithm cannot take this problem, None if it can: it knows neither limits nor alternative plans."""
    if len(problem.machines) >= MACHINES or len(problem.machines) * problem.operation_count > CELLS:
        return f"{problem.operation_count} operations on {len(problem.machines)} machines are too many for it"
    for machine in problem.machines.values():
        if machine.capacity is not None or machine.budget is not None or machine.available is not None:
            return f'machine "{machine.id}" has a capacity, a budget or a calendar'
    for job in problem.jobs:
        if len(job.plans) > 1:
            return f'job "{job.id}" has alternative process plans'
        if job.budget is not None or job.min_quality is not None or job.single_workpiece:
            return f'job "{job.id}" has a budget, a least quality or a single workpiece'
    return None


@dataclass(frozen=True, slots=True)
class Genetic:
    """The engine: cost alone, no limits, one process plan per job. Ends after its generations or the time limit."""

    parameters: Parameters = Parameters()
    name: str = "genetic"

    def refuses(self, problem: Problem, objective: Objective) -> str | None:
        if {name for name, _ in objective.weights} != {"cost"}:
            return f"it minimises cost alone, the objective is {objective}"
        return refusal(problem)

    def solve(self, problem: Problem, objective: Objective, limits: Limits, progress: Progress) -> Answer:
        """The best individual found; no bound. One thread: `limits.threads` is not needed."""
        clock, points = SystemClock(), list[Point]()
        begun, scale = clock.elapsed(), objective.weight("cost") * MILLION

        def told(cost: int) -> bool:
            seconds = clock.elapsed() - begun
            if not points or cost * scale < (points[-1].value or 0):
                points.append(Point(seconds, cost * scale, None))
                progress(points[-1])
            return seconds < limits.time_limit

        found = evolve(problem, self.parameters, np.random.default_rng(limits.seed), told)
        return Answer(found.assignments, found.cost * scale, None, "none", tuple(points))


ENGINE = Genetic()
