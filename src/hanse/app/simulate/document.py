"""What the weeks showed: verdicts, tables, a picture of every seed, JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict
from statistics import fmean, median
from typing import Any

from hanse.app.phrases import many
from hanse.app.reproduce.sheet import Figure, Sheet, Table
from hanse.app.reproduce.svg import COLOURS, INK, LINE, QUIET, svg, text, thousands
from hanse.app.reproduce.verdict import Verdict
from hanse.lab.floor.market import GAS
from hanse.lab.floor.trouble import Odds
from hanse.lab.floor.week import Played, Week
from hanse.units import MILLION

TITLE = "Weeks with and without sharing"

WIDE, LEFT, RIGHT, TOP, ROW, FOOT = 960, 70, 24, 84, 22, 40
"""Pixels of the figure."""


def names(weeks: Sequence[Week]) -> tuple[str, ...]:
    """The ways that were played."""
    return tuple(dict.fromkeys(name(each) for week in weeks for each in week.ways))


def name(played: Played) -> str:
    return f"{played.way.method}, {played.way.mode}"


def about(weeks: Sequence[Week], odds: Odds, league: str, machine: str) -> tuple[str, ...]:
    """What was done, in sentences."""
    one = weeks[0]
    return (
        f"{league}: {one.jobs} jobs, {one.operations} operations, {one.length} time units (plan of seed {one.seed}).",
        f"For each machine {odds.breakdowns:g} breakdowns are expected, of {odds.repair:.1%} of the plan's length, and "
        f"{odds.spells:g} slow spells of {odds.spell:.1%} at {odds.speed[0]} to {odds.speed[1]} % speed; for a "
        f"hundred jobs {odds.rush:g} rush orders, due after {odds.urgency:g} times their work. The same trouble meets "
        "the floor with and without sharing.",
        "Alone, every machine keeps its plan's order, and rush orders go before all that is planned later. With "
        "sharing the same, and late jobs take idle time elsewhere; hosts' own work goes first, guests are set aside.",
        "Gas is counted from the steps and the prices of contracts/GAS.md; no chain ran. Messages are statements to "
        "one party beside the chain.",
        machine,
    )


def verdicts(weeks: Sequence[Week]) -> tuple[Verdict, ...]:
    """What sharing must show, of every way."""
    found = []
    for way in names(weeks):
        pairs = [(week, each) for week in weeks for each in week.ways if name(each) == way]
        better = sum(each.tardiness < week.alone for week, each in pairs)
        left = [each.tardiness / week.alone for week, each in pairs if week.alone]
        found.append(
            Verdict(
                f"Sharing ({way}) lowers total weighted tardiness in every week.",
                "true" if better == len(pairs) else "false",
                f"In {better} of {len(pairs)}. {fmean(left):.1%} of it is left on average, {max(left):.1%} at most."
                if left
                else "Nothing was late.",
            )
        )
        hosts = sum(len(each.hosts_late) for _, each in pairs)
        guests, moved = sum(len(each.guests_late) for _, each in pairs), sum(each.moved for _, each in pairs)
        found.append(
            Verdict(
                f"Sharing ({way}) never makes a host late.",
                "true" if hosts == 0 else "false",
                f"{many(hosts, 'job')} that stayed at home ended later than without sharing. Of {moved} that moved "
                f"{guests} did, because something went wrong where they were guests."
                if guests
                else f"{many(hosts, 'job')} that stayed at home, and none of {moved} that moved, ended later than "
                "without sharing.",
            )
        )
    return tuple(found)


def tables(weeks: Sequence[Week]) -> tuple[Table, ...]:
    """The ways side by side (means over the weeks), what they sign, and every week."""
    ways = names(weeks)
    played = {way: [each for week in weeks for each in week.ways if name(each) == way] for way in ways}
    alone = fmean(week.alone for week in weeks) / MILLION
    rows = [("nobody shares", thousands(alone), f"{fmean(w.alone_late for w in weeks):.1f}", *[""] * 8)]
    for way, all_ in played.items():
        mean = _mean(all_)
        rows.append(
            (
                way, thousands(mean(lambda p: p.tardiness) / MILLION), f"{mean(lambda p: p.late):.1f}",
                f"{mean(lambda p: p.moved):.0f}", f"{mean(lambda p: p.taken):.0f}", f"{mean(lambda p: p.broken):.0f}",
                f"{mean(lambda p: p.left):.0f}", thousands(mean(lambda p: p.messages)),
                thousands(mean(lambda p: p.transactions)), f"{mean(lambda p: p.gas) / MILLION:.1f}",
                f"{1000 * mean(lambda p: p.seconds / max(1, p.decisions)):.0f}, "
                f"{1000 * max(p.longest for p in all_):.0f}",
            )
        )  # fmt: skip
    head = (
        "way", "weighted tardiness", "late jobs", "jobs moved", "stays agreed", "not kept by the host", "given back",
        "messages", "transactions", "gas, millions", "ms of processor a decision: mean, longest",
    )  # fmt: skip
    return (Table(f"Means of {many(len(weeks), 'week')}", head, tuple(rows)), _steps(played), _weeks(weeks, ways))


def _mean(all_: Sequence[Played]) -> Callable[[Callable[[Played], float]], float]:
    return lambda of: fmean(of(each) for each in all_)


def _steps(played: dict[str, list[Played]]) -> Table:
    used = [kind for kind in GAS if any(each.steps.get(kind) for all_ in played.values() for each in all_)]
    rows = tuple(
        (
            kind,
            thousands(GAS[kind]),
            *(thousands(fmean(e.steps.get(kind, 0) for e in all_)) for all_ in played.values()),
        )
        for kind in used
    )
    return Table("Transactions a week", ("step", "gas of one", *played), rows)


def _weeks(weeks: Sequence[Week], ways: Sequence[str]) -> Table:
    rows = []
    for week in weeks:
        of = {name(each): each for each in week.ways}
        rows.append(
            (
                str(week.seed), f"{week.breakdowns}, {week.spells}, {week.rush}", thousands(week.alone / MILLION),
                *(thousands(of[way].tardiness / MILLION) if way in of else "" for way in ways),
                str(sum(len(each.hosts_late) for each in week.ways)),
            )
        )  # fmt: skip
    head = ("seed", "breakdowns, slow spells, rush orders", "nobody shares", *ways, "hosts late")
    return Table("Weighted tardiness of every week", head, tuple(rows))


def figure(weeks: Sequence[Week]) -> Figure:
    """A row for each seed: where weighted tardiness lies alone and with sharing, on a scale of powers of ten."""
    ways = names(weeks)
    values = [week.alone for week in weeks] + [each.tardiness for week in weeks for each in week.ways]
    top = max(1, math.ceil(math.log10(max(1.0, max(values) / MILLION))))
    low = max(0, math.floor(math.log10(max(1.0, min(values) / MILLION))))
    if top <= low:
        low = top - 1
    high = TOP + ROW * len(weeks) + FOOT

    def x(value: int) -> float:
        return LEFT + (max(low, math.log10(max(1.0, value / MILLION))) - low) / (top - low) * (WIDE - LEFT - RIGHT)

    parts = [text(LEFT, 24, "Weighted tardiness of every week", 16, INK, weight=600), _legend(ways)]
    for power in range(low, top + 1):
        at = x(10**power * MILLION)
        parts.append(f'<path d="M{at:.1f} {TOP - 8}V{high - FOOT + 4}" stroke="{LINE}"/>')
        parts.append(text(at, high - FOOT + 20, thousands(10**power), 11, QUIET, anchor="middle"))
    for i, week in enumerate(weeks):
        y = TOP + ROW * i + ROW / 2
        parts.append(text(LEFT - 10, y + 4, f"seed {week.seed}", 11, QUIET, anchor="end"))
        if week.ways:
            best = min(each.tardiness for each in week.ways)
            parts.append(f'<path d="M{x(best):.1f} {y:.1f}H{x(week.alone):.1f}" stroke="{LINE}" stroke-width="5"/>')
        parts.append(_dot(x(week.alone), y, INK, f"seed {week.seed}, nobody shares: {week.alone / MILLION:,.0f}"))
        for each in week.ways:
            colour = COLOURS[ways.index(name(each)) % len(COLOURS)]
            said = f"seed {week.seed}, {name(each)}: {each.tardiness / MILLION:,.0f}"
            parts.append(_dot(x(each.tardiness), y, colour, said))
    parts.append(
        text(
            (WIDE + LEFT) / 2,
            high - 4,
            "weighted time units late, powers of ten; 1 stands for none, too",
            11,
            QUIET,
            anchor="middle",
        )
    )
    return Figure("Weighted tardiness of every week", "simulate-weeks.svg", svg(WIDE, high, parts, TITLE))


def _dot(x: float, y: float, colour: str, said: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}" fill-opacity=".85"><title>{said}</title></circle>'


def _legend(ways: Sequence[str]) -> str:
    parts, x = [], float(LEFT)
    for label, colour in zip(("nobody shares", *ways), (INK, *COLOURS * 3), strict=False):
        parts += [_dot(x + 5, 48, colour, label), text(x + 16, 52, label, 12, INK)]
        x += 34 + 7 * len(label)
    return "".join(parts)


def sheet(weeks: Sequence[Week], odds: Odds, league: str, machine: str) -> Sheet:
    """All of it as one sheet."""
    return Sheet(TITLE, about(weeks, odds, league, machine), verdicts(weeks), tables(weeks), (figure(weeks),))


def as_json(weeks: Sequence[Week], odds: Odds, league: str) -> dict[str, Any]:
    """For programs. Tardiness in weighted time units."""
    return {
        "league": league,
        "odds": asdict(odds),
        "verdicts": [asdict(verdict) for verdict in verdicts(weeks)],
        "median_left": {
            way: median(
                [e.tardiness / week.alone for week in weeks for e in week.ways if name(e) == way and week.alone] or [0]
            )
            for way in names(weeks)
        },
        "weeks": [
            {
                **{key: getattr(week, key) for key in ("seed", "jobs", "operations", "length", "breakdowns", "spells")},
                "rush": week.rush,
                "alone": {"tardiness": week.alone / MILLION, "late": week.alone_late},
                "ways": [asdict(each) | {"tardiness": each.tardiness / MILLION} for each in week.ways],
            }
            for week in weeks
        ],
    }
