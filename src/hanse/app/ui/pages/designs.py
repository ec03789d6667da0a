"""My designs: registered by the fingerprint of their files, licensed to others, and what others have licensed to me."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import forms
from hanse.app.ui.evidence import evidence
from hanse.app.ui.lives import telling
from hanse.app.ui.pages.ordering import Drawing
from hanse.app.ui.pieces import card, cell, complain, empty, moment, money, table, words
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Designs as say
from hanse.app.ui.texts import Lives
from hanse.errors import HanseError

DAY = 86_400


class Held(NamedTuple):
    """What the page is about. contested: for arbiters, all designs that somebody contests; names: of everybody."""

    contested: Sequence[shapes.DesignNow]
    designs: Sequence[shapes.DesignNow]
    licences: Sequence[shapes.LicenceNow]
    names: Mapping[str, str]


@screen("/designs", say.title)
async def page(at: Visit) -> None:
    """Designs and licences of one's own, and what can be done with them."""

    async def load() -> Held:
        own = await at.door.all("designs", shapes.DesignNow, own=True)
        licences = await at.door.all("licences", shapes.LicenceNow)
        mine = [one for one in licences if at.who.address in (one.licensor, one.licensee)]
        known = await at.door.all("designs", shapes.DesignNow) if at.is_("arbiter") else []
        contested = [one for one in known if any(each.state == "open" for each in one.contests)]
        people = [side for one in mine for side in (one.licensor, one.licensee)]
        people += [side for one in contested for side in (one.owner, *(each.claimant for each in one.contests))]
        return Held(contested, own, mine, await at.known(people))

    await at.show(load, lambda now: _draw(at, now), "design", "licence")
    with card(say.register):
        ui.label(say.lead)
        _registering(at)
    with card(Lives.title, id="life"):
        telling(at)


def _draw(at: Visit, now: Held) -> None:
    if now.contested:
        with card(say.contests, "bad"), table(say.design, say.owner, say.claimant, say.evidence, "") as row:
            for one in now.contested:
                for each in one.contests:
                    if each.state == "open":
                        _contested(at, one, each, now.names, row)
    with card(say.own):
        if not now.designs:
            empty(say.none)
        else:
            with table(say.design, say.since, say.contested, "") as row:
                for one in now.designs:
                    _design(at, one, row)
    with card(say.licences):
        if not now.licences:
            ui.label(say.no_licences)
            return
        with table(say.licence, say.design, say.from_, say.to, say.left, say.until, say.royalty) as row:
            for licence in now.licences:
                with row():
                    words(str(licence.number), licence.design[:10], now.names[licence.licensor])
                    words(now.names[licence.licensee], say.of.format(licence.left, licence.pieces))
                    with cell():
                        moment(licence.until)
                    with cell("number"):
                        ui.label(money(licence.royalty))


def _design(at: Visit, one: shapes.DesignNow, row: Any) -> None:
    with row():
        with cell():
            ui.label(one.design).classes("small hash")
        with cell():
            moment(one.time)
        words(say.yes if any(contest.state == "open" for contest in one.contests) else say.no)
        with cell():
            ui.button(say.give, on_click=lambda: _give(at, one)).props("outline dense no-caps")


def _contested(at: Visit, design: shapes.DesignNow, one: shapes.ContestNow, names: Mapping[str, str], row: Any) -> None:
    with row():
        words(design.design[:10], names[design.owner], names[one.claimant])
        with cell():
            evidence(at, one.evidence)
        with cell():
            ui.button(say.decide, on_click=lambda: _decide(at, design.design, one.claimant)).props("dense no-caps")


async def _decide(at: Visit, design: str, claimant: str) -> None:
    def fields() -> forms.Read:
        upheld = ui.radio({True: say.upheld, False: say.refused}, value=False)
        reason = forms.words_field(say.reason)
        return lambda: {"claimant": claimant, "upheld": bool(upheld.value), "words": (reason.value or "").strip()}

    await forms.form(
        at,
        say.decide_ask,
        say.decide,
        fields,
        lambda body, key: at.write("POST", f"designs/{design}/decision", body, done=say.decided, key=key),
    )


def _registering(at: Visit) -> None:
    """A file is sealed for oneself, its fingerprint sealed on the ledger, and then told."""
    drawing = Drawing(at)

    async def register() -> None:
        if drawing.design is None:
            complain(HanseError(say.file_first))
            return
        body = {"design": drawing.design, "salt": "0x" + secrets.token_hex(32)}
        if await at.write("POST", "designs/seals", body, done=say.sealed):
            await at.write("POST", "designs", body, done=say.registered)

    async def contest() -> None:
        if drawing.design is None:
            complain(HanseError(say.file_first))
            return
        await _contest(at, drawing.design)

    with ui.row().classes("actions"):
        ui.button(say.register, on_click=register).props("no-caps")
        ui.button(say.contest, on_click=contest).props("outline no-caps")


async def _contest(at: Visit, design: str) -> None:
    """Somebody else has registered this file."""

    def fields() -> forms.Read:
        said = forms.words_field(say.evidence)
        return lambda: {"words": said.value.strip()} if (said.value or "").strip() else None

    await forms.form(
        at,
        say.contest_ask,
        say.contest,
        fields,
        lambda body, key: at.write("POST", f"designs/{design}/contest", body, done=say.contest_done, key=key),
        say.contest_what,
    )


async def _give(at: Visit, design: shapes.DesignNow) -> None:
    people = {one.address: one.name for one in await at.door.all("accounts", shapes.AccountNow)}
    people.pop(at.who.address, None)

    def fields() -> forms.Read:
        who = ui.select(people, label=say.licensee, with_input=True).classes("wide")
        pieces = forms.whole(say.pieces, 100, least=1, most=2**32 - 1)
        days = forms.whole(say.days, 365, least=1, most=36_500)
        royalty = forms.amount(say.royalty, 0)

        def read() -> dict[str, Any] | None:
            if who.value is None or not forms.filled(pieces, days, royalty):
                return None
            until = int(time.time()) + int(days.value) * DAY
            said = {"design": design.design, "licensee": who.value, "pieces": int(pieces.value), "until": until}
            return said | {"royalty": forms.cents(royalty.value)}

        return read

    await forms.form(
        at,
        say.give_ask,
        say.give,
        fields,
        lambda body, key: at.write("POST", "licences", body, done=say.given, key=key),
        say.give_what,
    )
