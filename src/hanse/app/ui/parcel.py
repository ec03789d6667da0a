"""An order on its way, as a parcel is followed: what is done, what is on, what is to come, each with its evidence."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import deeds
from hanse.app.ui.dossier import Dossier
from hanse.app.ui.drawings import Rights
from hanse.app.ui.evidence import evidence
from hanse.app.ui.papers import Task
from hanse.app.ui.pieces import badge, card, moment, money, percent, state
from hanse.app.ui.screens import Again, Visit
from hanse.app.ui.texts import Agreements as deal_say
from hanse.app.ui.texts import Common
from hanse.app.ui.texts import Orders as say
from hanse.app.ui.zones import span


@dataclass(frozen=True, slots=True)
class Parcel:
    """An order with all that became of it. steps: its part of the plan; works: what machines say of it; quotes: for
    those who may see them; turn: of what is being calculated for them (`quoting.Asking`)."""

    story: shapes.OrderStory
    product: shapes.ProductNow
    customer: str
    names: dict[str, str]
    steps: tuple[Task, ...]
    cases: tuple[Dossier, ...]
    rights: Rights
    works: tuple[shapes.WorkNow, ...] = ()
    quotes: shapes.QuotesNow | None = None
    turn: int = 0

    @property
    def live(self) -> Dossier | None:
        """The agreement that counts: the newest that nobody declined and that can still come into force."""
        return next((one for one in reversed(self.cases) if one.deal.status != "declined" and not one.expired), None)


def track(at: Visit, now: Parcel, again: Again) -> None:
    """Like a parcel: what is done, what is on, what is to come."""
    row, story = now.story.order, now.story
    with card(say.track), ui.element("ol").classes("parcel"):
        with _step("done", say.step_placed):
            evidence(at, row.specification)
        if row.status in ("cancelled", "refunded"):
            with _step("bad", say.taken_back_step if row.status == "cancelled" else say.refunded_step):
                pass
            return
        able = [sum(one.answer == word for one in story.answers) for word in ("ACCEPT", "PARTIAL")]
        with _step("done" if sum(able) else "now", say.step_matched):
            if not story.answers:
                ui.label(say.not_asked)
            else:
                for count, said in zip(able, (say.can_all, say.can_part), strict=True):
                    if count:
                        ui.label(said.format(count))
                if not sum(able):
                    ui.label(say.cannot)
        with _step("done" if story.block else "now" if sum(able) else "todo", say.step_planned):
            _planned(now)
        _agreed(at, now, again)


def _planned(now: Parcel) -> None:
    block, case = now.story.block, now.live
    if block is None:
        ui.label(say.not_planned)
        return
    cost = sum(one.cost for one in now.steps) if case is None else case.deal.price
    limit = now.story.asked.get("budget")
    with ui.row().classes("items-center"):
        over = limit is not None and cost > limit
        ui.label(say.plan_is.format(block.number, money(cost)) + (say.plan_limit.format(money(limit)) if limit else ""))
        if limit is not None:
            badge("✘" if over else "✔", "bad" if over else "good")
        ui.link(Common.evidence, f"/evidence/{block.number}")


def _agreed(at: Visit, now: Parcel, again: Again) -> None:
    case = now.live
    kind = "todo" if now.story.block is None else "done" if case and case.deal.status == "active" else "now"
    with _step(kind, say.step_agreed):
        for one in now.cases:
            if one.deal.status == "declined":
                ui.link(say.declined.format(one.number), f"/agreements/{one.number}")
        if case is None:
            ui.label(say.not_proposed)
        else:
            count = len(case.parties())
            signed = say.signed.format(case.number, len(case.deal.signed), count)
            ui.link(say.in_force.format(case.number) if kind == "done" else signed, f"/agreements/{case.number}")
            evidence(at, case.deal.document)
            deeds.buttons(deeds.answers(at, case, again))
    if case is None or case.deal.status != "active":
        return
    for piece in case.in_order():
        own = (one for one in now.works if (one.agreement, one.milestone) == (case.number, piece.number))
        _piece(at, case, piece, next(own, None))
    ended = all(one.ended for one in case.deal.milestones)
    with _step("done" if ended else "todo", say.step_done):
        if ended:
            sums = [sum(getattr(one, name) for one in case.deal.milestones) for name in ("paid", "back")]
            ui.label(say.done_is.format(*map(money, sums)))
        else:
            ui.label(say.not_done)
        deeds.buttons(deeds.accept_all(at, case))


def _piece(at: Visit, case: Dossier, one: shapes.MilestoneNow, told: shapes.WorkNow | None) -> None:
    """A piece of work on its way. told: by the machines."""
    late = one.stage in ("agreed", "started") and one.due < time.time()
    kind = (
        "done"
        if one.ended
        else "bad"
        if late or one.stage == "disputed"
        else "todo"
        if one.stage == "agreed"
        else "now"
    )
    with _step(kind, f"{case.names[one.member]}: {case.work(one.member)}"):
        with ui.row().classes("items-center"):
            state(one.stage)
            if one.stage in ("agreed", "started"):
                ui.label(say.begins if one.stage == "agreed" else say.ends)
                moment(one.start_by if one.stage == "agreed" else one.due)
            if late:
                badge(say.late, "bad")
            if one.ended:
                ui.label(deal_say.endings.get(one.ending, one.ending))
                moment(one.ended)
            if one.rating is not None:
                ui.label(deal_say.rated.format(percent(one.rating)))
            evidence(at, one.evidence)
        if told is not None and one.stage in ("agreed", "started"):
            _told(told)
        deeds.buttons(deeds.works(at, case, one))


def _told(work: shapes.WorkNow) -> None:
    with ui.row().classes("items-center quiet small"):
        ui.label(say.told.format(work.finished, work.operations))
        if work.finished < work.operations:
            ui.label(say.expected)
            moment(work.expected)
            if work.late:
                badge(say.late_by.format(span(work.late)), "bad")


@contextmanager
def _step(kind: str, title: str) -> Iterator[None]:
    """kind: done, now, todo or bad; the words inside say it too."""
    with ui.element("li").classes(kind) as item:
        if kind == "now":
            item.props('aria-current="step"')
        ui.label(title).classes("what")
        yield
