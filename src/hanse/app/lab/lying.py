"""`hanse lab incentives`: every role's lies over many seeds, by several workers, and what they showed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from hanse.app.reproduce.sheet import Figure, Sheet, Table
from hanse.app.reproduce.svg import COLOURS, INK, LINE, QUIET, svg, text
from hanse.app.reproduce.verdict import Verdict
from hanse.cluster import Piece, Told, Wanted, answers
from hanse.lab.incentives import Lie, judged, played
from hanse.lab.rules import Rules
from hanse.lab.study import World

FORMAT = "hanse-lab-incentives/1"

TITLE = "Can anybody gain by lying?"

WIDE, LEFT, TOP, ROW = 860, 330, 60, 24

Found = Mapping[str, Sequence[dict[str, int] | None]]


def games(world: World, rules: Rules, seeds: range, roles: Sequence[str], workers: Wanted, told: Told) -> Found:
    """The gains of every role and seed."""
    asked = [(role, seed) for seed in seeds for role in roles]
    pieces = [Piece(f"{role}, seed {seed}", played, (role, world, rules, seed)) for role, seed in asked]
    found: dict[str, list[dict[str, int] | None]] = {role: [] for role in roles}
    for (role, _), answer in zip(asked, answers(workers, pieces, told=told), strict=True):
        found[role].append(answer)
    return found


def lies(found: Found) -> tuple[Lie, ...]:
    """All of them, role by role, the one that pays best first."""
    return tuple(lie for role, games in found.items() for lie in judged(role, games))


def verdicts(told: Sequence[Lie]) -> tuple[Verdict, ...]:
    """One for each role. What is allowed is no lie, and what needs everybody to look away is told apart."""
    made = []
    for role in dict.fromkeys(lie.role for lie in told):
        own = [lie for lie in told if lie.role == role]
        paying = {
            kind: [x for x in own if x.kind == kind and x.verdict == "pays"] for kind in ("lie", "unwatched", "allowed")
        }
        unsure = [lie for lie in own if lie.verdict == "not sure" and lie.gain.mean > 0]
        if paying["lie"]:
            verdict = "false"
        else:
            verdict = "not sure" if unsure else "no lie tried here pays"
            verdict += ", as long as one honest watcher looks" if paying["unwatched"] else ""
        said = [
            f"{_between(lie)} {lie.unit} by “{lie.name}”; helps: {lie.helps}"
            for lie in (*paying["lie"], *paying["unwatched"])
        ]
        said += [f"{_between(lie)} {lie.unit} by “{lie.name}”, which is allowed" for lie in paying["allowed"]]
        if unsure:
            said.append(f"not sure: {', '.join(f'“{lie.name}” {_between(lie)}' for lie in unsure)}")
        why = ". ".join(said) or "All cost or bring nothing."
        made.append(Verdict(f"A {role} does best by telling the truth.", verdict, why))
    return tuple(made)


def _between(lie: Lie) -> str:
    one = lie.gain
    return f"{one.mean:+,.0f}" + ("" if one.low is None else f" [{one.low:+,.0f}, {one.high:+,.0f}]")


def sheet(told: Sequence[Lie], found: Found, world: World) -> Sheet:
    """All of it as one sheet."""
    counts = ", ".join(
        f"{role} {sum(one is not None for one in games)} of {len(games)}" for role, games in found.items()
    )
    about = (
        f"Leagues of {world.members} members with {world.orders} orders are drawn with every seed. In each one solver, "
        "one member or one customer lies, and all others tell the truth; the same seed is played with the truth.",
        f"Seeds in which the truth makes a game (a plan, something to claim): {counts}.",
        "Who wins, what it earns, what is promoted and what is paid is decided by the code that decides it in a league "
        "(market.award, market.reward, planning.preferences, value.settlement). No chain runs.",
        "A gain is what the lie brings more than the truth. Intervals are percentile bootstraps of the mean, wider by "
        "the number of lies of a role (Bonferroni), together 95 %. “Pays” and “costs” are told where the interval "
        "does not hold 0. That no lie pays is evidence about these lies, not a proof.",
    )
    head = ("role", "lie", "mean gain", "interval", "won", "most", "verdict")
    rows = tuple(
        (
            lie.role, lie.name, f"{lie.gain.mean:+,.1f}",
            "too few seeds" if lie.gain.low is None else f"[{lie.gain.low:+,.1f}, {lie.gain.high:+,.1f}]",
            f"{lie.won:.0%}", f"{lie.most:+,d}", lie.verdict,
        )
        for lie in told
    )  # fmt: skip
    helps = tuple((lie.role, lie.name, lie.helps) for lie in told if lie.helps and lie.gain.mean > 0)
    tables = (
        Table("Gains of lies, cents or millionths of utility", head, rows),
        Table("What helps", ("role", "lie", "against it"), helps),
    )
    figures = tuple(
        _figure(role, [lie for lie in told if lie.role == role]) for role in dict.fromkeys(x.role for x in told)
    )
    return Sheet(TITLE, about, verdicts(told), tables, figures)


def _figure(role: str, own: Sequence[Lie]) -> Figure:
    high = TOP + ROW * len(own) + 24
    ends = [abs(end) for lie in own for end in (lie.gain.mean, lie.gain.low or 0.0, lie.gain.high or 0.0)]
    scale, middle = (WIDE - LEFT) / 2 / (1.1 * max(ends) or 1.0), LEFT + (WIDE - LEFT) / 2
    parts = [text(12, 24, f"What lies bring a {role}, {own[0].unit}", 16, INK, weight=600)]
    parts.append(f'<path d="M{middle:.1f} {TOP - 14}V{high - 12}" stroke="{LINE}" stroke-width="2"/>')
    parts.append(text(middle, TOP - 20, "the truth", 11, QUIET, anchor="middle"))
    for row, lie in enumerate(own):
        y, one = TOP + ROW * (row + 0.5), lie.gain
        colour = {"pays": COLOURS[1], "costs": COLOURS[2], "not sure": QUIET}[lie.verdict]
        low, top = (one.mean if end is None else end for end in (one.low, one.high))
        parts.append(text(LEFT - 10, y + 4, lie.name, 11, INK, anchor="end"))
        parts.append(
            f'<path d="M{middle + low * scale:.1f} {y:.1f}H{middle + top * scale:.1f}" stroke="{colour}" '
            'stroke-width="2"/>'
        )
        parts.append(
            f'<circle cx="{middle + one.mean * scale:.1f}" cy="{y:.1f}" r="4" fill="{colour}">'
            f"<title>{lie.name}: {one.mean:+,.1f}</title></circle>"
        )
    return Figure(f"What lies bring a {role}", f"lab-{role}.svg", svg(WIDE, high, parts, TITLE))


def as_json(told: Sequence[Lie], found: Found) -> dict[str, Any]:
    """For programs."""
    return {
        "format": FORMAT,
        "verdicts": [asdict(one) for one in verdicts(told)],
        "lies": [asdict(lie) | {"verdict": lie.verdict} for lie in told],
        "games": {role: list(games) for role, games in found.items()},
    }
