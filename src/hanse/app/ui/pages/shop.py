"""My shop: what needs an answer, what runs, the machines' days with their free time, what is owed, and what the league
thinks of it."""

from __future__ import annotations

from datetime import tzinfo

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import deeds, wishes, zones
from hanse.app.ui.dossier import Dossier
from hanse.app.ui.evidence import evidence
from hanse.app.ui.floor import floor
from hanse.app.ui.machines import Days, machines
from hanse.app.ui.papers import Papers
from hanse.app.ui.pieces import (
    card,
    cards,
    cell,
    empty,
    heading,
    moment,
    money,
    number,
    percent,
    state,
    table,
    words,
)
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.shop import Past, Shop, comes, shop, trend
from hanse.app.ui.texts import Shop as say
from hanse.app.ui.week import View


@screen("/shop", say.title)
async def page(at: Visit) -> None:
    """The visitor's shop, from what is most pressing down."""
    papers, past, zone = Papers(at.door), Past(), zones.zone_of(at.client)
    days = Days(at, zone)

    async def load() -> Shop:
        now = await shop(at, papers, past, days.view, days.wishes)
        if days.again is None and now.next is not None and now.idle:
            # Nothing happens in these days: the first look is at those in which something does.
            days.view = View.of(now.next, zone, days.view.days)
            now = await shop(at, papers, past, days.view, days.wishes)
        return now

    shown = await at.show(
        load,
        lambda now: _draw(at, now, zone, days),
        "agreement", "milestone", "order", "offer", "money", "member",
    )  # fmt: skip
    days.again = shown
    await floor(at)
    if at.is_("member"):
        with card(say.own):
            await wishes.ask(at, days)


def _draw(at: Visit, now: Shop, zone: tzinfo, days: Days) -> None:
    if now.member is None:
        empty(say.register, say.register_do, "/members")
        return
    if not now.member.certified:
        with card("", "partly"):
            ui.label(say.uncertified)
    _answers(at, now, days)
    _runs(at, now)
    machines(at, now, zone, days)
    _owed(at, now)
    _standing(now)


def _answers(at: Visit, now: Shop, days: Days) -> None:
    opened = [case for case in now.cases if case.deal.status == "open"]
    waiting = [case for case in opened if at.who.address in case.deal.waiting]
    with card(say.answers, "partly" if waiting else "good"):
        if not waiting:
            ui.label(say.no_answers)
        for case in waiting:
            _asked(at, case, now, days)
    others = [case for case in opened if case not in waiting]
    if others:
        with card(say.signed):
            for case in others:
                _asked(at, case, now, days)


def _asked(at: Visit, case: Dossier, now: Shop, days: Days) -> None:
    """One proposal, with what it pays at a glance."""
    own = case.own(at.who.address)
    with ui.element("section").classes("piece"):
        heading(f"{case.title()}: {case.work(at.who.address)}", 3)
        begins, ends = min(one.start_by for one in own), max(one.due for one in own)
        with ui.row().classes("when"):
            ui.label(say.begin_by)
            moment(begins)
            ui.label(say.deliver_by)
            moment(ends)
        _pay(case, at.who.address, now)
        if at.who.address not in case.deal.waiting:
            missing = ", ".join(case.names[one] for one in case.deal.waiting) or say.money_missing
            ui.label(say.you_signed.format(missing)).classes("quiet")
        wish = wishes.wish(now.glances.get(str(case.number)), own)
        deeds.buttons(deeds.answers(at, case, days.refresh, wish))
        ui.link(say.terms, f"/agreements/{case.number}")


def _pay(case: Dossier, own: str, now: Shop) -> None:
    """What it pays, at a glance."""
    price = sum(one.price for one in case.own(own))
    extra = sum(one.compensation for one in case.own(own))
    with ui.element("div").classes("glance"):
        with ui.element("div"):
            ui.label(money(price + extra)).classes("value")
            ui.label(say.pays + (f", {say.extra.format(money(extra))}" if extra else "")).classes("quiet small")
        hourly = case.hourly(own)
        if hourly is not None:
            with ui.element("div"):
                ui.label(money(hourly)).classes("value")
                ui.label(say.hourly).classes("quiet small")
        if now.wishes is not None and hourly is not None:
            left = price + extra - now.wishes.hour_cost * case.hours(own) // zones.HOUR
            with ui.element("div"):
                ui.label(money(left)).classes("value")
                ui.label(say.left if left >= 0 else say.lost).classes("quiet small" if left >= 0 else "small loss")
        wishes.shown(now.glances.get(str(case.number)))
        told = now.credit.get(case.deal.customer)
        if told is not None:
            with ui.element("div"):
                ui.label(percent(told.credit) if told.settled else say.newcomer).classes("value")
                name = case.names[case.deal.customer]
                ui.label(say.credit.format(name) if told.settled else name).classes("quiet small")


def _runs(at: Visit, now: Shop) -> None:
    running = [case for case in now.cases if case.deal.status == "active"]
    with card(say.runs):
        if not running:
            ui.label(say.no_runs)
        for case in running:
            for one in case.own(at.who.address):
                if one.ended:
                    continue
                with ui.element("section").classes("piece"):
                    heading(f"{case.title()}: {case.work(one.member)}", 3)
                    with ui.row().classes("items-center"):
                        state(one.stage)
                        if one.stage in ("agreed", "started"):
                            ui.label(say.begins if one.stage == "agreed" else say.ends).classes("quiet")
                            moment(one.start_by if one.stage == "agreed" else one.due)
                        ui.label(money(one.price + one.compensation))
                        ui.link(say.terms, f"/agreements/{case.number}")
                        evidence(at, one.evidence)
                    deeds.buttons(deeds.works(at, case, one))


def _owed(at: Visit, now: Shop) -> None:
    owed = [
        (case, one)
        for case in now.cases
        if case.deal.status == "active"
        for one in case.own(at.who.address)
        if not one.ended
    ]
    with card(say.owed):
        if owed:
            ui.label(say.owed_lead).classes("quiet")
            with table(say.for_, say.amount, say.state, say.comes) as row:
                for case, one in sorted(owed, key=lambda pair: pair[1].due):
                    with row():
                        words(case.what())
                        with cell("number"):
                            ui.label(money(one.price + one.compensation))
                        with cell():
                            state(one.stage)
                        with cell():
                            latest = comes(case, one)
                            ui.label(say.arbiter) if latest is None else moment(latest)
        else:
            ui.label(say.no_owed)
        if now.money.settlement > 0:
            ui.label(say.free.format(money(now.money.settlement)))
            ui.button(say.take_out, on_click=lambda: _take_out(at)).props("outline no-caps")


async def _take_out(at: Visit) -> None:
    free = (await at.door.get("money", shapes.Money)).settlement
    if free > 0 and await at.sure(say.take_ask.format(money(free)), say.take_out):
        await at.write("POST", "money/settlement/withdrawal", {"amount": free}, done=say.taken)


def _standing(now: Shop) -> None:
    told = now.standing
    heading(say.standing)
    if not told.settled:
        ui.label(say.no_settled).classes("quiet")
        return
    with cards():
        number(say.punctual, percent(told.punctuality), note=say.from_half)
        number(say.quality, percent(told.quality))
        number(say.fair, percent(told.fairness))
        number(say.settled, str(told.settled))
        found = trend(now.settled)
        if found is None:
            number(say.trend, "–", note=say.trend_none)
        else:
            last, before = found
            word = say.same if last == before else say.better if last > before else say.worse
            number(say.trend, word, "bad" if last < before else "good", note=say.trend_is.format(last, before))
