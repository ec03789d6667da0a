"""The best variant of a study as a proposal: which parameters, from what to what, on which evidence.

Best is the variant whose interval, over all scenarios, promises the most by the measure asked for, at its worse end. As
the best of several looks better than it is, each interval is wider by their number (Bonferroni). A proposal tells what
gets worse, too; whoever votes shall read it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hanse.app.lab.comparing import ALL, LEVEL, MEASURES, Line, lines
from hanse.app.lab.season import Season
from hanse.errors import EvidenceError, InputError
from hanse.lab.fork import Fork
from hanse.lab.study import BASE, Run, Study

FORMAT = "hanse-proposal/1"


def proposal(study: Study, runs: Mapping[Run, Season | None], fork: Fork, by: str, evidence: str) -> dict[str, Any]:
    """evidence: content hash of the findings. Raises InputError for a measure there is not or a study that is not
    finished, EvidenceError if no variant is surely better."""
    if by not in {measure.name for measure in MEASURES}:
        known = ", ".join(measure.name for measure in MEASURES)
        raise InputError(f'"{by}" is no measure', where="--by", hint=f"use one of: {known}")
    missing = len(study) - len(runs)
    if missing:
        raise InputError(f"{missing} runs are missing", where=study.name, hint="run the study to its end first")
    level = 1 - (1 - LEVEL) / max(1, len(study.variants) - 1)
    whole = [line for line in lines(study, runs, level) if line.scenario == ALL]
    better = [line for line in whole if line.measure.name == by and line.good > 0]
    if not better:
        raise EvidenceError(
            f"no variant is surely better than the present rules by {by}",
            where=study.name,
            hint="more seeds, or other variants; nothing is proposed without evidence",
        )
    best = max(better, key=_promised)
    return {
        "format": FORMAT,
        "title": f"{best.variant}: {study.name}",
        "league": fork.league,
        "chain": fork.chain,
        "parameters": [
            {"name": name, "old": old, "new": new}
            for name, (old, new) in study.variants[BASE].differs(study.variants[best.variant]).items()
        ],
        "evidence": evidence,
        "confidence": level,
        "expected": [_expected(line) for line in whole if line.variant == best.variant],
    }


def _promised(line: Line) -> float:
    """The worse end of the interval, counted so that more is better."""
    one = line.difference
    end = one.low if line.measure.better > 0 else one.high
    assert end is not None
    return line.measure.better * end


def _expected(line: Line) -> dict[str, Any]:
    one = line.difference
    return {
        "measure": line.measure.name, "unit": line.measure.words, "effect": one.mean, "low": one.low, "high": one.high,
        "pairs": one.pairs, "judged": {1: "better", -1: "worse", 0: "unsure"}[line.good],
    }  # fmt: skip
