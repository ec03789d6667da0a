"""Members: who is in the league, what each offers, who certified it, and how each has done; invitations; one's own
entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.api.people import INVITED
from hanse.app.ui import forms, texts
from hanse.app.ui.acting import acting
from hanse.app.ui.forms import Read
from hanse.app.ui.idle import terms
from hanse.app.ui.lending import lend
from hanse.app.ui.pieces import badge, card, cards, complain, empty, facts, listing, money, number, percent
from hanse.app.ui.screens import HOUSE, Visit, screen
from hanse.app.ui.texts import Members as say
from hanse.errors import HanseError
from hanse.ledger.identities import is_readings
from hanse.units import MILLION

DAYS = 14


@screen("/members", say.title)
async def members(at: Visit) -> None:
    """Everybody; for coordinators invitations and the list of services; for whoever is none, how to become one."""
    await at.show(lambda: at.door.all("members", shapes.MemberNow), _draw, "member")
    league = await at.door.get("league", shapes.LeagueNow)
    own = await at.door.maybe(f"members/{at.who.address}", shapes.MemberNow)
    if league.services:
        with card(say.change if own else say.join):
            _register(at, league.services, own)
    if at.is_("coordinator"):
        with card(say.invite, id="invite"):
            _invite(at)
        with card(say.services_title, id="services"):
            _services(at, league.services)


def _draw(found: list[shapes.MemberNow]) -> None:
    if not found:
        empty(say.empty)
        return
    columns = ("id", say.id), ("name", say.name), ("services", say.services), ("certified", say.certified)
    rows = [
        {
            "address": one.address,
            "id": one.id or f"no. {one.number}",
            "name": one.name,
            "services": ", ".join(one.services),
            "certified": say.yes if one.certified else say.no,
        }
        for one in found
    ]
    listing(columns, rows, key="address", to="/members/{}", label=say.title)


@screen("/members/{address}", say.title)
async def member(at: Visit) -> None:
    """One member, its standing, and what a notary does about it."""
    address = str(at.asked["address"])
    path = f"members/{address}"

    async def load() -> tuple[shapes.MemberNow, shapes.Reputation]:
        return await at.door.get(path, shapes.MemberNow), await at.door.get(f"{path}/reputation", shapes.Reputation)

    await at.show(load, lambda now: _standing(*now), "member", "milestone", "agreement")
    with card(texts.Credentials.keys, id="keys"):

        async def keys() -> tuple[shapes.IdentityNow, dict[str, str]]:
            found = await at.door.get(f"identities/{address}", shapes.IdentityNow)
            acting = [one.delegate for one in found.delegates] + [one.clerk for one in found.mandates]
            return found, await at.known([*acting, *(found.guard.guardians if found.guard else ())])

        again = await at.show(keys, lambda now: _keys(*now), "member", "right")
    if at.who.address.lower() == address.lower():
        with card(texts.Credentials.act, id="act"):
            await acting(at, again)
            await lend(at)
    if at.is_("notary"):
        with ui.row().classes("actions"):
            ui.button(say.certify, on_click=lambda: _certify(at, path)).props("no-caps")
            ui.button(say.revoke, on_click=lambda: _revoke(at, path)).props("outline no-caps")


def _standing(one: shapes.MemberNow, told: shapes.Reputation) -> None:
    with card(), facts() as fact:
        with fact(say.name):
            ui.label(f"{one.name} ({one.id})")
        with fact(say.services):
            ui.label(", ".join(one.services))
        if one.place is not None:
            with fact(say.place):
                ui.label(one.place.town)
        with fact(say.certified):
            badge(say.yes if one.certified else say.no, "good" if one.certified else "partly")
    with cards():
        note = "" if told.settled else say.none_yet
        number(say.reputation, percent(told.whole), note=note)
        number(say.quality, percent(told.quality), note=note)
        number(say.punctuality, percent(told.punctuality), note=note)
        number(say.fairness, percent(told.fairness), note=note)
        number(say.settled, str(told.settled))


def _keys(now: shapes.IdentityNow, names: dict[str, str]) -> None:
    """Who decides about a member and acts for it."""
    words, itself = texts.Credentials, now.did.endswith(now.owner)
    reads = [names[one.delegate] for one in now.delegates if is_readings(one.kind)]
    others = [f"{names[one.delegate]} ({one.kind})" for one in now.delegates if not is_readings(one.kind)]
    clerks = [
        words.clerk.format(names[one.clerk], money(one.per_deal), money(one.spent), money(one.per_period))
        for one in now.mandates
    ]
    told = [
        (words.owner, words.itself if itself else words.other_key.format(now.owner)),
        (words.gateways, ", ".join(reads) or words.none),
        (words.clerks, "; ".join(clerks) or words.none),
    ]
    if others:
        told.append((words.others, ", ".join(others)))
    if now.guard:
        guardians = [names[one] for one in now.guard.guardians]
        how = words.guard.format(now.guard.threshold, ", ".join(guardians), now.guard.delay // 3600)
        told.append((words.guards, f"{how}. {words.recovering}" if now.guard.ready else how))
    if now.revoked:
        told.append((words.revoked, str(len(now.revoked))))
    with facts() as fact:
        for name, value in told:
            with fact(name):
                ui.label(value)


async def _certify(at: Visit, path: str) -> None:
    """Exactly what the notary was shown in the question."""
    seen = await at.door.get(path, shapes.MemberNow)
    offers = say.certify_what.format(seen.name, ", ".join(seen.services))
    ask, done = say.certify_ask.format(seen.name), say.certify_done.format(seen.name)
    needed = (await terms(at))["notary-credentials"]
    if not needed:
        if await at.sure(ask, say.certify, offers):
            await at.write("POST", f"{path}/certificate", {"description": seen.description}, done=done)
        return

    def fields() -> Read:
        own = forms.words_field(say.certify_own.format(needed))
        return lambda: {"own": (own.value or "").split()}

    async def send(body: Mapping[str, Any], key: str) -> object:
        standing = [shown for one in body["own"] if (shown := await _shown(at, one)) is not None]
        body = {"description": seen.description, "standing": standing}
        return await at.write("POST", f"{path}/certificate", body, done=done, key=key)

    await forms.form(at, ask, say.certify, fields, send, offers)


async def _shown(at: Visit, own: str) -> Mapping[str, str] | None:
    """A credential of the visitor's, shown for a question of its own; None if that is refused, which is said."""
    try:
        asked = await at.door.ask("POST", "presentations/questions", shapes.QuestionNow)
        body = {"credential": own, "show": [], "audience": asked.audience, "nonce": asked.nonce}
        told = await at.door.ask("POST", "presentations", shapes.Presented, body)
    except HanseError as error:
        complain(error)
        return None
    return {"presentation": told.presentation, "nonce": asked.nonce}


