"""The market: work that is asked for, bids under seal, and what became of both."""

from __future__ import annotations

import time
from collections.abc import Mapping

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import bidding, deeds, zones
from hanse.app.ui.pieces import badge, card, cell, empty, facts, listing, moment, money, percent, table, words
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Market as say

EVERY_SECONDS = 3.0
"""A phase ends without anybody doing anything."""


@screen("/market", say.title)
async def market(at: Visit) -> None:
    """All requests, the newest first; and asking."""

    async def load() -> list[tuple[shapes.QuotationNow, str]]:
        found = await at.door.all("quotations", shapes.QuotationNow)
        return [(one, bidding.phase(one, time.time())) for one in sorted(found, key=lambda one: -one.number)]

    async def ask() -> None:
        await bidding.ask(at)

    with ui.row().classes("actions"):
        ui.button(say.ask, on_click=ask).props("no-caps")
    await at.show(load, _listed, "request", every=EVERY_SECONDS)


def _listed(found: list[tuple[shapes.QuotationNow, str]]) -> None:
    if not found:
        empty(say.empty)
        return
    columns = (("number", say.number), ("title", say.work), ("state", say.state), ("bids", say.bids),
               ("budget", say.budget), ("price", say.price))  # fmt: skip
    rows = [
        {
            "number": one.number,
            "title": one.title or say.untitled,
            "state": say.phases.get(phase, phase),
            "bids": len(one.bids),
            "budget": money(one.budget),
            "price": money(one.price) if one.winner else "–",
        }
        for one, phase in found
    ]
    listing(columns, rows, key="number", to="/market/{}", right=("bids", "budget", "price"), label=say.title)


@screen("/market/{number}", say.title)
async def request(at: Visit) -> None:
    """One request: its rule, its bids, who bears what, and where it stands."""
    number = int(str(at.asked["number"])) if str(at.asked["number"]).isdecimal() else 0

    async def load() -> tuple[shapes.QuotationNow, dict[str, str], str]:
        one = await at.door.get(f"quotations/{number}", shapes.QuotationNow)
        people = {one.requester, one.arbiter, *(bid.bidder for bid in one.bids)}
        return one, await at.known(people), bidding.phase(one, time.time())

    await at.show(load, lambda now: _drawn(at, *now), "request", every=EVERY_SECONDS)


def _drawn(at: Visit, one: shapes.QuotationNow, names: Mapping[str, str], phase: str) -> None:
    zone = zones.zone_of(at.client)
    with card(one.title or say.untitled):
        badge(
            say.phases.get(phase, phase),
            "good" if one.end == "accepted" else "partly" if phase == "disputed" else "plain",
        )
        if one.words:
            ui.label(one.words)
        with facts() as fact:
            with fact(say.asked_by):
                ui.label(names[one.requester])
            for label, moment_ in ((say.sealed_until, one.commit_end), (say.opened_until, one.reveal_end),
                                   (say.latest, one.latest)):  # fmt: skip
                with fact(label):
                    moment(moment_)
            with fact(say.budget):
                ui.label(money(one.budget))
            if one.services:
                with fact(say.services):
                    ui.label(", ".join(one.services))
            if one.winner:
                with fact(say.leads if one.stage == "open" else say.won):
                    ui.label(say.won_for.format(names[one.winner], money(one.price), zones.when(one.ready, zone)))
            if one.stage == "done":
                with fact(say.ended):
                    got = say.divided.format(money(one.to_winner), money(one.to_requester))
                    ui.label(f"{say.ends.get(one.end, one.end)}, {say.causes[one.cause]}. {got}")
        deeds.buttons(bidding.deeds(at, one, time.time()))
    with card(say.rule):
        ui.label(say.lowest if not one.per_day and not one.per_quality else say.weighed.format(
            money(one.per_day), money(one.per_quality)))  # fmt: skip
        borne = say.bears(one.liability)
        ui.label(borne[:1].upper() + borne[1:])
        with facts() as fact, fact(say.arbiter):
            ui.label(names[one.arbiter])
    with card(say.bids):
        _bids(one, names, at)
    if one.chain or one.parts:
        with card(say.chain):
            ui.label(say.chain_lead)
            for number in (*reversed(one.chain), *one.parts):
                ui.link(
                    say.part_of.format(number) if number in one.chain else say.part.format(number), f"/market/{number}"
                )


def _bids(one: shapes.QuotationNow, names: Mapping[str, str], at: Visit) -> None:
    if not one.bids:
        empty(say.no_bids)
        return
    zone = zones.zone_of(at.client)
    with table(say.bidder, say.state, say.price, say.ready, say.quality, say.value, caption=say.bids_caption) as row:
        for bid in sorted(one.bids, key=lambda bid: (bid.value is None, bid.value or 0, bid.place)):
            shown = bid.state == "opened"
            with row():
                words(names[bid.bidder], say.bid_states[bid.state])
                for value in (
                    money(bid.price) if shown else "–",
                    zones.when(bid.ready, zone) if shown else "–",
                    percent(bid.quality) if shown else "–",
                    "–" if not shown else say.misfit if bid.value is None else money(bid.value),
                ):
                    with cell("number"):
                        ui.label(value)
