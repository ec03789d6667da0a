"""What people do with free time, each with its question: offer it, take a part, confirm, give back, withdraw, accept,
dispute, collect. Times of windows are minutes since 1970."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import forms, zones
from hanse.app.ui.deeds import Deed, writing
from hanse.app.ui.forms import Read, filled
from hanse.app.ui.pieces import money, percent
from hanse.app.ui.screens import Visit
from hanse.app.ui.texts import Offers as say
from hanse.app.ui.zones import MINUTE

MOST_MINUTES = 2**16 - 1

BOOKS = 2**32
"""Numbers from here on are places in books."""

Choice = Mapping[int, tuple[str, Sequence[str]]]
"""One's machines: number in offers, name, and what each can do."""


def cost(offer: shapes.OfferNow) -> int:
    """What its guest pays, cents."""
    return offer.price * offer.guest_length


def hourly(offer: shapes.OfferNow) -> str:
    """Its price, as people say it."""
    return say.hourly.format(money(offer.price * 60))


def period(offer: shapes.OfferNow, at: Visit) -> str:
    """When a window is, or the part of it that a guest has."""
    zone = zones.zone_of(at.client)
    start, end = offer.start, offer.end
    if offer.guest:
        start, end = offer.guest_start, offer.guest_start + offer.guest_length
    return say.period.format(zones.when(start * MINUTE, zone), zones.when(end * MINUTE, zone))


