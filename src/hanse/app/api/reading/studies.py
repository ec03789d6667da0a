"""Studies."""

from __future__ import annotations

from hanse.app.api import shapes
from hanse.app.api.studies import Study
from hanse.units import MILLION


def study(one: Study) -> shapes.StudyNow:
    told = one.failure
    return shapes.StudyNow(
        id=one.id,
        what=one.what,
        name=one.name,
        objective=one.objective,
        seconds=one.limit,
        took=round(one.seconds, 3),
        state=one.state,
        share=round(one.share * MILLION),
        points=[shapes.StudyPoint(seconds=s, value=value, bound=bound) for s, value, bound in one.points],
        reason=" – ".join(filter(None, (told.get("where", ""), told.get("message", "")))),
        hint=told.get("hint", ""),
        results=list(one.results),
    )
