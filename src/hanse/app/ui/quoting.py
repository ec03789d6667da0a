"""Dated offers on an order's page: asked for, watched, compared, chosen; and recorded by a coordinator."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from nicegui import ui

from hanse.app import carbon
from hanse.app.api import shapes
from hanse.app.client import Refused
from hanse.app.ui import deeds, zones
from hanse.app.ui.pieces import badge, card, cards, complain, facts, folded, heading, listing, moment, money, percent
from hanse.app.ui.screens import Again, Visit
from hanse.app.ui.texts import Quotes as say
from hanse.errors import HanseError
from hanse.units import Units

if TYPE_CHECKING:
    from hanse.app.ui.parcel import Parcel

POLL_SECONDS = 0.7
RETRY_SECONDS = 4.0
BUSY = 503
"""All places are taken: one waits."""


class Asking:
    """What the visitor has asked for on this page. Lay it outside of what is drawn again, and draw it inside."""

    def __init__(self, at: Visit, number: str) -> None:
        self._at, self._number = at, number
        self.again: Again | None = None
        self._study: shapes.StudyNow | None = None
        self._queued = False
        self.turn = 0
        """Another number whenever something is to be drawn that no question to the API would tell."""
        self._said: ui.label | None = None
        self._bar: ui.linear_progress | None = None

    def lay(self) -> None:
        """The clock that follows a study."""
        self._timer = ui.timer(POLL_SECONDS, self._follow, active=False)

    def going(self) -> bool:
        """Whether something is being calculated, or waits to be."""
        return self._queued or self._study is not None

    def progress(self) -> None:
        """How far it is."""
        self._said = ui.label().props("role=status")
        self._bar = ui.linear_progress(show_value=False, size="10px").props("instant-feedback aria-hidden=true")
        self._tell()

    async def begin(self) -> None:
        """Asks for offers; if all places are taken, again after a while."""
        try:
            self._study = await self._at.door.ask("POST", f"orders/{self._number}/quotes", shapes.StudyNow)
            self._queued, self._timer.interval = False, POLL_SECONDS
        except Refused as refusal:
            self._queued = refusal.status == BUSY
            if not self._queued:
                self._timer.deactivate()
                await self._draw()
                with self._at.client:
                    complain(refusal)
                return
            self._timer.interval = RETRY_SECONDS
        self._timer.activate()
        await self._draw()

    async def _follow(self) -> None:
        if self._study is None:
            await self.begin()
            return
        try:
            self._study = await self._at.door.get(f"studies/{self._study.id}", shapes.StudyNow)
        except HanseError as error:
            await self._end(error)
            return
        if self._study.state == "running":
            self._tell()
            return
        failed = self._study.state != "done"
        await self._end(HanseError(f"{say.failed} {self._study.reason}", hint=self._study.hint) if failed else None)

    async def _end(self, error: HanseError | None) -> None:
        self._timer.deactivate()
        self._study, self._queued = None, False
        await self._draw()
        if error is not None:
            with self._at.client:
                complain(error)

    async def _draw(self) -> None:
        self.turn += 1
        if self.again is not None:
            await self.again()

    def _tell(self) -> None:
        if self._said is None or self._bar is None or self._said.is_deleted:
            return
        study = self._study
        if study is None:
            self._said.set_text(say.queue)
            return
        self._said.set_text(say.going.format(min(int(study.took), study.seconds), study.seconds))
        self._bar.set_value(min(1.0, study.took / study.seconds))


def shown(at: Visit, now: Parcel, asking: Asking) -> None:
    """The offers of an open order that somebody can make, for its customer and coordinators."""
    found, row = now.quotes, now.story.order
    able = any(one.answer in ("ACCEPT", "PARTIAL") for one in now.story.answers)
    if found is None or row.status != "open" or not able:
        return
    with card(say.title, "partly" if not found.chosen else "plain", id="quotes"):
        ui.label(say.lead).classes("quiet")
        if asking.going():
            asking.progress()
        elif not found.quotes:
            with ui.row().classes("actions"):
                ui.button(say.ask, on_click=asking.begin).props("no-caps")
        if found.quotes:
            _found(at, now, found, asking)


def _found(at: Visit, now: Parcel, found: shapes.QuotesNow, asking: Asking) -> None:
    assert found.chosen_at is not None or not found.chosen
    own = now.story.order.customer == at.who.address
    if found.valid:
        with ui.row().classes("when"):
            ui.label(say.valid)
            moment(found.until)
    else:
        badge(say.over, "bad")
    if len(found.quotes) > 1:
        ui.html(picture(found.quotes, found.chosen), sanitize=False).classes("quotes-picture")
    with cards():
        for one in found.quotes:
            _quote(at, found, one, asking, may=own and found.valid and not asking.going())
    if found.reckoned_pieces != now.story.order.quantity:
        ui.label(say.reckoned.format(found.reckoned_from, found.reckoned_pieces)).classes("quiet small")
    with folded(say.binds).classes("wide"):
        ui.label(found.binds)
    if not asking.going():
        with ui.row().classes("actions"):
            ui.button(say.again, on_click=asking.begin).props("outline no-caps")


def _quote(at: Visit, found: shapes.QuotesNow, one: shapes.QuoteNow, asking: Asking, *, may: bool) -> None:
    title = " · ".join(say.names[name] for name in one.names)
    chosen = found.chosen in one.names
    with ui.element("section").classes("card figure quote" + (" good" if chosen else "")):
        heading(title, 3)
        ui.label(money(one.price)).classes("value")
        with ui.row().classes("when"):
            ui.label(say.ready)
            moment(one.ready)
        with ui.row():
            if chosen:
                badge(say.chosen, "good")
            if one.late is not None:
                badge(say.late.format(zones.span(one.late)) if one.late else say.on_time, "bad" if one.late else "good")
        for name in one.proved:
            ui.label(say.proved[name]).classes("quiet small")
        units = Units(energy=one.energy_unit)
        with facts() as fact:
            with fact(say.energy):
                ui.label(carbon.both(one.energy, units))
            with fact(say.reliability):
                ui.label(percent(one.reliability))
            with fact(say.by):
                ui.label(", ".join(dict.fromkeys(step.member for step in one.steps)))
        with folded(say.steps, f"steps of {title}"), ui.element("ol").classes("steps small"):
            for step in one.steps:
                with ui.element("li"):
                    ui.label(f"{step.service}: {step.machine} ({step.member})")
                    moment(step.begins)
        if may and not chosen:
            name = one.names[0]
            label = say.choose.format(title.lower())
            ui.button(label, on_click=lambda: _choose(at, found, one, name, asking)).props("outline no-caps")


async def _choose(at: Visit, found: shapes.QuotesNow, one: shapes.QuoteNow, name: str, asking: Asking) -> None:
    ready = zones.when(one.ready, zones.zone_of(at.client))
    asked = say.choose_ask.format(say.names[name].lower())
    if not await at.sure(
        asked, say.choose.format(say.names[name].lower()), say.choose_price.format(money(one.price), ready), found.binds
    ):
        return
    path, body = f"orders/{found.order}/choice", {"name": name, "made": found.made}
    if await at.do("PUT", path, body, shape=shapes.QuotesNow, done=say.chosen_done) and asking.again is not None:
        await asking.again()


def recording(at: Visit, now: Parcel) -> list[deeds.Deed]:
    """What a coordinator does with the customer's choice."""
    found = now.quotes
    if found is None or not found.valid or not found.chosen or not at.is_("coordinator"):
        return []
    return [deeds.Deed(say.record, lambda: _record(at, found), main=True)]


