"""The findings as a sheet, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import inf
from statistics import median, quantiles
from typing import Any

from hanse.app.reproduce.ramakurthi.published import Published
from hanse.app.reproduce.ramakurthi.runs import DEFAULT, HELPED, HYBRID, METHODS
from hanse.app.reproduce.ramakurthi.study import LONGER, OBJECTIVES, Match, Proof, Race, above
from hanse.app.reproduce.ramakurthi.verdict import Comparison, compare
from hanse.app.reproduce.sheet import Figure, Sheet, Table
from hanse.app.reproduce.svg import COLOURS, INK, LINE, QUIET, svg, text
from hanse.app.reproduce.verdict import Verdict

TITLE = "Ramakurthi 2022 reproduced"


@dataclass(frozen=True, slots=True)
class Findings:
    """All of it. seeds, evaluations: of every run of the practical scenarios; less: most seeds of methods no claim is
    about. machine: where it was measured."""

    given: Published
    matches: tuple[Match, ...]
    races: tuple[Race, ...]
    proofs: tuple[Proof, ...]
    verdicts: tuple[Verdict, ...]
    seeds: int
    less: int
    evaluations: int
    machine: str


def sheet(found: Findings) -> Sheet:
    """All of it as one sheet."""
    figures = [
        Figure(
            f"Hypervolume by scenario, {group}",
            f"ramakurthi2022-{group}.svg",
            boxes([race for race in found.races if race.group == group], f"Hypervolume, {group} scenarios"),
        )
        for group in dict.fromkeys(race.group for race in found.races)
    ]
    return Sheet(TITLE, about(found), found.verdicts, tables(found), tuple(figures))


def about(found: Findings) -> tuple[str, ...]:
    """What was done, in sentences."""
    return (
        "The paper publishes no times, plans or ratings of its scenarios. Ours are drawn from seeds: its sizes, its "
        "Table 7 ratings, three plans of three to five operations per job, one to three machines per operation, times "
        "6 to 25. Values compare in kind, not to the digit.",
        f"Objectives: {', '.join(OBJECTIVES)} (a mean over used machines). {found.seeds} seeds, {found.evaluations:,} "
        f"evaluations in each run (the paper: {found.given.population} × {found.given.generations:,}, of which it says "
        f"no more). NSGA-II and the moths alone have {found.less} seeds. Practical: the sizes of Table 11; "
        "experimental: those of Table 9 that can be read; public: flexible job shops with energy added.",
        "Every method decodes as many vectors and keeps its best in the same archive. NSGA-II and NSGA-III are pymoo's "
        "defaults on semi-active schedules; '+ climbing' gives NSGA-III the hybrid's decoder and local search, with "
        "the same share of the evaluations. 'Alone' is the spiral as corrected, without local search. "
        "Every plan was judged by the independent checker.",
        "Hypervolume: objectives scaled to 0 … 1 by the non-dominated union of all runs of an instance, reference "
        "point 1.1; a front wholly beyond that point has none, and 'from 0' is said of whoever has some. The best "
        f"known front is the union of all runs and of one of the hybrid with {LONGER} times the evaluations, which "
        "takes no part in the race. Wilcoxon's signed-rank test on pairs of the same seed and instance, two-sided, "
        "Holm's correction.",
        found.machine,
    )


def tables(found: Findings) -> tuple[Table, ...]:
    """Everything as tables."""
    made = [_matching(found.matches), _tests(found.races)]
    made += [
        _volumes(group, [race for race in found.races if race.group == group])
        for group in dict.fromkeys(race.group for race in found.races)
    ]
    made.append(_reached(found.races))
    made += [
        _indicators(group, [race for race in found.races if race.group == group])
        for group in dict.fromkeys(race.group for race in found.races)
    ]
    return (*made, _proofs(found.proofs), _printed(found))


def _matching(matches: Sequence[Match]) -> Table:
    rows = [(m.enterprise, m.answer, m.published, "yes" if m.answer == m.published else "no") for m in matches]
    return Table("Cases I to X on a chain", ("enterprise", "contract", "published", "same"), tuple(rows))


def _tests(races: Sequence[Race]) -> Table:
    rows = [
        (
            t.group, t.other, _gain(t.gain), f"{_gain(t.least)} … {_gain(t.most)}", f"{t.higher} of {t.instances}",
            f"{t.no_lower} of {t.instances}", f"{t.p:.2g}",
        )
        for t in compare(races)
    ]  # fmt: skip
    head = ("scenarios", "hybrid against", "median gain", "range", "higher", "no lower", "p (Holm)")
    return Table("The hybrid's hypervolume against the others", head, tuple(rows))


def _gain(percent: float) -> str:
    return "from 0" if percent == inf else f"{percent:+.1f} %"


def _volumes(group: str, races: Sequence[Race]) -> Table:
    methods = [method for method in METHODS if races[0].volumes(method)]
    rows = [
        (str(race.number or race.name), f"{race.jobs} × {race.machines}", *(f"{race.middle(m):.4f}" for m in methods))
        for race in races
    ]
    return Table(f"Median hypervolume, {group}", ("scenario", "jobs × machines", *methods), tuple(rows))


def _reached(races: Sequence[Race]) -> Table:
    """How far the best known front each method is, and what NSGA-III leaves to be gained at all."""
    rows = []
    for race in races:
        shares = [race.middle(method) / race.whole for method in (DEFAULT, HELPED, HYBRID)]
        most, gain = above(race.whole, race.middle(DEFAULT)), above(race.middle(HYBRID), race.middle(DEFAULT))
        rows.append(
            (str(race.number or race.name), f"{race.jobs} × {race.machines}", *(f"{share:.1%}" for share in shares),
             _gain(gain), _gain(most))
        )  # fmt: skip
    head = ("scenario", "jobs × machines", DEFAULT, HELPED, HYBRID, "gained over NSGA-III", "most there is to gain")
    return Table("Share of the best known front's hypervolume, medians", head, tuple(rows))


def _indicators(group: str, own: Sequence[Race]) -> Table:
    rows = []
    for method in METHODS:
        runs = [run.quality for race in own for run in race.runs if run.method == method]
        seconds = [run.seconds for race in own for run in race.runs if run.method == method]
        rows.append(
            (
                method, f"{median(q.igd_plus for q in runs):.4f}", f"{median(q.gd for q in runs):.4f}",
                f"{median(q.found for q in runs):.0f}", f"{median(q.ratio for q in runs):.2f}",
                f"{median(q.contribution for q in runs):.2f}",
                f"{median(race.covered(method, DEFAULT) for race in own):.2f}", f"{median(seconds):.2f}",
            )
        )  # fmt: skip
    head = ("method", "IGD+", "GD", "points", "ratio non-dominated", "contribution", "covers NSGA-III", "s")
    return Table(f"Indicators, medians over runs, {group}", head, tuple(rows))


def _proofs(proofs: Sequence[Proof]) -> Table:
    rows = [
        (
            str(p.number), f"{p.jobs} × {p.machines}", str(p.points), "yes" if p.complete else "no", f"{p.seconds:.2f}",
            f"{p.best[0]:g} / {p.hybrid[0]:g}", f"{p.best[1]:g} / {p.hybrid[1]:g}", f"{p.ratio:.2%}",
        )
        for p in proofs
    ]  # fmt: skip
    head = ("scenario", "jobs × machines", "points", "proved", "s", "makespan, exact / hybrid", "energy", "hypervolume")
    return Table("Sizes of Table 8: the whole front of makespan and energy", head, tuple(rows))


def _printed(found: Findings) -> Table:
    ours = {race.number: race for race in found.races if race.group == "practical"}
    rows = []
    for row in found.given.practical:
        race = ours.get(row.number)
        cells = ["", "", "", ""]
        if race is not None:
            cells = [
                f"{median(getattr(r, name) for r in race.runs if r.method == method):g}"
                for method in ("moth-flame hybrid", DEFAULT)
                for name in ("makespan", "energy")
            ]
        rows.append(
            (
                str(row.number), f"{row.jobs} × {row.machines}", f"{row.makespan:g}", f"{row.energy:g}",
                f"{row.rival_makespan:g}", f"{row.rival_energy:g}", *cells,
            )
        )  # fmt: skip
    head = (
        "scenario", "jobs × machines", "makespan, hybrid, printed", "energy", "NSGA-III, printed", "energy",
        "hybrid, ours: least makespan", "least energy", "NSGA-III, ours", "least energy",
    )  # fmt: skip
    return Table("Table 11 as printed, and ours on other instances of the same sizes (medians)", head, tuple(rows))


def boxes(races: Sequence[Race], title: str) -> str:
    """Box plots of hypervolumes by instance: quartiles, median, least and most over the seeds."""
    methods = [method for method in METHODS if races[0].volumes(method)]
    slot, left, top, foot, high = 14 * len(methods) + 16, 56, 64, 40, 360
    wide = left + slot * len(races) + 20
    wide = max(wide, 620)
    every = [v for race in races for m in methods for v in race.volumes(m)]
    low, most = min(every), max(every)
    low, most = low - 0.05 * (most - low or 1), most + 0.05 * (most - low or 1)

    def y(value: float) -> float:
        return high - foot - (high - foot - top) * (value - low) / (most - low)

    parts = [text(left, 20, title, 15, INK, weight=600)]
    for place, (method, colour) in enumerate(zip(methods, COLOURS, strict=False)):
        parts.append(text(left + 125 * place, 42, method, 11, colour, weight=600))
    for i in range(6):
        value = low + (most - low) * i / 5
        parts.append(f'<path d="M{left} {y(value):.1f}H{wide - 10}" stroke="{LINE}"/>')
        parts.append(text(left - 6, y(value) + 4, f"{value:.2f}", 11, QUIET, anchor="end"))
    for column, race in enumerate(races):
        for place, (method, colour) in enumerate(zip(methods, COLOURS, strict=False)):
            values = race.volumes(method)
            x = left + 10 + column * slot + 14 * place
            first, middle, third = quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
            parts.append(f'<path d="M{x + 5} {y(min(values)):.1f}V{y(max(values)):.1f}" stroke="{colour}"/>')
            box = max(1.0, y(first) - y(third))
            parts.append(
                f'<rect x="{x}" y="{y(third):.1f}" width="10" height="{box:.1f}" fill="{colour}" fill-opacity=".35" '
                f'stroke="{colour}"/>'
            )
            parts.append(f'<path d="M{x} {y(middle):.1f}h10" stroke="{INK}" stroke-width="1.5"/>')
        name = str(race.number) if race.number else race.name.split()[0]
        parts.append(text(left + 10 + column * slot + slot / 2 - 10, high - 18, name, 11, QUIET, anchor="middle"))
    return svg(wide, high, parts, title)


def as_json(found: Findings) -> dict[str, Any]:
    """The findings for programs; fronts are left out."""
    return {
        "paper": "ramakurthi2022",
        "about": list(about(found)),
        "seeds": found.seeds,
        "evaluations": found.evaluations,
        "matches": [asdict(match) for match in found.matches],
        "races": [_race(race) for race in found.races],
        "tests": [_test(test) for test in compare(found.races)],
        "proofs": [asdict(proof) for proof in found.proofs],
        "verdicts": [asdict(verdict) for verdict in found.verdicts],
    }


def _test(test: Comparison) -> dict[str, Any]:
    """A gain from nothing is null."""
    return {name: None if value == inf else value for name, value in asdict(test).items()}


def _race(race: Race) -> dict[str, Any]:
    own = {name: getattr(race, name) for name in ("group", "number", "name", "jobs", "machines", "evaluations")}
    runs = [
        {"method": r.method, "seed": r.seed, "seconds": round(r.seconds, 3), "makespan": r.makespan, "energy": r.energy,
         **asdict(r.quality)}
        for r in race.runs
    ]  # fmt: skip
    return own | {"runs": runs}
