"""Who stands where in a round: for people as a table, for programs as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from hanse.ledger.certificates.witness import Lie
from hanse.ledger.index import Index
from hanse.ledger.round_tables import ClaimRow, RoundRow
from hanse.market.award import Prize, award, earnings
from hanse.market.competition import contenders, said


@dataclass(frozen=True, slots=True)
class Line:
    """One claim. All numbers None before it is revealed. gap: (cost - bound) ÷ cost of its own part. reward: earned, or
    to be earned if nothing changes. fate: what became of it, or would."""

    number: int
    solver: str
    fate: str
    demands: int | None = None
    cost: int | None = None
    bound: int | None = None
    gap: float | None = None
    improvement: int | None = None
    reward: int | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """A round and its claims, the best first. phase: what is going on; left: seconds until it ends, None at the end."""

    round: RoundRow
    phase: str
    left: int | None
    lines: tuple[Line, ...]


def board(index: Index, number: int, now: int) -> Board | None:
    """The board of a round at a time of the chain, None if there is no such round."""
    row = next((row for row in index.rounds() if row.number == number), None)
    if row is None:
        return None
    claims = index.claims(number)
    rivals = contenders(claims)
    sets = [{one.last, *one.others} for one in index.conflicts(number)]
    chosen = award(rivals, sets, first_wins=row.first_wins)
    paid = dict(zip(chosen, earnings(rivals, chosen, Prize(row.pot, row.baseline, row.target)), strict=True))
    lies = {strike.claim: strike.lie for strike in index.strikes(number)}
    lines = [_line(claim, paid.get(claim.number), lies.get(claim.number)) for claim in claims]
    rank = {"accepted": 0, "would win": 0, "skipped": 1, "would be skipped": 1}
    lines.sort(key=lambda line: (rank.get(line.fate, 2), -(line.improvement or 0), line.number))
    phase, left = _phase(row, now)
    return Board(row, phase, left, tuple(lines))


def _phase(row: RoundRow, now: int) -> tuple[str, int | None]:
    if row.refund is not None:
        return "over", None
    for name, end in (
        ("sealed claims are taken", row.commit_end),
        ("claims are opened", row.reveal_end),
        ("claims are challenged", row.challenge_end),
    ):
        if now < end:
            return name, end - now
    return "waits for its award", None


def _line(row: ClaimRow, paid: int | None, lie: int | None) -> Line:
    fate = {"sealed": "sealed", "dismissed": "dismissed", "accepted": "accepted", "skipped": "skipped"}.get(
        row.status, "would win" if paid is not None else "would be skipped"
    )
    if row.status == "struck":
        kind = None if lie is None or lie not in Lie._value2member_map_ else Lie(lie)
        fate = "a lie" if kind is None else f"a lie ({kind.name.lower().replace('_', ' ')})"
    if not row.claim:
        return Line(row.number, row.solver, fate)
    claim = said(row)
    return Line(
        row.number,
        row.solver,
        fate,
        demands=int.from_bytes(claim.covered, "big").bit_count(),
        cost=claim.cost,
        bound=claim.bound,
        gap=None if claim.bound == 0 else max(0.0, (claim.cost - claim.bound) / max(1, claim.cost)),
        improvement=claim.baseline - claim.cost,
        reward=row.reward if row.reward is not None else paid,
    )


def as_json(shown: Board) -> dict[str, Any]:
    """The board for programs."""
    row = shown.round
    return {
        "round": row.number,
        "phase": shown.phase,
        "seconds_left": shown.left,
        "problem": row.problem,
        "baseline": row.baseline,
        "target": row.target,
        "pot": row.pot,
        "bond": row.bond,
        "claims": [{name: getattr(line, name) for name in Line.__slots__} for line in shown.lines],
    }


def table(shown: Board) -> Table:
    """The board for people."""
    row = shown.round
    left = "" if shown.left is None else f", {shown.left} s left"
    made = Table(title=f"Round {row.number}: {shown.phase}{left} · baseline {row.baseline:,}, pot {row.pot:,}")
    for name, justify in (("claim", "right"), ("solver", "left"), ("demands", "right"), ("cost", "right"),
                          ("better by", "right"), ("gap", "right"), ("reward", "right"), ("", "left")):  # fmt: skip
        made.add_column(name, justify="right" if justify == "right" else "left")
    for line in shown.lines:
        numbers = [line.demands, line.cost, line.improvement]
        cells = ["" if number is None else f"{number:,}" for number in numbers]
        gap = "" if line.gap is None else f"{line.gap:.2%}"
        reward = "" if line.reward is None else f"{line.reward:,}"
        made.add_row(str(line.number), f"{line.solver[:8]}…{line.solver[-4:]}", *cells, gap, reward, line.fate)
    return made


class Leaderboard:
    """The board on a terminal while the round goes on, and in one sentence at its end."""

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, transient=True, auto_refresh=False)
        self._shows = console.is_terminal and not console.quiet
        self._last: Board | None = None

    def see(self, shown: Board) -> None:
        """The board as it is now."""
        if self._shows and self._last is None:
            self._live.start()
        self._last = shown
        if self._shows:
            self._live.update(table(shown), refresh=True)

    def close(self) -> str:
        """Takes the board down; what the round brought."""
        self._live.stop()
        if self._last is None:
            return "the round was over before"
        won = [line for line in self._last.lines if line.fate in ("accepted", "would win")]
        lies = sum(line.fate.startswith("a lie") for line in self._last.lines)
        better, paid = sum(line.improvement or 0 for line in won), sum(line.reward or 0 for line in won)
        told = f"round {self._last.round.number}: {len(self._last.lines)} claims, {len(won)} accepted"
        return f"{told}, {better:,} below the baseline, {paid:,} paid" + (f", {lies} refuted" if lies else "")