async def _revoke(at: Visit, path: str) -> None:
    seen = await at.door.get(path, shapes.MemberNow)
    if await at.sure(say.revoke_ask.format(seen.name), say.revoke, say.revoke_what):
        await at.write("POST", f"{path}/revocation", {"reason": ""}, done=say.revoke_done)


def _register(at: Visit, services: Sequence[str], own: shapes.MemberNow | None) -> None:
    ui.label(say.join_lead)
    with ui.element("div").classes("form"):
        id = ui.input(say.id, value=own.id if own else "")
        name = ui.input(say.name, value=own.name if own else at.who.name)
        offered = ui.select(list(services), multiple=True, label=say.services, value=own.services if own else [])
        offered.props("use-chips")
        ui.label(say.place_lead).classes("quiet small")
        read = _place(own.place if own else None)

        async def send() -> None:
            try:
                place = read()
            except (ValueError, OverflowError):
                complain(HanseError(say.place_wrong))
                return
            body = {"id": id.value.strip(), "name": name.value.strip(), "services": offered.value, "place": place}
            method, path = ("PUT", "members/me") if own else ("POST", "members")
            await at.write(method, path, body, done=say.join_done)

        ui.button(say.change if own else say.join, on_click=send).props("no-caps")


def _place(known: shapes.Site | None) -> Callable[[], dict[str, str | int] | None]:
    """Fields for a place. What is returned reads it: None for nothing; raises ValueError for half of it, or nowhere."""
    town = ui.input(say.town, value=known.town if known else "")
    degrees = [
        ui.input(label, value="" if at is None else f"{at / MILLION:.6f}".rstrip("0").rstrip(".")).props(
            "inputmode=decimal"
        )
        for label, at in (
            (say.latitude, known.latitude if known else None),
            (say.longitude, known.longitude if known else None),
        )
    ]

    def read() -> dict[str, str | int] | None:
        said = [(one.value or "").strip() for one in (town, *degrees)]
        if not any(said):
            return None
        north, east = (round(float(one.replace(",", ".")) * MILLION) for one in said[1:])
        return shapes.Site(town=said[0], latitude=north, longitude=east).model_dump()

    return read


def _invite(at: Visit) -> None:
    assert HOUSE.service is not None
    origin = HOUSE.service.settings.origin
    with ui.element("div").classes("form"):
        offices = ui.select(
            {one: texts.OFFICES[one] for one in INVITED}, multiple=True, value=["member"], label=say.invite_as
        )
        note = ui.input(say.invite_note)

        async def make() -> None:
            body = {"offices": offices.value, "note": note.value, "days": DAYS}
            told = await at.do("POST", "invitations", body, shape=shapes.Invitation)
            if told is None:
                return
            link = f"{origin}/join?invitation={told.code}"
            made.clear()
            with made:
                ui.label(say.invite_done.format(DAYS))
                ui.label(link).classes("link")
                ui.button(say.copy, icon="content_copy", on_click=lambda: _copy(link)).props("flat dense no-caps")

        ui.button(say.invite_do, on_click=make).props("no-caps")
    made = ui.element("div").props("aria-live=polite")


def _copy(link: str) -> None:
    ui.clipboard.write(link)
    ui.notify(say.copied)


def _services(at: Visit, services: Sequence[str]) -> None:
    ui.label(say.services_lead)
    with ui.element("div").classes("form"):
        asked = ui.textarea(say.services_title, value="\n".join(services)).props("outlined autogrow")

        async def send() -> None:
            wanted = [line.strip() for line in asked.value.splitlines() if line.strip()]
            await at.write("PUT", "league/services", {"services": wanted}, done=say.services_done)

        ui.button(texts.Common.save, on_click=send).props("no-caps")