async def offer(
    at: Visit, machines: Choice, services: Sequence[str], start: int, end: int, machine: int | None = None
) -> None:
    """Offers idle time. services: the league's list; start, end: seconds, filled in; machine: chosen beforehand."""
    zone = zones.zone_of(at.client)
    own = await at.door.maybe(f"members/{at.who.address}", shapes.MemberNow)
    taken = {one.number for one in await at.door.all("offers", shapes.OfferNow, host=at.who.address)}
    number = max((one for one in taken if one < BOOKS), default=0) + 1
    able = [] if own is None else own.services

    def fields() -> Read:
        first = next(iter(machines), 0) if machine is None else machine
        names = {number: name for number, (name, _) in machines.items()}
        which: ui.select | ui.input
        if names:
            which = ui.select(names, value=first, label=say.machine).classes("wide")
        else:
            which = forms.whole(say.machine_number, 0, least=0, most=MOST_MINUTES)
        can = {i: name for i, name in enumerate(services) if name in able}
        wanted = machines[first][1] if first in machines else ()
        chosen = next((i for i, name in can.items() if name in wanted), next(iter(can), None))
        service = ui.select(can, value=chosen, label=say.service).classes("wide")
        begins = forms.moment_field(say.start, start, zone)
        ends = forms.moment_field(say.end, end, zone)
        price = forms.amount(say.price_hour, None)

        def read() -> Mapping[str, Any] | None:
            numbered = not isinstance(which, ui.input) or filled(which)
            if not filled(begins, ends, price) or not numbered or service.value is None:
                return None
            return {
                "number": number,
                "machine": int(which.value),
                "service": service.value,
                "start": -(-(zones.typed(begins.value, zone) or 0) // MINUTE),
                "end": (zones.typed(ends.value, zone) or 0) // MINUTE,
                "price": round((forms.cents(price.value) or 0) / 60),
            }

        return read

    sent = writing(at, "offers", say.offered)
    hold = (await terms(at))["offer-hold"]
    await forms.form(at, say.offer_ask, say.offer, fields, sent, say.offer_what.format(zones.span(hold)))


async def terms(at: Visit) -> Mapping[str, int]:
    """What the charter says now, by the names of its terms."""
    return {one.name: one.value for one in (await at.door.get("charter", shapes.CharterNow)).terms}


def deeds(at: Visit, one: shapes.OfferNow) -> list[Deed]:
    """What the visitor can do with a window now."""
    host, guest, state = at.who.address == one.host, at.who.address == one.guest, one.state
    found = []
    if not at.is_("member"):
        return []
    if state == "free" and not host:
        found.append(Deed(say.take, lambda: _take(at, one), main=True))
    if host:
        if state == "held":
            found.append(Deed(say.confirm, lambda: _confirm(at, one), main=True))
        if state == "confirmed":
            found.append(Deed(say.collect, lambda: _simply(at, one, "collection", COLLECT)))
        if state in ("free", "held", "confirmed"):
            found.append(Deed(say.withdraw, lambda: _withdraw(at, one)))
    if guest:
        if state == "confirmed":
            found.append(Deed(say.accept, lambda: _simply(at, one, "acceptance", ACCEPT), main=True))
            found.append(Deed(say.dispute, lambda: _dispute(at, one)))
        if state in ("held", "confirmed"):
            found.append(Deed(say.release, lambda: _release(at, one)))
    return found


ACCEPT = say.accept_ask, say.accept, say.accept_what, say.accepted
COLLECT = say.collect_ask, say.collect, say.collect_what, say.collected


async def _simply(at: Visit, one: shapes.OfferNow, path: str, how: tuple[str, str, str, str]) -> None:
    ask, yes, what, done = how
    if await at.sure(ask, yes, what.format(money(cost(one)), zones.span(one.review * MINUTE))):
        await at.write("POST", f"{_path(one)}/{path}", done=done)


async def _take(at: Visit, one: shapes.OfferNow) -> None:
    zone = zones.zone_of(at.client)

    def fields() -> Read:
        start = forms.moment_field(say.part_start, one.start * MINUTE, zone)
        length = forms.whole(say.part_length, min(one.end - one.start, 60), least=1, most=one.end - one.start)
        release = forms.moment_field(say.release_by, one.start * MINUTE, zone)
        due = forms.moment_field(say.due_by, one.end * MINUTE, zone)
        with ui.row().classes("fields"):
            there = forms.whole(say.there, 0, least=0, most=MOST_MINUTES)
            back = forms.whole(say.back, 0, least=0, most=MOST_MINUTES)

        def read() -> Mapping[str, Any] | None:
            if not filled(start, length, release, due, there, back):
                return None
            return {
                "start": -(-(zones.typed(start.value, zone) or 0) // MINUTE),
                "length": int(length.value),
                "release": (zones.typed(release.value, zone) or 0) // MINUTE,
                "due": (zones.typed(due.value, zone) or 0) // MINUTE,
                "there": int(there.value),
                "back": int(back.value),
            }

        return read

    async def send(body: Mapping[str, Any], key: str) -> object:
        price = one.price * int(body["length"])
        if not await _funded(at, price):
            return None
        return await at.write("POST", f"{_path(one)}/claim", body, done=say.taken, key=key)

    penalty = percent((await terms(at))["offer-penalty"])
    details = hourly(one), say.take_what.format(zones.span(one.hold * MINUTE), penalty)
    await forms.form(at, say.take_ask.format(await at.name(one.host)), say.take, fields, send, *details)


async def _confirm(at: Visit, one: shapes.OfferNow) -> None:
    what = say.confirm_what.format(await at.name(one.guest), period(one, at), money(cost(one)), money(one.guarantee))
    if await at.sure(say.confirm_ask, say.confirm, what) and await _funded(at, one.guarantee):
        await at.write("POST", f"{_path(one)}/confirmation", done=say.confirmed)


async def _withdraw(at: Visit, one: shapes.OfferNow) -> None:
    what = say.withdraw_penalty.format(money(one.guarantee)) if one.state == "confirmed" else say.withdraw_what
    if await at.sure(say.withdraw_ask, say.withdraw, what):
        await at.write("DELETE", _path(one), done=say.withdrawn)


async def _release(at: Visit, one: shapes.OfferNow) -> None:
    what = say.release_penalty.format(money(one.guarantee)) if one.state == "confirmed" else say.release_what
    if await at.sure(say.release_ask, say.release, what):
        await at.write("POST", f"{_path(one)}/release", done=say.released)


async def _dispute(at: Visit, one: shapes.OfferNow) -> None:
    def fields() -> Read:
        words = forms.words_field(say.dispute_words)
        return lambda: {"words": words.value or ""}

    sent = writing(at, f"{_path(one)}/dispute", say.disputed)
    await forms.form(
        at, say.dispute_ask, say.dispute, fields, sent, say.dispute_what.format(zones.span(one.decision * MINUTE))
    )


async def _funded(at: Visit, need: int) -> bool:
    """Whether so much is there for free time; asks to put down what lacks."""
    lacks = need - (await at.door.get("money", shapes.Money)).offers
    if lacks <= 0:
        return True
    if not await at.sure(say.fund_ask.format(money(lacks)), say.fund.format(money(lacks)), say.fund_what):
        return False
    told = await at.write("POST", "money/offers/deposit", {"amount": lacks}, done=say.funded)
    return told is not None and told.state == "done"


def _path(one: shapes.OfferNow) -> str:
    return f"offers/{one.host}/{one.number}"
