"""A shop's machines on its page: the days that are shown, and free time that is offered with one button."""

from __future__ import annotations

import time
from datetime import tzinfo

from nicegui import ui

from hanse.app.ui import idle, week, zones
from hanse.app.ui.pieces import card, folded, moment
from hanse.app.ui.screens import Again, Visit
from hanse.app.ui.shop import Shop, default_view
from hanse.app.ui.texts import Shop as say
from hanse.app.ui.week import View
from hanse.planning.preferences.glance import Wishes

MOST_WINDOWS = 8


class Days:
    """Which days the machines are shown for, as the visitor chose; wishes: what satisfies it, its own business."""

    def __init__(self, at: Visit, zone: tzinfo) -> None:
        self._at, self._zone = at, zone
        self.view = default_view(zone)
        self.again: Again | None = None
        self.wishes: Wishes | None = None

    async def refresh(self) -> None:
        """Draws what changed off the ledger."""
        if self.again is not None:
            await self.again()

    async def show(self, moment: int, days: int, button: str) -> None:
        """Other days; the button that was pressed keeps the keyboard."""
        self.view = View.of(moment, self._zone, days)
        await self.refresh()
        with self._at.client:
            ui.run_javascript(f"document.getElementById('{button}')?.focus()")


def machines(at: Visit, now: Shop, zone: tzinfo, days: Days) -> None:
    """The days that were chosen, and what is free in them."""
    with card(say.days):
        if not now.rows:
            ui.label(say.no_machines)
            return
        _controls(now, days, zone)
        week.draw(now.rows, now.view, zone, int(time.time()))
        with folded(say.as_list).classes("wide"):
            week.listed(now.rows, now.view)
    windows = [(start, end, row) for row in now.rows if row.offers for start, end in row.free]
    windows.sort(key=lambda one: (one[0], one[2].number))
    with card(say.idle):
        if not windows:
            ui.label(say.no_idle)
            return
        for start, end, row in windows[:MOST_WINDOWS]:
            with ui.row().classes("piece-line"):
                ui.label(row.name).classes("strong")
                moment(start)
                ui.label("–")
                moment(end)
                ui.label(zones.span((end - start) // 60 * 60)).classes("quiet")
                _offer_button(at, now, start, end, row)


def _offer_button(at: Visit, now: Shop, start: int, end: int, row: week.Row) -> None:
    choice = {one.number: (one.name, one.services) for one in now.rows}

    async def offer() -> None:
        await idle.offer(at, choice, now.services, start, end, row.number)

    ui.button(say.offer, on_click=offer).props(f'outline dense no-caps aria-label="{say.offer}: {row.name}"')


def _controls(now: Shop, days: Days, zone: tzinfo) -> None:
    view = now.view
    length = view.days
    before = zones.midnight(view.start, zone, -length)
    goto = [
        ("earlier", say.earlier, before, length),
        ("today", say.today, int(time.time()), length),
        ("later", say.later, view.end, length),
    ]
    if now.next is not None:
        goto.append(("next", say.next, now.next, length))
    goto.append(("zoom", say.day if length > 1 else say.week, view.start, 1 if length > 1 else 7))
    with ui.row().classes("actions"):
        for name, label, moment, count in goto:
            button = ui.button(label, on_click=lambda m=moment, c=count, n=name: days.show(m, c, f"days-{n}"))
            button.props(f"outline dense no-caps id=days-{name}")
