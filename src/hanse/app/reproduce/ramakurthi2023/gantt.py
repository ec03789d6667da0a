"""Who works when, as SVG: bars in the colour of the shop a job comes from, idle windows hatched, takeovers with the
place they left, late jobs with a red edge at their end."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import cycle

from hanse.app.reproduce.ramakurthi2023.study import Taken
from hanse.app.reproduce.svg import COLOURS, INK, LINE, QUIET, svg, text
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.sharing.windows import Window

WIDE, LEFT, RIGHT, TOP, ROW, BAR, GAP = 960, 64, 16, 66, 26, 20, 8
"""Pixels; gap: between shops."""

LATE = "#b3001b"

HATCH = (
    '<defs><pattern id="idle" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<path d="M0 0V6" stroke="{LINE}" stroke-width="3"/></pattern></defs>'
)


def gantt(
    title: str,
    problem: Problem,
    plan: Sequence[Assignment],
    offered: Sequence[Window] = (),
    taken: Sequence[Taken] = (),
    before: Sequence[Assignment] = (),
) -> str:
    """A plan. offered: windows to hatch; taken: operations that moved; before: the plan they moved from."""
    return _Chart(problem, max(at.end for at in (*plan, *before)) + 6).drawn(title, plan, offered, taken, before)


class _Chart:
    """Places of machines and times on the page."""

    def __init__(self, problem: Problem, end: int) -> None:
        self.problem, self.end, self.rows = problem, end, dict[str, float]()
        self.colour, place = dict[str, str](), float(TOP)
        for enterprise, colour in zip(problem.enterprises, cycle(COLOURS), strict=False):
            self.colour[enterprise.id] = colour
            for machine in enterprise.machines:
                self.rows[machine.id] = place
                place += ROW
            place += GAP
        self.foot = place

    def drawn(
        self,
        title: str,
        plan: Sequence[Assignment],
        offered: Sequence[Window],
        taken: Sequence[Taken],
        before: Sequence[Assignment],
    ) -> str:
        parts = [HATCH, text(LEFT, 22, title, 15, INK, weight=600), _legend(bool(offered), bool(taken)), *self._axis()]
        for window in offered:
            until = self.end if window.end is None else min(self.end, window.end)
            parts.append(self._box(window.machine, window.start, until, 'fill="url(#idle)"', f"idle: {window}"))
        home = {(at.job, at.operation): at for at in before}
        parts += [self._left(home[move.job, move.operation]) for move in taken]
        parts += self._bars(plan, {(move.job, move.operation) for move in taken})
        parts += [self._line(home[move.job, move.operation], move) for move in taken]
        return svg(WIDE, self.foot + 30, parts, title)

    def _x(self, time: float) -> float:
        return LEFT + (WIDE - LEFT - RIGHT) * time / self.end

    def _axis(self) -> list[str]:
        parts = [text(LEFT - 8, y + 14, machine, 12, INK, anchor="end") for machine, y in self.rows.items()]
        for time in range(0, self.end + 1, 10):
            x = self._x(time)
            parts.append(f'<path d="M{x:.1f} {TOP - 6}V{self.foot}" stroke="{LINE}" stroke-width=".6"/>')
            parts.append(text(x, self.foot + 16, str(time), 11, QUIET, anchor="middle"))
        return parts

    def _box(self, machine: str, start: float, end: float, style: str, said: str) -> str:
        x, wide = self._x(start), self._x(end) - self._x(start)
        return (
            f'<rect x="{x:.1f}" y="{self.rows[machine]:.1f}" width="{wide:.1f}" height="{BAR}" {style}>'
            f"<title>{escape(said)}</title></rect>"
        )

    def _left(self, at: Assignment) -> str:
        said = f"{at.job} was here, {at.start} to {at.end}"
        return self._box(at.machine, at.start, at.end, f'fill="none" stroke="{INK}" stroke-dasharray="3 3"', said)

    def _bars(self, plan: Sequence[Assignment], moved: set[tuple[str, str]]) -> list[str]:
        jobs, parts, late = {job.id: job for job in self.problem.jobs}, [], []
        for at in plan:
            job, y = jobs[at.job], self.rows[at.machine]
            colour, bold = self.colour[job.customer or ""], (at.job, at.operation) in moved
            style = f'fill="{colour}" fill-opacity=".35" stroke="{INK if bold else colour}" stroke-width="{1 + bold}"'
            parts.append(
                self._box(at.machine, at.start, at.end, style, f"{at.job} {at.operation}, {at.start}-{at.end}")
            )
            short = at.job.split("-")[1]
            size, room = 11, self._x(at.end) - self._x(at.start)
            fits = at.job if room > 46 else short if room > 15 else short[1:]
            middle = self._x((at.start + at.end) / 2)
            parts.append(text(middle, y + 14, fits, size, INK, anchor="middle", weight=600 if bold else 400))
            if job.due is not None and at.end > job.due:
                late.append(f'<path d="M{self._x(at.end):.1f} {y:.1f}v{BAR}" stroke="{LATE}" stroke-width="4"/>')
        return parts + late

    def _line(self, left: Assignment, move: Taken) -> str:
        if left.machine == move.machine:
            return ""
        from_, to = self.rows[left.machine], self.rows[move.machine]
        from_, to = (from_ + BAR, to) if to > from_ else (from_, to + BAR)
        a, b = self._x((left.start + left.end) / 2), self._x((move.start + move.end) / 2)
        return f'<path d="M{a:.1f} {from_:.1f}L{b:.1f} {to:.1f}" stroke="{INK}" stroke-width="1.2" opacity=".7"/>'


def _legend(offered: bool, taken: bool) -> str:
    said = ["colour: the shop a job comes from", "red edge: ends after its due date"]
    said += ["hatched: idle"] if offered else []
    said += ["bold: taken over, with a line from the place it left"] if taken else []
    return text(LEFT, 44, "  ·  ".join(said), 12, QUIET)
