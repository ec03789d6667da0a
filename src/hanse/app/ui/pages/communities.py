"""Communities: who belongs together by which rules, what they own, and how to found, join, leave and give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import deeds, forms
from hanse.app.ui.deeds import Deed
from hanse.app.ui.forms import Read, filled
from hanse.app.ui.pieces import badge, card, cell, empty, facts, money, table, words
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Communities as say

DAY = 86_400


@screen("/communities", say.title)
async def communities(at: Visit) -> None:
    """All of them, the visitor's own first."""
    ui.label(say.lead)
    with ui.row().classes("actions"):
        ui.button(say.found, on_click=lambda: _found(at)).props("no-caps")

    async def load() -> list[shapes.CommunityNow]:
        return await at.door.all("communities", shapes.CommunityNow)

    await at.show(load, lambda found: _draw(at, found), "community")


def _draw(at: Visit, found: list[shapes.CommunityNow]) -> None:
    for one in sorted(found, key=lambda one: (not one.yours, one.number)):
        with card():
            ui.link(one.name, f"/communities/{one.number}").classes("strong")
            _what(one)
            deeds.buttons(_deeds(at, one))
    if not found:
        empty(say.empty)


def _what(one: shapes.CommunityNow) -> None:
    if one.yours:
        badge(say.yours, "good")
    elif one.invited:
        badge(say.invited, "partly")
    with facts() as fact:
        with fact(say.rules):
            ui.label(one.said)
        with fact(say.members):
            ui.label(str(one.members))
        with fact(say.treasury):
            ui.label(money(one.treasury))
        if one.parent:
            with fact(say.parent):
                ui.link(f"{one.parent}", f"/communities/{one.parent}")


@screen("/communities/{number}", say.title)
async def community(at: Visit) -> None:
    """One of them with its members."""
    path = f"communities/{at.asked['number']}"

    async def load() -> tuple[shapes.CommunityStory, dict[str, str]]:
        one = await at.door.get(path, shapes.CommunityStory)
        return one, await at.known({who for row in one.belongs for who in (row.member, row.delegate)})

    await at.show(load, lambda now: _story(at, *now), "community")


def _story(at: Visit, one: shapes.CommunityStory, names: Mapping[str, str]) -> None:
    with card(one.now.name):
        _what(one.now)
        found = _deeds(at, one.now)
        if one.now.yours:
            found.append(Deed(say.delegate, lambda: _delegate(at, one, names)))
        deeds.buttons(found)
    if one.belongs:
        with card(say.members), table(say.member, say.contributed, say.votes_for_it, caption=say.members) as row:
            for member in one.belongs:
                with row():
                    words(names[member.member])
                    with cell("number"):
                        ui.label(money(member.contributed))
                    words(say.itself if member.delegate == member.member else names[member.delegate])


def _deeds(at: Visit, one: shapes.CommunityNow) -> list[Deed]:
    if not one.yours:
        may = one.invited or one.rules.joining == "open" or (one.rules.joining == "certified" and at.is_("certified"))
        return [Deed(say.join, lambda: _join(at, one), main=True)] if may else []
    return [Deed(say.give, lambda: _give(at, one), main=True), Deed(say.leave, lambda: _leave(at, one))]


async def _join(at: Visit, one: shapes.CommunityNow) -> None:
    if await at.sure(say.join_ask.format(one.name), say.join, one.said):
        await at.write("POST", f"communities/{one.number}/membership", done=say.join_done)


async def _leave(at: Visit, one: shapes.CommunityNow) -> None:
    if await at.sure(say.leave_ask.format(one.name), say.leave, say.leave_what):
        await at.write("DELETE", f"communities/{one.number}/membership", done=say.leave_done)


async def _give(at: Visit, one: shapes.CommunityNow) -> None:
    def fields() -> Read:
        amount = forms.amount(say.amount, least=1)
        return lambda: {"amount": forms.cents(amount.value)} if filled(amount) else None

    sent = deeds.writing(at, f"communities/{one.number}/contribution", say.give_done)
    await forms.form(at, say.give_ask.format(one.name), say.give, fields, sent, say.give_what)


async def _delegate(at: Visit, one: shapes.CommunityStory, names: Mapping[str, str]) -> None:
    people = {row.member: names[row.member] for row in one.belongs}

    def fields() -> Read:
        who = ui.select(people, value=at.who.address, label=say.delegate_to).classes("wide")
        return lambda: {"to": who.value}

    sent = deeds.writing(at, f"communities/{one.now.number}/delegation", say.delegate_done)
    await forms.form(at, say.delegate_ask.format(one.now.name), say.delegate, fields, sent, say.delegate_what)


async def _found(at: Visit) -> None:
    def fields() -> Read:
        name = ui.input(say.name, validation={say.name: lambda words: 0 < len((words or "").strip().encode()) <= 64})
        name.classes("wide").without_auto_validation()
        joining = ui.select(dict(say.joinings), value="open", label=say.joining).classes("wide")
        weight = ui.select(dict(say.weights), value="equal", label=say.weight).classes("wide")
        sharing = ui.select(dict(say.sharings), value="equal", label=say.sharing).classes("wide")
        quorum = forms.whole(say.quorum, 50, least=1, most=100)
        delay = forms.whole(say.days_delay, 1, least=0, most=90)
        period = forms.whole(say.days_period, 3, least=1, most=90)
        timelock = forms.whole(say.days_timelock, 2, least=0, most=90)

        def read() -> Mapping[str, Any] | None:
            if not filled(name, quorum, delay, period, timelock):
                return None
            rules = {
                "joining": joining.value, "weight": weight.value, "sharing": sharing.value,
                "quorum": int(quorum.value) * 10_000, "delay": int(delay.value) * DAY,
                "period": int(period.value) * DAY,
            }  # fmt: skip
            return {"name": name.value.strip(), "rules": rules, "timelock": int(timelock.value) * DAY}

        return read

    sent = deeds.writing(at, "communities", say.found_done)
    await forms.form(at, say.found, say.found, fields, sent, say.found_what)
