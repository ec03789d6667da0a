"""Advances: what members ask for before their work is done, what was given and what came back; and one's own points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import forms, zones
from hanse.app.ui.forms import Read, filled
from hanse.app.ui.pieces import card, cards, cell, empty, moment, money, number, percent, table, words
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Financing as say
from hanse.app.ui.zones import DAY
from hanse.units import MILLION

PERCENT = MILLION // 100


class Held(NamedTuple):
    """What the page is about. names: of members that ask."""

    advances: Sequence[shapes.AdvanceNow]
    loyalty: shapes.LoyaltyNow
    names: Mapping[str, str]


@screen("/advances", say.title)
async def page(at: Visit) -> None:
    """Advances that one can give, has given or has asked, and one's points."""

    async def load() -> Held:
        found = [one for one in await at.door.some("advances", shapes.AdvanceNow) if one.state != "taken back"]
        own = await at.door.get("loyalty", shapes.LoyaltyNow)
        return Held(found, own, await at.known(one.member for one in found))

    await at.show(load, lambda now: _draw(at, now), "advance", "milestone", "anchor")
    if at.is_("coordinator"):
        with ui.row().classes("actions"):
            ui.button(say.rule_set, on_click=lambda: _rule(at)).props("outline no-caps")


def _draw(at: Visit, now: Held) -> None:
    with card(say.title):
        ui.label(say.lead).classes("quiet")
        if not now.advances:
            empty(say.empty)
        else:
            with table(say.work, say.who, say.amount, say.repay, say.most, say.until, say.state, "") as row:
                for one in now.advances:
                    with row():
                        words(say.order.format(one.order), now.names[one.member])
                        for amount in (one.amount, one.repay, one.most):
                            with cell("number"):
                                ui.label(money(amount))
                        with cell():
                            moment(one.until)
                        words(say.states[one.state].format(money(one.repaid)))
                        with cell():
                            _deed(at, one, now.names[one.member])
    own = now.loyalty
    with card(say.loyalty, id="loyalty"):
        with cards():
            number(say.points, money(own.points), note=say.points_note.format(percent(own.most)))
            number(say.works, str(own.works))
        ui.label(say.rule_earned.format(percent(own.rate), money(own.cap), zones.span(own.half_life))).classes("quiet")


def _deed(at: Visit, one: shapes.AdvanceNow, name: str) -> None:
    if one.state != "asked":
        return
    own = one.member == at.who.address
    label, do = (say.back, partial(_back, at, one)) if own else (say.give, partial(_give, at, one, name))
    ui.button(label, on_click=do).props("outline dense no-caps")


async def _rule(at: Visit) -> None:
    """A coordinator says how good conduct earns points."""
    now = await at.door.get("loyalty", shapes.LoyaltyNow)

    def fields() -> Read:
        rate = forms.whole(say.rule_rate, now.rate // PERCENT, least=0, most=50)
        cap = forms.amount(say.rule_cap, now.cap)
        days = forms.whole(say.rule_days, max(1, now.half_life // DAY), least=1, most=36_500)
        most = forms.whole(say.rule_most, now.most // PERCENT, least=0, most=100)

        def read() -> Mapping[str, Any] | None:
            if not filled(rate, cap, days, most):
                return None
            return {
                "rate": int(rate.value) * PERCENT, "cap": forms.cents(cap.value) or 0,
                "half_life": int(days.value) * DAY, "most": int(most.value) * PERCENT,
            }  # fmt: skip

        return read

    async def send(body: Mapping[str, Any], key: str) -> object:
        return await at.write("PUT", "loyalty/policy", body, done=say.rule_done, key=key)

    await forms.form(at, say.rule_ask, say.rule_set, fields, send, say.rule_what)


async def _give(at: Visit, one: shapes.AdvanceNow, name: str) -> None:
    what = say.give_what.format(money(one.repay), name, money(one.most))
    if await at.sure(say.give_ask.format(money(one.amount)), say.give, what):
        body = {"amount": one.amount, "repay": one.repay, "until": one.until, "financier": one.financier or None}
        await at.write("POST", f"advances/{one.agreement}/{one.milestone}", body, done=say.given)


async def _back(at: Visit, one: shapes.AdvanceNow) -> None:
    if await at.sure(say.back_ask, say.back):
        await at.write("DELETE", f"agreements/{one.agreement}/milestones/{one.milestone}/advance", done=say.taken_back)
