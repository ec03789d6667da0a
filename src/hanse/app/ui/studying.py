"""A file is dropped, looked at, and calculated with: what the pages of plans and of trade-offs share.

The study runs at the service, whether or not the page is open; whoever comes back finds it again.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

from nicegui import events, ui

from hanse.app.api import shapes
from hanse.app.pareto import words
from hanse.app.ui import charts
from hanse.app.ui.pieces import card, complain, facts, table
from hanse.app.ui.pieces import words as cells
from hanse.app.ui.screens import Visit
from hanse.app.ui.texts import Studies as say
from hanse.errors import HanseError
from hanse.units import MILLION, Units

MOST_BYTES = 3_000_000
POLL_SECONDS = 0.7
FAULTS_SHOWN, JOBS_SHOWN = 30, 8


class Desk:
    """The page's desk: the file on it, what is in it, and the study. options: draws what one can choose and returns
    what tells objective and seconds, or raises HanseError; found: draws what a finished study found; beside: draws what
    else can be done with a problem that was read."""

    def __init__(
        self,
        at: Visit,
        what: Literal["plan", "front"],
        options: Callable[[], Callable[[], tuple[str, int]]],
        found: Callable[[Desk, shapes.StudyNow], Awaitable[None]],
        beside: Callable[[Desk], None] = lambda _: None,
    ) -> None:
        self.at, self._what, self._options, self._found, self._beside = at, what, options, found, beside
        self.seen: shapes.FileSeen | None = None
        self.study: shapes.StudyNow | None = None

    async def lay(self) -> None:
        """Lays everything out, and takes up again what was begun before."""
        with card(say.file, id="file"):
            ui.label(say.file_lead)
            self._upload = (
                ui.upload(
                    label=say.drop, auto_upload=True, max_file_size=MOST_BYTES, on_upload=self._dropped,
                    on_rejected=lambda: complain(HanseError(say.too_large, hint=say.too_large_hint)),
                )
                .props('accept=".json,.xlsx,.zip,.fjs,.txt" flat bordered')
                .classes("dropzone")
            )  # fmt: skip
            with ui.row():
                ui.button(say.choose, on_click=lambda: self._upload.run_method("pickFiles")).props("outline no-caps")
                if self._what == "plan":
                    ui.link(say.draft, "/api/v1/files/draft").props("download").classes("beside")
            self._preview = ui.element("div").classes("preview").props("role=status")
        self._asking = ui.element("div")
        self._going = ui.element("div")
        self._result = ui.element("div")
        self._clock = ui.element("div")  # a timer that is removed with what it draws would end its own turn
        known = [one for one in await self.at.door.json("studies") if one["what"] == self._what]
        if known:
            self.study = shapes.StudyNow.model_validate(known[0])
            problem = await self.at.door.bytes(f"studies/{self.study.id}/results/problem.json")
            await self._look(f"{self.study.name or 'problem'}.json", problem)
            await self._follow()

    async def _dropped(self, event: events.UploadEventArguments) -> None:
        data = await event.file.read()
        self._upload.reset()
        if self.study is not None and self.study.state == "running":
            complain(HanseError(say.busy, hint=say.busy_hint))
            return
        self._result.clear()
        self._going.clear()
        await self._look(event.file.name, data)

    async def _look(self, name: str, data: bytes) -> None:
        """Says what a file holds, and offers to calculate if it can be."""
        body = {"name": name[-200:], "data": base64.b64encode(data).decode()}
        seen = await self.at.do("POST", "files", body, shape=shapes.FileSeen)
        if seen is None:
            return
        self.seen = seen
        self._preview.clear()
        with self._preview:
            _shown(name, seen, orders=self._what == "plan")
        self._asking.clear()
        if seen.problem is not None:
            with self._asking, card(say.find_front if self._what == "front" else say.find_plan):
                chosen = self._options()
                with ui.row().classes("actions"):
                    ui.button(say.begin, on_click=lambda: self._begin(chosen)).props("no-caps")
            with self._asking:
                self._beside(self)

    async def _begin(self, chosen: Callable[[], tuple[str, int]]) -> None:
        assert self.seen is not None
        try:
            objective, seconds = chosen()
        except HanseError as error:
            complain(error)
            return
        body = {"what": self._what, "problem": self.seen.problem, "objective": objective, "seconds": seconds}
        study = await self.at.do("POST", "studies", body, shape=shapes.StudyNow)
        if study is not None:
            self.study = study
            await self._follow()

    async def _follow(self) -> None:
        """Shows how far the study is until it is over."""
        assert self.study is not None
        self._going.clear()
        self._result.clear()
        if self.study.state != "running":
            await self._over()
            return
        with self._going, card(say.going, "partly"):
            label = ui.label().props("role=status")
            bar = ui.linear_progress(show_value=False, size="10px").props("instant-feedback aria-hidden=true")
            picture = ui.element("div").classes("curve-place")
            with ui.row().classes("actions"):
                if self._what == "plan":
                    ui.button(say.enough, on_click=self._enough).props("outline no-caps")
                ui.button(say.end, on_click=self._end).props("flat no-caps")
        with self._clock:
            timer = ui.timer(POLL_SECONDS, lambda: self._again(label, bar, picture, timer))

    async def _again(self, label: ui.label, bar: ui.linear_progress, picture: ui.element, timer: ui.timer) -> None:
        before, failed = self.study, None
        if before is not None:
            try:
                study = await self.at.door.get(f"studies/{before.id}", shapes.StudyNow)
            except HanseError as error:
                failed = error
        if before is None or self.study is not before:  # it was ended by hand, perhaps while it was asked for
            timer.cancel()
            return
        if failed is not None:
            timer.cancel()
            self._going.clear()
            complain(failed)
            return
        self.study = study
        if study.state != "running":
            timer.cancel()
            await self._over()
            return
        bar.set_value(min(1.0, max(study.share / MILLION, study.took / study.seconds)))
        label.set_text(say.after.format(min(int(study.took), study.seconds), study.seconds))
        if study.points and study.points != before.points:
            picture.clear()
            with picture:
                self._curve(study)

    async def _over(self) -> None:
        assert self.study is not None
        self._going.clear()
        study = self.study
        with self._result:
            if study.state == "done":
                await self._found(self, study)
            elif study.state == "failed":
                with card(say.failed, "bad"):
                    ui.label(study.reason)
                    ui.label(study.hint)

    def _curve(self, study: shapes.StudyNow) -> None:
        points = [(one.seconds, one.value, one.bound) for one in study.points]
        units, (_, value, bound) = self.units, points[-1]
        charts.curve(
            points, max(study.took, 0.1), amount(study.objective, value, units), amount(study.objective, bound, units)
        )

    async def _enough(self) -> None:
        assert self.study is not None
        await self.at.do("POST", f"studies/{self.study.id}/enough", shape=shapes.StudyNow)

    async def _end(self) -> None:
        assert self.study is not None
        gone = await self.at.do("DELETE", f"studies/{self.study.id}", shape=shapes.StudyNow, done=say.ended)
        if gone is not None:
            self.study = None
            self._going.clear()

    @property
    def units(self) -> Units:
        """In which the problem on the desk counts."""
        problem: Mapping[str, Any] = (self.seen and self.seen.problem) or {}
        return Units(**problem.get("units", {}))


def amount(objective: str, millionths: int | None, units: Units) -> str:
    """A value of an objective, in millionths, as people read it."""
    if millionths is None:
        return "–"
    if objective == "tardiness":
        return words.value(objective, millionths, units)
    if objective in words.LABELS:
        return words.value(objective, millionths // MILLION, units)
    return f"{millionths / MILLION:,.10g}".replace(",", " ")


def _shown(name: str, seen: shapes.FileSeen, *, orders: bool) -> None:
    """What is in the file: counts, or every fault with its place."""
    counts = " · ".join(f"{what} {count:,}".replace(",", "\u202f") for what, count in seen.counts.items())
    with facts() as fact:
        with fact(say.name):
            ui.label(name)
        if counts:
            with fact(say.holds):
                ui.label(counts)
    if seen.total:
        with ui.element("div").classes("banner").props("role=alert"):
            ui.label(say.faults.format(seen.total))
        with table(say.where, say.wrong, say.cure) as row:
            for fault in seen.faults[:FAULTS_SHOWN]:
                with row():
                    cells(fault.where, fault.message, fault.hint)
        if seen.total > FAULTS_SHOWN:
            ui.label(say.more.format(seen.total - FAULTS_SHOWN))
    elif orders:
        _jobs(seen.jobs)


def _jobs(jobs: list[shapes.JobNow]) -> None:
    """Which job is which order."""
    others = [one for one in jobs if one.order is None or one.differs]
    if not others:
        ui.label(say.all_orders.format(len(jobs)))
        return
    ui.label(say.some_orders.format(len(jobs) - len(others), len(jobs)))
    with table(say.job, say.order, say.differs, caption=say.not_recordable) as row:
        for one in others[:JOBS_SHOWN]:
            with row():
                cells(one.job, "–" if one.order is None else str(one.order), "; ".join(one.differs) or say.no_order)
    if len(others) > JOBS_SHOWN:
        ui.label(say.more.format(len(others) - JOBS_SHOWN))
