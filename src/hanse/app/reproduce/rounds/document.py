"""The findings of the study of rounds: tables, one figure, and JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from hanse.app.reproduce.rounds.arrivals import CHANGED, Arrivals, Course
from hanse.app.reproduce.rounds.contest import MARGIN, STRONG, Central, Comparison, Contest
from hanse.app.reproduce.rounds.verdict import won
from hanse.app.reproduce.sheet import Figure, Sheet, Table
from hanse.app.reproduce.svg import COLOURS, INK, LINE, QUIET, svg, text, tick
from hanse.app.reproduce.verdict import Verdict
from hanse.app.rounds.league import WINDOW

TITLE = "Radmanesh 2021 in rounds: independent solvers against a central one"


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a document is made of. seconds: of planning that each solver had."""

    compared: tuple[Comparison, ...]
    news: tuple[Arrivals, ...]
    verdicts: tuple[Verdict, ...]
    seconds: float
    seed: int
    machine: str


def sheet(found: Findings) -> Sheet:
    """Tables, verdicts and the figure."""
    figure = Figure("Cost by line-up", "radmanesh2021-rounds.svg", costs(found.compared))
    made = (_contests(found.compared), _claims(found.compared), _news(found.news))
    return Sheet(TITLE, about(found), found.verdicts, made, (figure,))


def about(found: Findings) -> tuple[str, ...]:
    """What was done, in sentences."""
    return (
        "Instances: as in the reproduction without rounds, with a limit of hours per provider that the paper does not "
        f"have, so that demands compete (slack: hours above the even share of all tasks); seed {found.seed}.",
        "Every solver is a process of its own (`hanse solver`: own directory, own keys, one thread); all share one "
        "chain and a folder of contents. Rounds are whole: sealed claims with certificates, opened, checked from "
        "scratch by every solver and by the coordinator, awarded by the contract.",
        f"Each solver plans for {found.seconds:g} s; the central one as long, with as many threads as the solvers have "
        "cores. A solver of a region is given twice the seconds, as it keeps half of them for the case that its share "
        "of the hours does not suffice. Solvers had loaded their engines in a first round that nobody counts.",
        "Line-ups: `alone` and `rivals` plan all demands each, with different seeds; `by region` a region each (the "
        "demands divided, all providers open to all); `of all kinds`: two rivals, the second by CP-SAT, and two with a "
        "region each. `central × n`: n threads. The method is Lagrangian prices and search where no other is named.",
        f"Windows are {WINDOW} s of the chain's clock, which jumps to a window's end once everybody has acted: times "
        "are seconds of work on the wall, waiting not included.",
        f"Baseline: {100 * MARGIN:.0f} % above the cheapest way of a demand alone, its target. "
        "Pot: 0.4 % of the baseline, as in the paper. Gaps are (cost - bound) ÷ cost: to the bound certified with the "
        "plan (a round's by its accepted claims), and to the best bound that anybody certified for the problem.",
        "News: half of the demands is known first; while they are planned the other half arrives, and every "
        f"{CHANGED}th of the first changes. News come in the middle of the first step.",
        found.machine,
    )


def _contests(compared: tuple[Comparison, ...]) -> Table:
    rows: list[tuple[str, ...]] = []
    for one in compared:
        start = (one.problem, f"{one.slack} %")
        for plan in one.central:
            own = _gap(plan.cost, plan.bound)
            cells = (_money(plan.cost), "", own, _gap(plan.cost, one.best_bound), f"{plan.seconds:.1f}", "", "")
            rows.append((*start, _named(plan), *cells))
        rows += [(*start, *_contest(one, contest)) for contest in one.contests]
    head = (
        "problem", "slack", "who plans", "cost, $", "against central", "certified gap", "gap to best bound",
        "planning, s", "settling, s", "demands covered",
    )  # fmt: skip
    return Table("Rounds against a central solver", head, tuple(rows))


def _contest(one: Comparison, contest: Contest) -> tuple[str, ...]:
    base = one.rival(contest).cost
    change = "" if contest.cost is None or not base else f"{100 * (contest.cost / base - 1):+.2f} %"
    clash = f", {contest.conflicts} conflicts" if contest.conflicts else ""
    return (
        contest.line_up,
        _money(contest.cost),
        change,
        _gap(contest.cost, contest.bound),
        _gap(contest.cost, one.best_bound),
        f"{contest.planning:.1f}",
        f"{contest.settling:.1f}",
        f"{contest.covered} of {one.demands}{clash}",
    )


def _claims(compared: tuple[Comparison, ...]) -> Table:
    rows = []
    for one in compared:
        for contest in one.contests:
            for entry in contest.entries:
                sealed = "" if entry.seconds is None else f"{entry.seconds:.1f}"
                reward = f"{entry.reward} of {contest.pot}" if entry.status == "accepted" else ""
                own = (_money(entry.cost), _gap(entry.cost, entry.bound), sealed, entry.status, reward)
                rows.append((one.problem, f"{one.slack} %", contest.line_up, entry.solver, *own))
    head = (
        "problem",
        "slack",
        "line-up",
        "solver",
        "cost of its part, $",
        "certified gap",
        "sealed after, s",
        "",
        "reward, ¢",
    )
    return Table("Who claimed what, and who won", head, tuple(rows))


