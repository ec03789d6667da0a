"""The findings as tables, plans drawn, and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any, get_args

from hanse.app.reproduce.ramakurthi2023.constructed import Asked
from hanse.app.reproduce.ramakurthi2023.exact import Reference
from hanse.app.reproduce.ramakurthi2023.gantt import gantt
from hanse.app.reproduce.ramakurthi2023.published import Published
from hanse.app.reproduce.ramakurthi2023.small import Instance
from hanse.app.reproduce.ramakurthi2023.study import Drawn, League, Outcome, Shared, Shop, Taken
from hanse.app.reproduce.ramakurthi2023.verdict import chosen
from hanse.app.reproduce.sheet import Figure, Sheet, Table
from hanse.app.reproduce.verdict import Verdict
from hanse.model.plan import Assignment
from hanse.planning.jobshop.jackson import Tie
from hanse.planning.sharing.rules import Moves
from hanse.planning.sharing.windows import Window, windows

TITLE = "Ramakurthi 2023 reproduced"

TIES: dict[Tie, str] = {"second": "a\u00a0<\u00a0b", "first": "a\u00a0≤\u00a0b"}
"""Which jobs go first in Johnson's order."""

WHAT: dict[Moves, str] = {"job": "whole jobs", "operation": "last operations", "any": "any operations"}


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a document is made of. example: windows of the constructed host, and what its guests are told."""

    given: Published
    shops: tuple[Shop, ...]
    league: League
    drawn: tuple[Drawn, ...]
    small: tuple[Instance, ...]
    example: tuple[tuple[str, ...], tuple[Asked, ...]]
    verdicts: tuple[Verdict, ...]
    seed: int
    machine: str


def about(found: Findings) -> tuple[str, ...]:
    """What was done, in sentences."""
    return (
        "Five shops with a machine P and a machine Q each, six jobs each (Table 2; where the print runs processing "
        "time and due date together, the one reading in which all of them stay in range). Each shop plans by Jackson's "
        "rule; jobs that are late look for idle windows elsewhere. Nobody else's work moves.",
        "The paper leaves open whether whole jobs or single operations move, whether the time after a machine's last "
        "operation is offered, whether a window must meet the due date, and which of two equal jobs goes first: all "
        "readings are tried. Carrying is free. The rule asks late jobs by due date and takes the earliest end; best "
        "is the least total tardiness under the same reading, proved by the bound beside it.",
        f"Leagues and instances of ours are drawn with seed {found.seed}. Every plan was judged by a checker.",
        found.machine,
    )


def tables(found: Findings) -> tuple[Table, ...]:
    """Shops, sharing, pooling, the worked example, drawn leagues, Table 3."""
    league = found.league
    sharing = (_sharing(league), _taken(league))
    return (_shops(found), *sharing, _pooled(found), _example(found), _drawn(found.drawn), _table3(found))


def _shops(found: Findings) -> Table:
    rows = []
    for shop in found.shops:
        for tie, said in TIES.items():
            late = shop.late[tie]
            rows.append(
                (
                    shop.name, said, str(found.given.makespans[shop.name]),
                    str(shop.schedules[tie].makespan),
                    f"{shop.loads[0]}, {shop.loads[1]}", str(shop.interior),
                    ", ".join(f"J{job} by {by}" for job, by in late.items()) or "none",
                    _reference(shop.best), _reference(shop.punctual),
                )
            )  # fmt: skip
    head = (
        "shop", "first", "makespan, printed", "Jackson", "work of P, Q", "idle inside", "late",
        "least makespan: late, tardiness, makespan", "fewest late: late, tardiness, makespan",
    )  # fmt: skip
    return Table("Every shop by itself", head, tuple(rows))


def _reference(best: Reference) -> str:
    return f"{best.late}, {best.tardiness}, {best.makespan}{'' if best.proved else ' (not proved)'}"


def _sharing(league: League) -> Table:
    rows = tuple(
        (
            WHAT[each.rules.moves], _aim(each), "yes" if each.rules.tails else "no", TIES[each.tie],
            f"{each.late}, {each.tardiness}", _outcome(each.rule), _outcome(each.best), str(each.bound),
        )
        for each in league.shared
        if each not in _idle(league)
    )  # fmt: skip
    head = ("moves", "window", "tails", "first", "before", "rule", "best", "bound of tardiness")
    return Table("Sharing under every reading: late jobs, total tardiness", head, rows)


def _taken(league: League) -> Table:
    rows = tuple(
        (WHAT[each.rules.moves], _aim(each), *("; ".join(map(str, o.taken)) for o in (each.rule, each.best)))
        for each in league.shared
        if each.tie == "second" and (each.rule.taken or each.best.taken)
    )
    return Table(f"Who takes what ({TIES['second']} first)", ("moves", "window", "by the rule", "at best"), rows)


def _aim(each: Shared) -> str:
    return "must meet the due date" if each.rules.in_time else "any improvement"


def _idle(league: League) -> list[Shared]:
    """Readings without tails under which nothing is taken, not even at best."""
    return [each for each in league.shared if not (each.rules.tails or each.rule.taken or each.best.taken)]


def _outcome(outcome: Outcome) -> str:
    return f"{outcome.late}, {outcome.tardiness}"


def _pooled(found: Findings) -> Table:
    league, shops = found.league, found.shops
    before, eager = chosen(league, "any", True), chosen(league, "any", False)
    own, end = [shop.punctual for shop in shops], max(at.end for at in league.present)
    pooled, least = league.pooled, league.pooled_makespan
    rows = (
        ("Jackson, nothing shared", str(before.late), str(before.tardiness), str(end), ""),
        ("each shop for its due dates, nothing shared", str(sum(r.late for r in own)),
         str(sum(r.tardiness for r in own)), str(max(r.makespan for r in own)),
         "proved shop by shop" if all(r.proved for r in own) else "not proved"),
        ("windows that meet the due date, best", *_measured(before.best), f"tardiness ≥ {before.bound}"),
        ("windows of any improvement, best", *_measured(eager.best), f"tardiness ≥ {eager.bound}"),
        ("planned together, fewest late first", str(pooled.late), str(pooled.tardiness), str(pooled.makespan),
         f"{'late and tardiness proved' if pooled.settled else 'not proved'}, makespan ≥ {pooled.bound}"),
        ("planned together, least makespan", str(least.late), str(least.tardiness), str(least.makespan),
         f"makespan ≥ {least.bound}"),
    )  # fmt: skip
    return Table("From alone to together", ("who decides", "late", "tardiness", "makespan", "proved"), rows)


def _measured(outcome: Outcome) -> tuple[str, str, str]:
    return str(outcome.late), str(outcome.tardiness), str(outcome.measures.makespan)


def _example(found: Findings) -> Table:
    offered, asked = found.example
    rows = tuple(
        (
            f"{a.duration} from {a.ready}, due {a.due}",
            f"{a.start}-{a.start + a.duration}",
            "yes" if a.accepted else "no",
        )
        for a in asked
    )
    return Table(f"A worked example of ours, idle: {', '.join(offered)}", ("asks for", "would get", "accepted"), rows)


def _drawn(leagues: Sequence[Drawn]) -> Table:
    count = len(leagues)
    late, tardy = sum(each.late for each in leagues), sum(each.tardiness for each in leagues)
    rows = []
    for moves in get_args(Moves):
        rule, best = ([each.after[moves][k] for each in leagues] for k in (0, 1))
        rows.append(
            (
                WHAT[moves], str(sum(each.late > b[0] for each, b in zip(leagues, best, strict=True))), str(late),
                str(sum(r[0] for r in rule)), str(sum(b[0] for b in best)), str(tardy), str(sum(r[1] for r in rule)),
                str(sum(b[1] for b in best)),
            )
        )  # fmt: skip
    head = ("moves", "leagues helped", "late before", "rule", "best", "tardiness before", "rule", "best")
    return Table(f"{count} leagues drawn like Table 2; windows must meet the due date", head, tuple(rows))


def _table3(found: Findings) -> Table:
    rows = []
    for row in found.given.table3:
        own = [each for each in found.small if (each.jobs, each.machines) == (row.jobs, row.machines)]
        rows.append(
            (
                f"{row.jobs} × {row.machines}", str(row.exact), str(row.theirs),
                f"{row.exact_utilisation:.2f}, {row.their_utilisation:.2f}",
                str(sum(a == b for a, b in zip(row.figures, row.table8, strict=True))),
                f"{fmean(each.cpsat for each in own):.1f}", f"{fmean(each.scip for each in own):.1f}",
                f"{fmean(each.rule / each.cpsat - 1 for each in own):.1%}",
                f"{fmean(each.utilisation for each in own):.2f}, {fmean(each.rule_utilisation for each in own):.2f}",
                str(sum(each.jackson == each.cpsat for each in own)) if row.machines == 2 else "",
            )
        )  # fmt: skip
    head = (
        "jobs × machines", "printed CPLEX", "printed method", "printed utilisation: CPLEX, method",
        "of 4 as in Ramakurthi 2022", "ours: CP-SAT", "SCIP", "rule above", "utilisation: optimum, rule",
        "Jackson = optimum",
    )  # fmt: skip
    each = len(found.small) // len({(row.jobs, row.machines) for row in found.given.table3})
    return Table(f"Table 3, and {each} drawn instances of each size (means)", head, tuple(rows))


Drawing = tuple[str, str, Sequence[Assignment], Sequence[Window], Sequence[Taken]]
"""A plan to draw: file, caption, rows, idle windows, what was taken over."""


def figures(found: Findings) -> tuple[Figure, ...]:
    """Before, after by the paper's rule, after at best, and planned together."""
    league = found.league
    problem, present = league.problem, league.present
    made: list[Drawing] = [
        ("before", "By Jackson's rule: late jobs, and all that is idle", present, league.offered, ())
    ]
    for name, caption, shared, outcome in _plans(league):
        offered = windows(problem, outcome.assignments, shared.rules)
        made.append((name, caption, outcome.assignments, offered, outcome.taken))
    late = f"{league.pooled.late} late jobs, tardiness {league.pooled.tardiness}"
    made.append(("pooled", f"Planned together: {late}", league.pooled.assignments, (), ()))
    return tuple(
        Figure(caption, f"ramakurthi2023-{name}.svg", gantt(caption, problem, plan, offered, taken, present))
        for name, caption, plan, offered, taken in made
    )


