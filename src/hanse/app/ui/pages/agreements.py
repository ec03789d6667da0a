"""Agreements: what is promised by whom until when for how much, who has signed, what is missing, where work and money
are; and what the visitor can do about it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import tzinfo

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import deeds, zones
from hanse.app.ui.dossier import Dossier, dossier, member_ids
from hanse.app.ui.evidence import evidence
from hanse.app.ui.papers import Papers
from hanse.app.ui.pieces import (
    badge,
    card,
    cell,
    empty,
    facts,
    folded,
    heading,
    listing,
    moment,
    money,
    percent,
    state,
    table,
    words,
)
from hanse.app.ui.screens import Again, Visit, screen
from hanse.app.ui.texts import STATES, Orders
from hanse.app.ui.texts import Agreements as say
from hanse.app.ui.texts import Financing as funds


@screen("/agreements", say.title)
async def agreements(at: Visit) -> None:
    """All that the visitor sees; those that wait for it first."""

    async def load() -> tuple[list[shapes.AgreementNow], list[tuple[str, int]], dict[str, str]]:
        found = await at.door.all("agreements", shapes.AgreementNow)
        others = await _for_others(at)
        return found, others, await at.known([*(one.customer for one in found), *(party for party, _ in others)])

    def draw(found: list[shapes.AgreementNow], others: list[tuple[str, int]], names: dict[str, str]) -> None:
        if others:
            with card(say.as_clerk, "partly"):
                for party, number in others:
                    ui.link(say.one_for.format(number, names[party]), f"/agreements/{number}?for={party}")
        _list(at, found, names)

    await at.show(load, lambda now: draw(*now), "agreement", "milestone")


async def _for_others(at: Visit) -> list[tuple[str, int]]:
    """Agreements that wait for those whose clerk the visitor is: for whom, and which."""
    links = (await at.door.get("network", shapes.NetworkNow, around=at.who.address, limit=1_000)).links
    found = []
    for party in dict.fromkeys(one.target for one in links if one.source == at.who.address and one.tie == "commits"):
        waiting = await at.door.all("agreements", shapes.AgreementNow, waiting=True, party=party)
        found += [(party, one.number) for one in waiting if one.deadline > time.time()]
    return found


def _list(at: Visit, found: list[shapes.AgreementNow], names: dict[str, str]) -> None:
    if not found:
        empty(say.empty, say.to_orders, "/orders")
        return
    waiting = [one for one in found if at.who.address in one.waiting and one.deadline > time.time()]
    pressing = {one.number for one in waiting}
    if waiting:
        with card(say.waiting, "partly"):
            for one in waiting:
                ui.link(say.one.format(one.number), f"/agreements/{one.number}")
    rows = [
        {
            "number": one.number,
            "shown": say.one.format(one.number),
            "order": one.order,
            "customer": names[one.customer],
            "state": say.waits if one.number in pressing else STATES.get(one.status, one.status),
            "work": ", ".join(sorted({STATES.get(each.stage, each.stage) for each in one.milestones})),
            "price": money(one.price),
        }
        for one in reversed(found)
    ]
    columns = (
        ("shown", say.number), ("order", Orders.order), ("customer", say.customer),
        ("state", say.state), ("work", say.progress), ("price", say.worth),
    )  # fmt: skip
    listing(columns, rows, key="number", to="/agreements/{}", right=("price",), label=say.title)


@screen("/agreements/{number:int}", say.title)
async def agreement(at: Visit) -> None:
    """One agreement."""
    number, party = str(at.asked["number"]), at.search.get("for", "")
    whose = {"party": party} if party else {}
    papers, ids = Papers(at.door), await member_ids(at)

    async def load() -> Dossier:
        return await dossier(at, papers, await at.door.get(f"agreements/{number}", shapes.AgreementNow, **whose), ids)

    async def again() -> None:
        await shown()

    shown: Again
    zone = zones.zone_of(at.client)
    shown = await at.show(
        load, lambda case: _draw(at, case, zone, again, party), "agreement", "milestone", "order", "money"
    )  # fmt: skip


def _draw(at: Visit, case: Dossier, zone: tzinfo, again: Again, party: str) -> None:
    deal = case.deal
    with card(say.one.format(deal.number), "partly" if at.who.address in deal.waiting else "plain"):
        with facts() as fact:
            with fact(say.state), ui.row():
                state(deal.status)
                ui.label(say.version.format(deal.version, deal.rounds)).classes("quiet")
            with fact(say.what):
                ui.link(case.what(), f"/orders/{deal.order}")
            with fact(say.worth):
                ui.label(money(deal.price))
            if deal.status == "open":
                with fact(say.deadline):
                    moment(deal.deadline)
        deeds.buttons(deeds.answers(at, case, again, party=party))
    if deal.status == "open":
        _needs(case)
    _promised(case)
    _money(at, case)
    _conditions(case)
    if deal.said:
        _said(at, case, zone)


def _needs(case: Dossier) -> None:
    deal = case.deal
    with card(say.needs, "partly"):
        if case.expired:
            ui.label(say.expired)
            return
        for one in deal.waiting:
            ui.label(say.needs_sign.format(case.names[one]))
        for who, lacks in ((deal.customer, deal.lacks), (deal.proposer, deal.proposer_lacks)):
            if lacks:
                ui.label(say.needs_money.format(case.names[who], money(lacks)))
        if not (deal.waiting or deal.lacks or deal.proposer_lacks):
            ui.label(say.needs_nothing)


def _promised(case: Dossier) -> None:
    """Who promises what until when for how much, and who has signed."""
    deal, ends = case.deal, case.deal.conditions
    with (
        card(say.promised),
        table(say.who, say.what, say.begin, say.due, say.price, say.compensation, say.signed) as row,
    ):
        for one in case.in_order():
            with row():
                words(case.names[one.member], case.work(one.member))
                for at in (one.start_by, one.due):
                    with cell():
                        moment(at)
                with cell("number"):
                    ui.label(money(one.price))
                with cell("number"):
                    ui.label(money(one.compensation))
                    if one.subsidy:
                        ui.label(f"{say.subsidy}: {money(one.subsidy)}").classes("quiet small")
                _signed(case, one.member)
        with row():
            extra = sum(one.compensation - one.subsidy for one in deal.milestones)
            onto = case.onto(ends.reward) + case.onto(ends.fee)
            words(case.names[deal.customer], say.pays.format(*map(money, (deal.escrow, deal.price, extra, onto))))
            words("", "")
            with cell("number"):
                ui.label(money(deal.escrow))
            words("")
            _signed(case, deal.customer)


def _signed(case: Dossier, party: str) -> None:
    with cell():
        if party in case.deal.signed:
            badge(say.yes, "good")
        else:
            badge(say.not_yet, "partly" if case.deal.status == "open" else "quiet")


def _money(at: Visit, case: Dossier) -> None:
    """Where each piece of work stands, what is held for it and where it went, and what the visitor can do."""
    deal = case.deal
    if deal.status != "active":
        return
    with card(say.progress):
        ui.label(say.money_lead).classes("quiet")
        deeds.buttons(deeds.accept_all(at, case))
        for one in case.in_order():
            with ui.element("section").classes("piece"):
                heading(f"{case.names[one.member]}: {case.work(one.member)}", 3)
                with ui.row().classes("items-center"):
                    state(one.stage)
                    if one.ending:
                        ui.label(say.endings.get(one.ending, one.ending))
                    if one.rating is not None:
                        ui.label(say.rated.format(percent(one.rating)))
                    if one.late:
                        badge(say.late_by.format(zones.span(one.late)), "bad")
                    if one.stage in ("ruled", "appealed") and one.share is not None:
                        ui.label(say.ruled.format(percent(one.share)))
                    if one.cause:
                        ui.label(say.ruled_by.format(say.causes[one.cause]))
                    for party in one.waived:
                        ui.label(say.waived.format(case.names[party])).classes("quiet")
                    evidence(at, one.evidence)
                _financed(at, case, one)
                deeds.buttons(deeds.works(at, case, one))
    with card(say.money), table(say.what, say.held, say.paid, say.back, say.shared) as row:
        sums = [0, 0, 0, 0]
        for one in case.in_order():
            amounts = [one.held, one.paid, one.back, one.shared]
            sums = [a + b for a, b in zip(sums, amounts, strict=True)]
            _amounts(row, f"{case.names[one.member]}: {case.work(one.member)}", amounts)
        _amounts(row, say.total, sums)


def _financed(at: Visit, case: Dossier, one: shapes.MilestoneNow) -> None:
    """Whether its money is still to come, and who gets of it first."""
    if one.advanced:
        ui.label(funds.goes_first.format(money(one.advanced))).classes("quiet")
    if one.stage == "agreed" and not one.funded:
        by = zones.when(one.fund_by, zones.zone_of(at.client))
        own = at.who.address == case.deal.customer
        ui.label(funds.due.format(by) if own else funds.waits.format(money(deeds.instalment(case, one)), by))


def _amounts(row: Callable[[], ui.element], what: str, amounts: list[int]) -> None:
    with row():
        words(what)
        for amount in amounts:
            with cell("number"):
                ui.label(money(amount))


def _conditions(case: Dossier) -> None:
    ends, names, span = case.deal.conditions, case.names, zones.span
    with card(), folded(say.conditions).classes("wide"):
        ui.label(say.silent.format(span(ends.review)))
        ui.label(say.late.format(span(ends.grace), percent(ends.per_unit), zones.each(ends.unit), percent(ends.cap)))
        ui.label(say.never.format(span(ends.patience)))
        first, second = names[ends.arbiter], names[ends.second_arbiter]
        share = percent(ends.fallback_share)
        ui.label(say.disputes.format(first, span(ends.ruling), span(ends.appeal), second, share))
        if case.deal.liability is not None:
            ui.label(say.clause.format(say.bears(case.deal.liability)))


def _said(at: Visit, case: Dossier, zone: tzinfo) -> None:
    with card(say.said):
        for one in case.deal.said:
            with ui.row().classes("items-center"):
                ui.label(f"{case.names[one.party]} ({say.version.format(one.version, case.deal.rounds)}):")
                if one.what.startswith("declined: "):
                    why = one.what.removeprefix("declined: ")
                    ui.label(say.said_declined.format(say.reasons.get(why, why)))
                elif one.price is not None:
                    times = [zones.when(at, zone) for at in (one.start_by or 0, one.due or 0)]
                    ui.label(say.said_asks.format(money(one.price), money(one.compensation), *times))
                evidence(at, one.document)