async def _record(at: Visit, found: shapes.QuotesNow) -> None:
    one = next(quote for quote in found.quotes if found.chosen in quote.names)
    ready = zones.when(one.ready, zones.zone_of(at.client))
    what = say.record_what.format(say.names[found.chosen].lower(), money(one.price), ready)
    if await at.sure(say.record_ask, say.record, what):
        await at.write("POST", f"orders/{found.order}/plan", done=say.recorded)


def picture(quotes: Sequence[shapes.QuoteNow], chosen: str) -> str:
    """Price against date, each offer a dot with its name: up is cheaper, right is sooner."""
    wide, tall, edge = 480, 130, 26
    prices, dates = [one.price for one in quotes], [one.ready for one in quotes]

    def place(value: int, those: Sequence[int], length: int) -> float:
        low, high = min(those), max(those)
        return edge + (length - 2 * edge) * (high - value) / (high - low) if high > low else length / 2

    dots, told = [], []
    for one in quotes:
        x, y = place(one.ready, dates, wide), tall - place(one.price, prices, tall)
        name = escape(" · ".join(say.names[each] for each in one.names))
        anchor = "start" if x < wide / 3 else "end" if x > 2 * wide / 3 else "middle"
        kind = ' class="chosen"' if chosen in one.names else ""
        dots.append(
            f'<circle{kind} cx="{x:.0f}" cy="{y:.0f}" r="6"/>'
            f'<text x="{x:.0f}" y="{y - 10:.0f}" text-anchor="{anchor}">{name}</text>'
        )
        told.append(f"{name} {money(one.price)}")
    label = escape(say.picture.format(", ".join(told)))
    axes = f'<text class="axis" x="{wide - 4}" y="{tall - 4}" text-anchor="end">{say.sooner}</text>'
    axes += f'<text class="axis" x="10" y="{tall - 22}" transform="rotate(-90 10 {tall - 22})">{say.cheaper}</text>'
    return f'<svg viewBox="0 0 {wide} {tall}" role="img" aria-label="{label}">{axes}{"".join(dots)}</svg>'


async def choices(at: Visit) -> None:
    """On the page Planning: what customers chose, as it changes."""

    async def load() -> list[shapes.ChoiceNow]:
        return [shapes.ChoiceNow.model_validate(one) for one in await at.door.json("choices")]

    zone = zones.zone_of(at.client)

    def draw(found: list[shapes.ChoiceNow]) -> None:
        if not found:
            return
        with card(say.choices, "partly", id="choices"):
            ui.label(say.choices_lead).classes("quiet")
            rows = [
                {
                    "number": one.order, "shown": str(one.order), "wants": say.names[one.name].lower(),
                    "price": money(one.price), "ready": zones.when(one.ready, zone),
                    "until": zones.when(one.until, zone),
                }
                for one in found
            ]  # fmt: skip
            columns = (
                ("shown", say.order),
                ("wants", say.wants),
                ("price", say.price),
                ("ready", say.ready),
                ("until", say.until),
            )
            listing(columns, rows, key="number", to="/orders/{}", right=("price",), label=say.choices)

    await at.show(load, draw, "order", "block", every=5)