def _news(news: tuple[Arrivals, ...]) -> Table:
    rows = []
    for one in news:
        early = f"{one.early} of {one.demands}, {one.changed} change"
        for course in (one.clairvoyant, *one.courses):
            rows.append((one.problem, f"{one.slack} %", early, *_course(one, course)))
    head = (
        "problem", "slack", "demands known first", "who plans", "hours kept back", "cost, $", "against knowing all",
        "gap to best bound", "steps, s", "planned after the news, s", "",
    )  # fmt: skip
    return Table("Demands that arrive and change while solvers work", head, tuple(rows))


def _course(one: Arrivals, course: Course) -> tuple[str, ...]:
    base = one.clairvoyant.cost
    change = "" if course is one.clairvoyant or course.cost is None or not base else f"{course.cost / base - 1:+.2%}"
    return (
        course.planner,
        f"{course.kept_back} %",
        _money(course.cost),
        change.replace("%", " %"),
        _gap(course.cost, one.bound),
        " + ".join(f"{seconds:.1f}" for seconds in course.steps),
        "" if course.cost is None else f"{course.waited:.1f}",
        course.note,
    )


def costs(compared: tuple[Comparison, ...]) -> str:
    """Bars: how far above the best bound every plan is, by who planned; a colour for every problem and slack. Without
    weak methods, beside which all others would look alike."""
    names: dict[str, list[float | None]] = {}
    for column, one in enumerate(compared):
        plans = [(_named(plan), plan.cost) for plan in one.central if plan.method == STRONG]
        rounds = [(contest.line_up, contest.cost) for contest in one.contests if contest.method == STRONG]
        for name, cost in (*plans, *rounds):
            row = names.setdefault(name, [None] * len(compared))
            row[column] = None if not cost else 100 * (cost - one.best_bound) / cost
    bar, gap, left, top, wide, right = 11, 12, 190, 62, 760, 60
    group = bar * len(compared) + gap
    high = top + group * len(names) + 40
    most = max((value for row in names.values() for value in row if value is not None), default=1.0)
    unit = tick(max(most, 0.01) / 6)

    def x(value: float) -> float:
        return left + (wide - left - right) * value / max(most, 0.01)

    parts = [text(16, 22, "Cost above the best certified bound, in % of the cost", 15, INK, weight=600)]
    step = 0
    while step * unit <= most:
        parts.append(f'<path d="M{x(step * unit):.1f} {top - 8}V{high - 36}" stroke="{LINE}"/>')
        parts.append(text(x(step * unit), high - 20, f"{step * unit:g}", 12, QUIET, anchor="middle"))
        step += 1
    for column, one in enumerate(compared):
        colour, place = COLOURS[column % len(COLOURS)], left + 170 * column
        parts.append(f'<rect x="{place}" y="34" width="11" height="11" fill="{colour}"/>')
        parts.append(text(place + 16, 44, f"problem {one.problem}, {one.slack} % slack", 12, QUIET))
    for line, (name, values) in enumerate(names.items()):
        y = top + line * group
        parts.append(text(left - 8, y + bar * len(compared) / 2 + 4, name, 12, INK, anchor="end"))
        for column, value in enumerate(values):
            if value is None:
                parts.append(text(left + 4, y + bar * (column + 1) - 2, "no plan", 10, QUIET))
                continue
            place, colour = y + bar * column, COLOURS[column % len(COLOURS)]
            parts.append(
                f'<rect x="{left}" y="{place}" width="{x(value) - left:.1f}" height="{bar - 1}" fill="{colour}"/>'
            )
            parts.append(text(x(value) + 4, place + bar - 2, f"{value:.2f}", 10, QUIET))
    return svg(wide, high, parts, "Cost above the best certified bound, by who planned")


def as_json(found: Findings) -> dict[str, Any]:
    """The findings for programs: costs in cents, seconds, shares as fractions."""
    return {
        "paper": "radmanesh2021",
        "study": "rounds",
        "seed": found.seed,
        "seconds": found.seconds,
        "about": list(about(found)),
        "comparisons": [
            asdict(one)
            | {"best_bound": one.best_bound}
            | {"contests": [asdict(contest) | {"won": won(contest)} for contest in one.contests]}
            for one in found.compared
        ],
        "news": [asdict(one) for one in found.news],
        "verdicts": [asdict(verdict) for verdict in found.verdicts],
    }


def _named(plan: Central) -> str:
    weak = "" if plan.method == STRONG else f", {plan.method}"
    return f"central × {plan.threads}{weak}"


def _money(cents: int | None) -> str:
    return "none" if cents is None else f"{cents / 100:,.2f}".replace(",", " ")


def _gap(cost: int | None, bound: int | None) -> str:
    return "" if not cost or bound is None else f"{100 * max(0, cost - bound) / cost:.2f} %"
