"""The figures: per family and solver, from the runs alone. Gaps are ratios: 0.01 is one percent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

from hanse.app.bench.families import Known
from hanse.app.bench.runs import Run

ALL = "all"
"""The row of all families together."""

Best = Mapping[tuple[str, str], Known]
"""Best known values by family and instance."""


@dataclass(frozen=True, slots=True)
class Row:
    """One solver on one family. None: nothing to say.

    runs: instances it could state; missing: of those, without an answer. proved: optima. mean_gap, max_gap: value to
    the best known one, over answers; better: answers below it. bound_gap: mean of (value - bound) ÷ value. first:
    median seconds to the first plan; slowest: the longest of them. peak: most memory in MiB. startup: median seconds
    before the solver began. reach: for each peer, the median over instances of the time that peer took ÷ the time this
    solver needed for a plan as good (0 where it never had one); a peer that its limit stopped took all of it.
    """

    family: str
    solver: str
    runs: int
    missing: int
    proved: int
    mean_gap: float | None
    max_gap: float | None
    better: int
    bound_gap: float | None
    first: float | None
    slowest: float | None
    peak: int
    startup: float | None
    reach: Mapping[str, float]


def gap(run: Run, best: Best) -> float | None:
    """How far above the best known makespan, None without an answer or without such a value."""
    upper = best.get((run.key.family, run.key.instance), Known()).upper
    return None if run.value is None or not upper else run.value / upper - 1


def contradicts(run: Run, known: Known) -> str:
    """What the run and the best known values cannot both be right about; empty if nothing."""
    if run.bound is not None and known.upper is not None and run.bound > known.upper:
        return f"bound {run.bound} is above the best known {known.upper}"
    if run.value is not None and known.lower is not None and run.value < known.lower:
        return f"value {run.value} is below the known bound {known.lower}"
    return ""


def rows(runs: Sequence[Run], best: Best) -> list[Row]:
    """A row for each family and solver, then those of all families if there are several."""
    families = list(dict.fromkeys(run.key.family for run in runs))
    solvers = list(dict.fromkeys(run.key.solver for run in runs))
    groups = [(family, [run for run in runs if run.key.family == family]) for family in families]
    if len(groups) > 1:
        groups.append((ALL, list(runs)))
    return [row for name, group in groups for solver in solvers if (row := _row(name, solver, group, best)) is not None]


def reach(run: Run, peer: Run) -> float | None:
    """The time a peer took ÷ the time the run needed for a plan as good; None where the peer has none."""
    if peer.value is None:
        return None
    needed = next((s for s, value, _ in run.trajectory if value is not None and value <= peer.value), None)
    return 0.0 if needed is None else peer.seconds / max(needed, 1e-3)


def _row(family: str, solver: str, runs: list[Run], best: Best) -> Row | None:
    own = [run for run in runs if run.key.solver == solver and not run.declined]
    if not own:
        return None
    gaps = [value for run in own if (value := gap(run, best)) is not None]
    bounds = [(run.value - run.bound) / run.value for run in own if run.value and run.bound is not None]
    firsts = [run.first for run in own if run.first is not None]
    by_place = {(run.key.family, run.key.instance): run for run in own}
    ratios: dict[str, list[float]] = {}
    for peer in runs:
        mine = by_place.get((peer.key.family, peer.key.instance))
        if peer.key.solver != solver and mine is not None and (ratio := reach(mine, peer)) is not None:
            ratios.setdefault(peer.key.solver, []).append(ratio)
    return Row(
        family=family,
        solver=solver,
        runs=len(own),
        missing=sum(run.value is None for run in own),
        proved=sum(run.proved for run in own),
        mean_gap=mean(gaps) if gaps else None,
        max_gap=max(gaps, default=None),
        better=sum(value < 0 for value in gaps),
        bound_gap=mean(bounds) if bounds else None,
        first=median(firsts) if firsts else None,
        slowest=max(firsts, default=None),
        peak=max(run.peak for run in own),
        startup=median(run.startup for run in own),
        reach={name: median(its) for name, its in ratios.items()},
    )


# --- over time --------------------------------------------------------------------------------------------------

CEILING = 1.0
"""A gap counts as at most this: the mean must be finite also where there is no plan yet."""


def moments(limit: float, count: int = 120) -> list[float]:
    """Moments from a hundredth of a second to the limit, evenly spaced to the eye of a logarithmic axis."""
    low = min(0.01, limit / 2)
    return [low * math.exp(i / (count - 1) * math.log(limit / low)) for i in range(count)]


def mean_gap_at(runs: Sequence[Run], best: Best, seconds: float) -> float | None:
    """Mean gap of the plans known at a moment, at most `CEILING` each; None if no instance has a best known value."""
    gaps = []
    for run in runs:
        upper = best.get((run.key.family, run.key.instance), Known()).upper
        if upper and not run.declined:
            value = None
            for at, known, _ in run.trajectory:
                value = known if at <= seconds else value
            gaps.append(CEILING if value is None or run.value is None else min(CEILING, value / upper - 1))
    return mean(gaps) if gaps else None