def _plans(league: League) -> Iterator[tuple[str, str, Shared, Outcome]]:
    """The two sharings drawn."""
    strict, eager = chosen(league, "operation", True), chosen(league, "any", False)
    yield (
        "in-time",
        f"The paper's rule, last operations: {strict.rule.late} of {strict.late} still late",
        strict,
        strict.rule,
    )
    yield (
        "best",
        f"Any improvement, best: tardiness {eager.tardiness} becomes {eager.best.tardiness}",
        eager,
        eager.best,
    )


def sheet(found: Findings) -> Sheet:
    """All of it as one sheet."""
    idle = len(_idle(found.league))
    note = f"Without tails, the time after last operations, nothing is taken ({idle} more readings)." if idle else ""
    return Sheet(TITLE, about(found), found.verdicts, tables(found), figures(found), note)


def as_json(found: Findings) -> dict[str, Any]:
    """The findings for programs: times in units of the paper."""
    league = found.league
    return {
        "paper": "ramakurthi2023",
        "seed": found.seed,
        "about": list(about(found)),
        "published": asdict(found.given),
        "shops": [
            {
                "shop": shop.name,
                "makespan": {tie: schedule.makespan for tie, schedule in shop.schedules.items()},
                "late": shop.late,
                "loads": shop.loads,
                "interior_windows": shop.interior,
                "least_makespan": shop.best._asdict(),
                "fewest_late": shop.punctual._asdict(),
            }
            for shop in found.shops
        ],
        "windows": [window._asdict() for window in league.offered],
        "shared": [
            {
                "rules": asdict(each.rules),
                "tie": each.tie,
                "before": {"late": each.late, "tardiness": each.tardiness},
                "rule": _told(each.rule),
                "best": _told(each.best) | {"bound": each.bound},
            }
            for each in league.shared
        ],
        "near_miss": [asdict(move) for move in league.near],
        "pooled": {"fewest_late": league.pooled._asdict(), "least_makespan": league.pooled_makespan._asdict()},
        "example": {"windows": list(found.example[0]), "guests": [asked._asdict() for asked in found.example[1]]},
        "drawn": [asdict(each) for each in found.drawn],
        "small": [asdict(each) for each in found.small],
        "verdicts": [asdict(verdict) for verdict in found.verdicts],
    }


def _told(outcome: Outcome) -> dict[str, Any]:
    return {"late": outcome.late, "tardiness": outcome.tardiness, "taken": [asdict(move) for move in outcome.taken]}
