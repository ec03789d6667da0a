"""The audit of everything, on a page: begun, watched, read, and taken home."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.audit_report import as_html
from hanse.app.ui import browser, forms, zones
from hanse.app.ui.pieces import badge, cell, complain, table, words
from hanse.app.ui.screens import Visit
from hanse.app.ui.texts import Evidence as say
from hanse.errors import HanseError

POLL_SECONDS = 0.7


class Audit:
    """One visitor's look at it."""

    def __init__(self, at: Visit) -> None:
        self._at, self._now = at, shapes.AuditNow(
            state="none", ok=None, block=None, seconds=None, reason="", checks=[]
        )  # fmt: skip

    async def lay(self) -> None:
        ui.label(say.audit_lead)
        with ui.row().classes("actions"):
            self._button = ui.button(say.audit_do, on_click=self._begin).props("no-caps")
        self._shown = ui.element("div").classes("wide").props("role=status")
        self._report = ui.element("div").classes("wide")
        with self._report:
            self._lay_report()
        ui.label(say.offline).classes("quiet small")
        origin = self._at.door.origin
        auditor = (await self._at.door.get("league", shapes.LeagueNow)).auditor
        ui.html(
            f"<pre>hanse audit --data BACKUP\nhanse audit --url {origin} --report audit.html\n"
            f"hanse audit --verify-report audit.html --signer {auditor}</pre>",
            sanitize=False,
        ).classes("wide")
        self._now = await self._at.door.get("audit", shapes.AuditNow)
        self._draw()
        self._timer = ui.timer(POLL_SECONDS, self._again, active=self._now.state == "running")

    async def _begin(self) -> None:
        told = await self._at.do("POST", "audit", shape=shapes.AuditNow)
        if told is not None:
            self._now = told
            self._draw()
            self._timer.activate()

    async def _again(self) -> None:
        try:
            told = await self._at.door.get("audit", shapes.AuditNow)
        except HanseError:
            return
        if told != self._now:
            self._now = told
            self._draw()
        if told.state != "running":
            self._timer.deactivate()

    def _draw(self) -> None:
        now = self._now
        self._button.set_enabled(now.state != "running")
        self._report.set_visibility(now.state == "done")
        self._shown.clear()
        with self._shown:
            if now.state == "done":
                count = sum(one.count for one in now.checks)
                differ = sum(len(one.differences) for one in now.checks)
                said = say.audit_ok if now.ok else say.audit_bad
                badge(
                    said.format(now.block, count, now.seconds) if now.ok else said.format(differ, now.block),
                    "good" if now.ok else "bad",
                )
            else:
                badge(say.audit_states[now.state], {"failed": "bad", "running": "partly"}.get(now.state, "quiet"))  # type: ignore[arg-type]
                if now.reason:
                    ui.label(now.reason)
            if now.checks:
                _checks(now.checks)

    async def _take(self, form: str) -> None:
        """The report of the chosen period, signed, as a file."""
        body = self._asked()
        if body is None:
            return
        try:
            told = await self._at.door.ask("POST", "audit/report", shapes.ReportNow, body)
            file = told.file
            if body["sign"] and not self._at.who.managed:
                file = {**file, "signatures": [*file["signatures"], await self._by_wallet(told)]}
        except HanseError as error:
            complain(error)
            return
        said = file["report"]
        made = datetime.fromtimestamp(said["made"], UTC)
        name = f"audit-{made:%Y-%m-%d}-block-{said['audited']['block']}.{form}"
        if form == "json":
            ui.download.content(json.dumps(file, indent=1), name, "application/json")
        else:
            ui.download.content(as_html(file), name, "text/html")

    async def _by_wallet(self, told: shapes.ReportNow) -> dict[str, str]:
        own = self._at.who.address
        return {"role": "auditor", "by": own, "signature": await browser.signature(told.typed, own)}

    def _asked(self) -> dict[str, Any] | None:
        """The period as it was filled in; None if a date is none, which is said beside it."""
        if not forms.filled(self._since, self._until):
            return None
        zone = zones.zone_of(self._at.client)
        found: dict[str, Any] = {"sign": bool(self._own.value)}
        for name, field, days in (("since", self._since, 0), ("until", self._until, 1)):
            if field.value:
                found[name] = zones.midnight(_day(field.value, zone) or 0, zone, days) - days
        return found

    def _lay_report(self) -> None:
        """What the report is to be of, and who signs it."""
        zone = zones.zone_of(self._at.client)

        def right(words: str | None) -> bool:
            return not words or _day(words, zone) is not None

        ui.label(say.report_lead).classes("quiet small")
        with ui.row().classes("fields"):
            self._since = _date(say.report_since, right)
            self._until = _date(say.report_until, right)
        self._own = ui.checkbox(say.report_sign)
        with ui.row().classes("actions"):
            ui.button(say.report_html, on_click=lambda: self._take("html")).props("outline no-caps")
            ui.button(say.report_json, on_click=lambda: self._take("json")).props("outline no-caps")


def _date(label: str, right: Callable[[str | None], bool]) -> ui.input:
    asked = ui.input(label, validation={say.report_wrong: right})
    return asked.props("type=date stack-label").without_auto_validation()


def _day(words: str, zone: tzinfo) -> int | None:
    """A moment of a day; None if it is none."""
    return zones.typed(f"{words}T12:00", zone)


def _checks(checks: list[shapes.AuditCheck]) -> None:
    with table(say.check, say.pieces, say.differs) as row:
        for one in checks:
            with row():
                words(one.what)
                with cell("number"):
                    ui.label(f"{one.count:,}".replace(",", " "))
                with cell():
                    badge(say.fine if one.ok else say.bad.format(len(one.differences)), "good" if one.ok else "bad")
                    for difference in one.differences[:20]:
                        ui.label(difference).classes("hash small")
