"""Notices: what others offer and want, found with reasons; what suits the visitor; and its own."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import forms, zones
from hanse.app.ui.deeds import writing
from hanse.app.ui.forms import Read, filled
from hanse.app.ui.pieces import card, cell, empty, money, table, words
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Notices as say
from hanse.app.ui.zones import DAY
from hanse.market.search import DEFAULT_WEIGHTS
from hanse.units import MILLION

PERCENT = MILLION // 100
SHOWN = 20


@screen("/notices", say.title)
async def notices(at: Visit) -> None:
    """Search, what suits the visitor, and its own notices."""
    services = (await at.door.get("league", shapes.LeagueNow)).services

    async def post() -> None:
        await _post(at, services)

    with ui.row().classes("actions"):
        ui.button(say.post, on_click=post).props("no-caps")
    with card(say.find, id="find"):
        await _search(at, services)

    async def load() -> tuple[shapes.Suggested, list[shapes.NoticeNow], dict[str, str]]:
        suited = await at.door.get("notices/suggested", shapes.Suggested)
        own = await at.door.all("notices", shapes.NoticeNow, own=True)
        authors = {one.notice.author for one in suited.offers} | {one.author for one in suited.wanted}
        return suited, own, await at.known(authors)

    await at.show(load, lambda now: _drawn(at, *now), "anchor", "request")


def _drawn(at: Visit, suited: shapes.Suggested, own: list[shapes.NoticeNow], names: Mapping[str, str]) -> None:
    with card(say.suits):
        if not (suited.offers or suited.wanted or suited.requests):
            empty(say.nothing_suits)
        if suited.offers:
            _found(suited.offers[:SHOWN], names, say.for_you)
        if suited.wanted:
            _wanted(suited.wanted[:SHOWN], names)
        for number in suited.requests[:SHOWN]:
            ui.link(say.request.format(number), f"/market/{number}")
    with card(say.own):
        if not own:
            empty(say.none_own)
        for one in own:
            with ui.row().classes("actions"):
                ui.label(f"{say.kinds[one.kind]}: {one.title}, {money(one.price)}")
                ui.button(say.withdraw, on_click=lambda one=one: _withdraw(at, one)).props("outline no-caps")


def _found(found: Sequence[shapes.FoundNow], names: Mapping[str, str], caption: str) -> None:
    with table(say.what, say.who, say.price, say.why, caption=caption) as row:
        for one in found:
            with row():
                words(one.notice.title, names.get(one.notice.author, ""))
                with cell("number"):
                    ui.label(money(one.notice.price))
                words(_reasons(one))


def _wanted(found: Sequence[shapes.NoticeNow], names: Mapping[str, str]) -> None:
    with table(say.what, say.who, say.price, say.services, caption=say.you_can) as row:
        for one in found:
            with row():
                words(one.title, names.get(one.author, ""))
                with cell("number"):
                    ui.label(money(one.price))
                words(", ".join(one.services))


def _reasons(one: shapes.FoundNow) -> str:
    """What it gained by, the most first, each as a share of the score."""
    told = sorted(((part, name) for name, part in one.parts.items() if part), reverse=True)
    return ", ".join(f"{say.criteria[name]} {100 * part / one.score:.0f} %" for part, name in told)


async def _search(at: Visit, services: list[str]) -> None:
    zone = zones.zone_of(at.client)
    wanted = ui.select(services, multiple=True, value=[], label=say.services).classes("wide")
    with ui.row().classes("fields"):
        kind = ui.select(dict(say.kinds), value="offered", label=say.kind)
        budget = forms.amount(say.budget, None, optional=True)
        by = forms.moment_field(say.by, int(time.time()) + 60 * DAY, zone)
    with ui.row().classes("fields"):
        counts = {
            name: ui.number(say.criteria[name], value=weight, min=0, max=10, precision=0)
            for name, weight in DEFAULT_WEIGHTS.items()
            if name != "place"  # a browser does not know where on the league's map it is
        }
    results = ui.column().classes("wide").props('aria-live="polite"')

    async def go() -> None:
        if not filled(budget, by):
            return
        asked: dict[str, Any] = {
            "kind": kind.value, "service": list(wanted.value or []), "by": zones.typed(by.value, zone), "limit": SHOWN,
            "weight": [f"{name}:{int(one.value or 0)}" for name, one in counts.items()],
        }  # fmt: skip
        limit = forms.cents(budget.value)
        told = await at.door.get(
            "notices/search", shapes.Finds, **asked, **({} if limit is None else {"budget": limit})
        )
        names = await at.known({one.notice.author for one in told.found})
        results.clear()
        with results:
            if told.found:
                _found(told.found, names, say.results)
            else:
                empty(say.nothing_found)

    ui.button(say.search, on_click=go).props("no-caps")


async def _post(at: Visit, services: list[str]) -> None:
    zone, now = zones.zone_of(at.client), int(time.time())

    def fields() -> Read:
        kind = ui.select(dict(say.kinds), value="offered", label=say.kind).classes("wide")
        title = ui.input(say.what, validation={say.needed: lambda text: bool((text or "").strip())})
        title.props("maxlength=120").classes("wide").without_auto_validation()
        which = ui.select(services, multiple=True, value=[], label=say.services, validation={say.needed: bool})
        which.classes("wide").without_auto_validation()
        with ui.row().classes("fields"):
            price = forms.amount(say.price_field, None)
            quality = forms.whole(say.quality, 100, least=0, most=100)
        ready = forms.moment_field(say.ready, now + 7 * DAY, zone)
        expires = forms.moment_field(say.expires, now + 30 * DAY, zone)
        more = forms.words_field(say.words)

        def read() -> Mapping[str, Any] | None:
            if not filled(title, price, quality, ready, expires) or not which.validate():
                return None
            return {
                "kind": kind.value, "title": title.value.strip(), "services": list(which.value),
                "price": forms.cents(price.value), "quality": int(quality.value) * PERCENT, "words": more.value or "",
                "ready": zones.typed(ready.value, zone), "expires": zones.typed(expires.value, zone),
            }  # fmt: skip

        return read

    await forms.form(at, say.post_ask, say.post, fields, writing(at, "notices", say.posted), say.post_what)


async def _withdraw(at: Visit, one: shapes.NoticeNow) -> None:
    if await at.sure(say.withdraw_ask, say.withdraw, one.title):
        await at.write("DELETE", f"notices/{one.number}", done=say.withdrawn)
