"""How good fronts are, by the standard indicators (models.md, section 6). Rows are points, all objectives minimised.

Hypervolume, IGD+ (Ishibuchi et al. 2015, EMO) and GD come from pymoo; coverage, spread, the ratio of non-dominated
individuals and the contribution are counted here. Everything is measured on objectives scaled to 0 (ideal) … 1 (nadir)
of the reference front, the non-dominated union of all fronts compared; the reference point of the hypervolume is 1.1 in
every objective, and what lies beyond it counts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hanse.errors import EnvironmentFault
from hanse.planning.pareto.arrays import Floats

REFERENCE = 1.1
"""Every coordinate of the reference point, after scaling."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What 0 and 1 of each objective are. An objective that is the same everywhere stays 0."""

    ideal: Floats
    nadir: Floats

    def __call__(self, front: Floats) -> Floats:
        span = self.nadir - self.ideal
        return np.asarray((front - self.ideal) / np.where(span > 0, span, 1.0))


@dataclass(frozen=True, slots=True)
class Quality:
    """One front beside the reference front. found: points; surviving: of them not dominated by the reference front;
    ratio: surviving ÷ found; contribution: share of the reference front it found; spread: None unless there are two
    objectives and two points."""

    hypervolume: float
    igd_plus: float
    gd: float
    found: int
    surviving: int
    ratio: float
    contribution: float
    spread: float | None


def non_dominated(points: Floats) -> Floats:
    """The rows no other row dominates, each once, in lexicographic order."""
    rows = np.unique(points, axis=0)
    keep = [not np.any(np.all(rows <= row, axis=1) & np.any(rows < row, axis=1)) for row in rows]
    return np.asarray(rows[np.array(keep, dtype=np.bool_)])


def reference(fronts: Sequence[Floats]) -> tuple[Floats, Scale]:
    """The non-dominated union of fronts, and the scale it gives."""
    union = non_dominated(np.concatenate(list(fronts)))
    return union, Scale(union.min(axis=0), union.max(axis=0))


def hypervolume(front: Floats, scale: Scale) -> float:
    """Volume between the front and the reference point, scaled. Raises EnvironmentFault without pymoo."""
    try:
        from pymoo.indicators.hv import HV
    except ImportError as missing:
        raise _without(missing) from missing
    return float(HV(ref_point=np.full(front.shape[1], REFERENCE))(scale(front)))


def quality(front: Floats, union: Floats, scale: Scale) -> Quality:
    """All indicators of one front against the reference front. Raises EnvironmentFault without pymoo."""
    try:
        from pymoo.indicators.gd import GD
        from pymoo.indicators.igd_plus import IGDPlus
    except ImportError as missing:
        raise _without(missing) from missing
    own, ideal = scale(front), scale(union)
    members = {tuple(row) for row in union.tolist()}
    surviving = sum(tuple(row) in members for row in front.tolist())
    return Quality(
        hypervolume=hypervolume(front, scale),
        igd_plus=float(IGDPlus(ideal)(own)),
        gd=float(GD(ideal)(own)),
        found=len(front),
        surviving=surviving,
        ratio=surviving / len(front),
        contribution=surviving / len(union),
        spread=spread(own, ideal),
    )


def coverage(front: Floats, other: Floats) -> float:
    """C(front, other): share of the other front that a point of this one dominates or equals. Not symmetric."""
    return float(np.mean([bool(np.any(np.all(front <= row, axis=1))) for row in other]))


def spread(front: Floats, union: Floats) -> float | None:
    """Δ (Deb et al. 2002): unevenness of the gaps between neighbours and the distance to the ends of the reference
    front; 0 is best. Two objectives only."""
    if front.shape[1] != 2 or len(front) < 2:
        return None
    rows = front[np.lexsort(front.T[::-1])]
    gaps = np.linalg.norm(np.diff(rows, axis=0), axis=1)
    ends = union[np.lexsort(union.T[::-1])]
    first, last = np.linalg.norm(rows[0] - ends[0]), np.linalg.norm(rows[-1] - ends[-1])
    whole = first + last + gaps.sum()
    return float((first + last + np.abs(gaps - gaps.mean()).sum()) / whole) if whole > 0 else 0.0


def _without(missing: ImportError) -> EnvironmentFault:
    return EnvironmentFault(
        f"pymoo cannot be imported: {missing}", where="indicators", hint="pip install 'hanse[pareto]'"
    )
