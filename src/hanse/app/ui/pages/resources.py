"""Resources: what members let others use besides machines, found by kind, name, capacity and price; and one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from nicegui import ui
from pydantic import TypeAdapter, ValidationError

from hanse.app.api import shapes
from hanse.app.api.shapes.base import Name
from hanse.app.ui import forms, zones
from hanse.app.ui.forms import Read, filled
from hanse.app.ui.pieces import badge, card, cell, complain, empty, money, table, words
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Resources as say
from hanse.errors import HanseError

NAMES: TypeAdapter[str] = TypeAdapter(Name)
MOST_CAPACITY = 2**53 - 1
SHOWN = 100


@screen("/resources", say.title)
async def resources(at: Visit) -> None:
    """What can be used, and for members what they let others use."""
    ui.label(say.lead).classes("quiet lead")
    zone = zones.zone_of(at.client)
    with card(say.find, id="find"):
        await _search(at, zone)
    if not at.is_("member"):
        ui.label(say.members_only).classes("quiet")
        return

    async def own() -> shapes.MemberNow:
        return await at.door.get(f"members/{at.who.address}", shapes.MemberNow)

    async def offer() -> None:
        await _offer(at, await own(), zone)

    with card(say.own, id="own"):
        await at.show(own, lambda now: _own(at, now, zone), "member")
        ui.button(say.offer, on_click=offer).props("outline no-caps")


async def _search(at: Visit, zone: tzinfo) -> None:
    with ui.row().classes("fields"):
        kind = ui.select({"": say.any, **say.kinds}, value="", label=say.kind)
        name = ui.input(say.part).props("maxlength=64")
        capacity = forms.whole(say.at_least, 1, least=1, most=MOST_CAPACITY)
        price = forms.amount(say.at_most, optional=True)
    every = ui.checkbox(say.uncertified)

    def asked() -> dict[str, Any]:
        most = forms.cents(price.value)
        limits = {"kind": kind.value or None, "name": (name.value or "").strip() or None, "price": most}
        found: dict[str, Any] = {key: one for key, one in limits.items() if one is not None}
        return found | {"capacity": int(capacity.value), "certified": not every.value, "limit": SHOWN}

    wanted = asked()

    async def load() -> list[shapes.ResourceNow]:
        return await at.door.some("resources", shapes.ResourceNow, **wanted)

    async def go() -> None:
        nonlocal wanted
        if filled(capacity, price):
            wanted = asked()
            await again()

    ui.button(say.find, on_click=go).props("no-caps")
    name.on("keydown.enter", go)
    with ui.element("div").classes("wide").props('aria-live="polite"'):
        again = await at.show(load, lambda found: _found(found, zone), "member")


def _found(found: Sequence[shapes.ResourceNow], zone: tzinfo) -> None:
    if not found:
        empty(say.nothing)
        return
    with table(say.name, say.kind, say.whose, say.capacity, say.price, say.when, caption=say.cheapest) as row:
        for one in found:
            with row():
                words(one.name, say.kinds[one.kind])
                with cell():
                    ui.link(one.member_name or f"{one.member[:8]}…", f"/members/{one.member}")
                    if not one.certified:
                        badge(say.not_certified, "partly")
                words(f"{one.capacity:,} {one.unit}".replace(",", "\u202f"), _price(one), _when(one, zone))
    ui.label(say.agree).classes("quiet small")
    ui.link(say.ask, "/market")


def _price(one: shapes.Resource) -> str:
    return say.price_of.format(money(one.price), one.unit, say.pers[one.per]) if one.price else say.free


def _when(one: shapes.Resource, zone: tzinfo) -> str:
    known = ((say.since, one.available_from), (say.till, one.available_until))
    return " ".join(said.format(zones.when(at, zone)) for said, at in known if at is not None) or say.always


def _own(at: Visit, now: shapes.MemberNow, zone: tzinfo) -> None:
    if not now.resources:
        empty(say.none_own)
        return
    with table(say.name, say.kind, say.capacity, say.price, say.when, "") as row:
        for i, one in enumerate(now.resources):
            with row():
                words(one.name, say.kinds[one.kind], f"{one.capacity} {one.unit}", _price(one), _when(one, zone))
                with cell():
                    ui.button(say.withdraw, on_click=lambda i=i: _withdraw(at, now, i)).props("flat dense no-caps")


async def _withdraw(at: Visit, now: shapes.MemberNow, place: int) -> None:
    if await at.sure(say.withdraw_ask.format(now.resources[place].name), say.withdraw, say.offer_what):
        left = [one for i, one in enumerate(now.resources) if i != place]
        await at.write("PUT", "members/me", _said(now, left), done=say.withdrawn)


def _said(now: shapes.MemberNow, its: Sequence[shapes.Resource]) -> dict[str, Any]:
    """The whole description, with these resources and else as it was."""
    kept: dict[str, Any] = now.model_dump(mode="json", include={"id", "name", "services", "place"})
    return kept | {"resources": [one.model_dump(mode="json") for one in its]}


def _is_name(text: str | None) -> bool:
    try:
        NAMES.validate_python(text or "")
    except ValidationError:
        return False
    return True


async def _offer(at: Visit, now: shapes.MemberNow, zone: tzinfo) -> None:
    def fields() -> Read:
        said: dict[str, Callable[[Any], bool]] = {say.needed: _is_name}
        kind = ui.select(dict(say.kinds), value="computing", label=say.kind).classes("wide")
        name, unit = (
            ui.input(label, validation=said).props("maxlength=64").classes("wide").without_auto_validation()
            for label in (say.name, say.unit)
        )
        with ui.row().classes("fields"):
            capacity = forms.whole(say.capacity, 1, least=1, most=MOST_CAPACITY)
            price = forms.amount(say.unit_price)
            per = ui.select(dict(say.pers), value="hour", label=say.per)
        begin = forms.moment_field(say.from_, None, zone, optional=True)
        end = forms.moment_field(say.until, None, zone, optional=True)

        def read() -> Mapping[str, Any] | None:
            if not filled(name, unit, capacity, price, begin, end):
                return None
            first, last = zones.typed(begin.value, zone), zones.typed(end.value, zone)
            if last is not None and (first or 0) >= last:
                complain(HanseError(say.order_wrong, hint=say.order_hint))
                return None
            one = shapes.Resource(
                kind=kind.value, name=name.value.strip(), unit=unit.value.strip(), capacity=int(capacity.value),
                price=forms.cents(price.value) or 0, per=per.value, available_from=first, available_until=last,
            )  # fmt: skip
            return _said(now, [*now.resources, one])

        return read

    async def send(body: Mapping[str, Any], key: str) -> object:
        return await at.write("PUT", "members/me", body, done=say.offered, key=key)

    await forms.form(at, say.offer_ask, say.offer, fields, send, say.offer_what)
