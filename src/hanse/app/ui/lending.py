"""Delegations on paper: one's own is signed and taken away; another's is read, and sent."""

from __future__ import annotations

import json
from typing import Any

from nicegui import ui
from pydantic import ValidationError

from hanse.app.api import shapes
from hanse.app.ui import browser, forms, zones
from hanse.app.ui.forms import filled
from hanse.app.ui.pieces import complain
from hanse.app.ui.screens import Again, Visit
from hanse.app.ui.texts import Lending as say
from hanse.errors import HanseError
from hanse.ledger.identities import is_readings

DAY = 86_400


async def lend(at: Visit) -> None:
    """For the visitor's own identity."""
    people = await at.door.all("accounts", shapes.AccountNow, most=10_000)
    names = {one.address: one.name for one in people if one.address != at.who.address}
    ui.label(say.lead)
    with ui.element("div").classes("form"):
        who = ui.select(names, label=say.who, with_input=True)
        kind = ui.select(dict(say.kinds), value="hanse/readings", label=say.what)
        machine = ui.input(say.machine).props("maxlength=64").bind_visibility_from(kind, "value", is_readings)
        days = forms.whole(say.days, 365, least=0, most=3650)
        wait = forms.whole(say.wait, 7, least=1, most=365)

        async def sign() -> None:
            if not filled(days, wait):
                return
            if who.value is None:
                complain(HanseError(say.nobody))
                return
            count, only = int(days.value), (machine.value or "").strip() if is_readings(kind.value) else ""
            details = say.sign_what.format(say.kinds[kind.value], only or say.every, count) if count else say.ends
            if not await at.sure(say.sign_ask.format(names[who.value]), say.sign, details, say.once):
                return
            body = {"delegate": who.value, "kind": kind.value, "machine": only or None, "days": count}
            path = f"identities/{at.who.address}/delegations"
            made = await at.do("POST", path, body | {"wait_days": int(wait.value)}, shape=shapes.Lent)
            if made is not None:
                with at.client:
                    await _given(at, made)

        ui.button(say.sign, on_click=sign).props("outline no-caps")


async def _given(at: Visit, made: shapes.Lent) -> None:
    """The paper to take away, signed by the visitor's wallet if that has the key."""
    paper: dict[str, Any]
    if made.paper is not None:
        paper = made.paper.model_dump(mode="json")
    else:
        try:
            paper = {**made.unsigned, "signature": await browser.signature(made.typed, at.who.address)}
        except HanseError as error:
            complain(error)
            return
    ui.download.content(json.dumps(paper, indent=1), f"delegation-{paper['nonce']}.json", "application/json")


def bring(at: Visit, again: Again) -> None:
    """Reads a paper that somebody gave the visitor, says what is in it, and sends it."""
    ui.label(say.bring_lead)
    with ui.element("div").classes("form"):
        given = ui.textarea(say.paper).props("outlined autogrow maxlength=12000").classes("wide")

        async def send() -> None:
            try:
                paper = shapes.DelegationPaper.model_validate_json(given.value or "")
            except ValidationError:
                complain(HanseError(say.wrong, hint=say.wrong_hint))
                return
            names = await at.known([paper.identity, paper.delegate])
            until = zones.when(paper.deadline, zones.zone_of(at.client))
            kind = say.kinds.get(paper.kind, say.kinds["hanse/readings"] if is_readings(paper.kind) else paper.kind)
            one = say.one_machine if paper.kind.startswith("hanse/readings/") else ""
            does = say.acts.format(kind, one, paper.seconds // DAY) if paper.seconds else say.ends_it.format(kind)
            question = say.bring_ask.format(names[paper.identity], names[paper.delegate])
            if await at.sure(question, say.bring, does, say.until.format(until)) and await at.write(
                "POST", "delegations", paper.model_dump(mode="json"), done=say.sent
            ):
                given.value = ""
                await again()

        ui.button(say.look, on_click=send).props("no-caps")
