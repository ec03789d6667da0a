"""Money: in hand, in each purse, how it moved; put down, taken out, and paid in by a treasurer."""

from __future__ import annotations

from collections.abc import Mapping

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import forms
from hanse.app.ui.pieces import card, cards, listing, money, number
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Money as say

NOBODY = "0x" + 40 * "0"
"""Whom money comes from that a treasurer pays in."""

PURSES = ("settlement", "rounds", "offers", "communities", "designs", "quotations")


@screen("/money", say.title)
async def page(at: Visit) -> None:
    """One's own money; for treasurers, paying in."""
    watches = "money", "agreement", "milestone", "offer", "claim", "community"
    await at.show(lambda: _load(at), lambda now: _draw(*now), *watches)
    with card(say.purse):
        _moving(at)
    if at.is_("treasurer"):
        with card(say.mint):
            await _minting(at)


async def _load(at: Visit) -> tuple[shapes.Money, dict[str, str]]:
    """The money, and the names of accounts it came from or went to."""
    now = await at.door.get("money", shapes.Money)
    return now, await at.known(one.why for one in now.moves if one.why.startswith("0x") and one.why != NOBODY)


def _draw(now: shapes.Money, names: Mapping[str, str]) -> None:
    with cards():
        number(say.account, money(now.account))
        number(say.settlement, money(now.settlement), note=say.settlement_note)
        number(say.rounds, money(now.rounds), note=say.rounds_note)
        number(say.offers, money(now.offers), note=say.offers_note)
        number(say.communities, money(now.communities), note=say.communities_note)
    rows = [
        {
            "id": i,
            "purse": say.names.get(one.purse, one.purse),
            "amount": money(one.amount),
            "why": say.paid_in if one.why == NOBODY else names.get(one.why, one.why),
        }
        for i, one in enumerate(now.moves)
    ]
    with card(say.moves):
        if rows:
            listing(
                (("why", say.why), ("purse", say.purse), ("amount", say.amount)), rows, right=("amount",),
                label=say.moves,
            )  # fmt: skip
        else:
            ui.label(say.empty)


def _moving(at: Visit) -> None:
    """Into a purse, or out of it."""
    with ui.row().classes("items-end"):
        purse = ui.select({one: say.names[one] for one in PURSES}, value="settlement", label=say.purse)
        amount = forms.amount(say.amount, least=1)

        async def move(way: str, question: str, done: str) -> None:
            wanted = forms.cents(amount.value, least=1)
            if not amount.validate() or wanted is None:
                return
            sentence = question.format(money(wanted), say.names[str(purse.value)])
            if await at.sure(sentence, say.put if way == "deposit" else say.take) and await at.write(
                "POST", f"money/{purse.value}/{way}", {"amount": wanted}, done=done
            ):
                amount.value = ""

        ui.button(say.put, on_click=lambda: move("deposit", say.put_ask, say.put_done)).props("outline no-caps")
        ui.button(say.take, on_click=lambda: move("withdrawal", say.take_ask, say.take_done)).props("outline no-caps")


async def _minting(at: Visit) -> None:
    ui.label(say.mint_lead)
    people = {one.address: one.name for one in await at.door.all("accounts", shapes.AccountNow)}
    with ui.row().classes("items-end"):
        who = ui.select(people, label=say.mint_to, with_input=True).classes("w-64")
        amount = forms.amount(say.amount, least=1)

        async def mint() -> None:
            wanted = forms.cents(amount.value, least=1)
            if not amount.validate() or wanted is None or who.value is None:
                return
            if await at.sure(say.mint_ask.format(money(wanted), people[who.value]), say.mint) and await at.write(
                "POST", "money", {"to": who.value, "amount": wanted}, done=say.mint_done
            ):
                amount.value = ""

        ui.button(say.mint, on_click=mint).props("no-caps")
