"""What is planned, when and where: all recorded plans on one chart, what changed, and the same for other programs."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import browser, charts
from hanse.app.ui.pieces import card, complain, empty
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Schedule as say
from hanse.errors import HanseError


@screen("/schedule", say.title)
async def schedule(at: Visit) -> None:
    """The chart of all plans one sees; `?block=7` shows one alone."""
    charts.needed()
    only = at.search.get("block", "")
    block = int(only) if only.isdecimal() else None
    seen = await at.door.all("blocks", shapes.BlockNow)

    async def load() -> list[int]:
        return [one.number for one in await at.door.all("blocks", shapes.BlockNow)]

    def draw(numbers: list[int]) -> None:
        if not numbers:
            empty(say.empty, say.plan if at.is_("coordinator") else "", "/planning")
            return
        url = "/api/v1/schedule" + (f"?block={block}" if block else "")
        charts.gantt(url, remember="" if block else f"{at.who.address}")

    if seen:
        _choice(seen, block)
    await at.show(load, draw, "block")
    if seen:
        own = await at.door.maybe(f"members/{at.who.address}", shapes.MemberNow)
        with card(say.export):
            _export(seen, block, own.id if own else "")


def _choice(blocks: list[shapes.BlockNow], chosen: int | None) -> None:
    """All plans together, or one."""
    named = {0: say.all, **{one.number: say.one.format(one.number) for one in reversed(blocks)}}
    ui.select(
        named,
        value=chosen or 0,
        label=say.show,
        on_change=lambda event: ui.navigate.to("/schedule" + (f"?block={event.value}" if event.value else "")),
    ).props("dense outlined").classes("w-64")


def _export(blocks: list[shapes.BlockNow], chosen: int | None, member: str) -> None:
    """A plan as a calendar, a table or for programs."""
    ui.label(say.export_lead)
    with ui.row().classes("items-end"):
        named = {one.number: say.one.format(one.number) for one in reversed(blocks)}
        plan = ui.select(named, value=chosen or blocks[-1].number, label=say.which).classes("w-40")
        begins = ui.input(say.begins, value=datetime.now().astimezone().strftime("%Y-%m-%dT06:00")).props(
            "type=datetime-local"
        )
        own = ui.checkbox(say.own, value=True) if member else None

    async def take(form: str) -> None:
        asked = {}
        if form != "json" and own is not None and own.value:
            asked["member"] = member
        if form == "ics":
            try:
                typed = datetime.fromisoformat(begins.value or "").isoformat()
            except ValueError:
                complain(HanseError(say.begins_wrong))
                return
            # What is typed is of the reader's zone, which its browser knows.
            try:
                asked["start"] = await browser.asked(f"new Date('{typed}').toISOString()")
            except HanseError as error:
                complain(error)
                return
        query = f"?{urlencode(asked)}" if asked else ""
        ui.navigate.to(f"/api/v1/blocks/{plan.value}/exports/{form}{query}")

    with ui.row().classes("actions"):
        for form, words in (("ics", say.ics), ("csv", say.csv), ("xlsx", say.xlsx), ("json", say.json)):
            ui.button(words, on_click=lambda form=form: take(form)).props("outline no-caps")
        ui.button(say.print, on_click=lambda: ui.run_javascript("print()")).props("outline no-caps")
