"""Orders: the list, and each as a parcel is followed: who can make it, its plan, its agreement, each step with its
evidence."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import added, deeds, drawings, forms, quoting, zones
from hanse.app.ui.dossier import Dossier, dossier, member_ids
from hanse.app.ui.evidence import file
from hanse.app.ui.forms import Read, filled
from hanse.app.ui.papers import Papers
from hanse.app.ui.parcel import Parcel, track
from hanse.app.ui.pieces import card, cell, empty, facts, listing, moment, money, percent, state, table, words
from hanse.app.ui.screens import Again, Visit, screen
from hanse.app.ui.texts import STATES
from hanse.app.ui.texts import Financing as funds
from hanse.app.ui.texts import Orders as say
from hanse.app.ui.texts import Value as value
from hanse.units import MILLION

MINUTE = 60


@screen("/orders", say.title)
async def orders(at: Visit) -> None:
    """Orders the visitor sees; staff may look at its own alone."""
    own_only = at.search.get("own") == "1"
    products = {one.number: one.name for one in await at.door.all("products", shapes.ProductNow)}

    async def load() -> tuple[list[shapes.OrderNow], dict[str, str]]:
        found = await at.door.all("orders", shapes.OrderNow, most=10_000)
        if own_only:
            found = [one for one in found if one.customer == at.who.address]
        return found, await at.known(one.customer for one in found)

    with ui.row().classes("actions"):
        if products:
            ui.button(say.new, on_click=lambda: ui.navigate.to("/orders/new")).props("no-caps")
        if at.staff or at.is_("member"):
            ui.link(say.everybody if own_only else say.mine, "/orders" if own_only else "/orders?own=1").classes(
                "beside"
            )
    await at.show(load, lambda now: _list(*now, products), "order")


def _list(found: list[shapes.OrderNow], names: dict[str, str], products: dict[int, str]) -> None:
    if not found:
        empty(say.empty if products else say.no_products, say.new if products else "", "/orders/new")
        return
    rows = [
        {
            "number": one.number,
            "shown": say.one.format(one.number),
            "product": products.get(one.product, ""),
            "quantity": one.quantity,
            "customer": names[one.customer],
            "state": STATES.get(one.status, one.status),
            "deposit": money(one.deposit),
        }
        for one in reversed(found)
    ]
    columns = (
        ("shown", say.order), ("product", say.product), ("quantity", say.quantity), ("customer", say.customer),
        ("state", say.state), ("deposit", say.deposit),
    )  # fmt: skip
    listing(columns, rows, key="number", to="/orders/{}", right=("quantity", "deposit"), label=say.title)


@screen("/orders/{number:int}", say.title)
async def order(at: Visit) -> None:
    """One order."""
    number, papers, ids = str(at.asked["number"]), Papers(at.door), await member_ids(at)
    asking = quoting.Asking(at, number)
    asking.lay()

    async def load() -> Parcel:
        story = await at.door.get(f"orders/{number}", shapes.OrderStory)
        product = await at.door.get(f"products/{story.order.product}", shapes.ProductNow)
        plan = None if story.block is None else await papers.planned(story.block)
        job = story.asked.get("job")
        steps = () if plan is None else tuple(one for one in plan.tasks if one.job == job)
        cases = tuple([await dossier(at, papers, one, ids) for one in story.agreements])
        names = await at.known(one.member for one in story.answers)
        works = [shapes.WorkNow.model_validate(one) for one in await at.door.json("outlook", order=number)]
        quotes = None
        if story.order.status == "open" and (story.order.customer == at.who.address or at.is_("coordinator")):
            quotes = await at.door.get(f"orders/{number}/quotes", shapes.QuotesNow)
        customer = await at.name(story.order.customer)
        rights = await drawings.rights(at, story)
        return Parcel(story, product, customer, names, steps, cases, rights, tuple(works), quotes, asking.turn)

    async def again() -> None:
        await shown()

    shown: Again
    shown = await at.show(
        load, lambda now: _draw(at, now, again, asking),
        "order", "answer", "block", "agreement", "milestone", "money", "machine", "licence",
    )  # fmt: skip
    asking.again = shown


def _draw(at: Visit, now: Parcel, again: Again, asking: quoting.Asking) -> None:
    asked, row = now.story.asked, now.story.order
    with card(say.one.format(row.number)):
        with facts() as fact:
            with fact(say.product):
                ui.label(f"{row.quantity} × {now.product.name}")
            with fact(say.customer):
                ui.label(now.customer)
            with fact(say.state):
                state(row.status)
            with fact(say.limit):
                ui.label(money(asked.get("budget")))
            with fact(say.due):
                due = asked.get("due")
                ui.label("–" if due is None else say.due_is.format(zones.span(due * _second(now))))
            with fact(say.quality):
                ui.label(percent(asked.get("min_quality")))
            with fact(say.deposit):
                ui.label(money(row.deposit))
            with fact(say.drawing):
                drawing = asked.get("drawing")
                _file(drawing) if drawing else ui.label(say.none)
        deeds.buttons([*quoting.recording(at, now), *_deeds(at, now)])
    quoting.shown(at, now, asking)
    agreed = now.live is not None and now.live.deal.status == "active"
    drawings.draw(at, now.story, now.rights, again, agreed=agreed)
    track(at, now, again)
    if now.story.answers:
        _answers(now)
    if now.steps:
        _plan(now)
        added.offered(at, row.number)


def _file(drawing: dict[str, str]) -> None:
    file(drawing["content"], drawing["file"], sealed="design" in drawing)


def _second(now: Parcel) -> int:
    """Length of the plan's unit; a minute before there is one."""
    return now.steps[0].second if now.steps else MINUTE


# --- what can be done -------------------------------------------------------------------------------------------


def _deeds(at: Visit, now: Parcel) -> list[deeds.Deed]:
    row = now.story.order
    own, coordinator = row.customer == at.who.address, at.is_("coordinator")
    found = []
    if row.status == "open" and (own or coordinator):
        found.append(deeds.Deed(say.match, lambda: _match(at, now), main=not now.story.answers))
    if row.status == "open" and own:
        found.append(deeds.Deed(say.take_back, lambda: _take_back(at, now)))
    if row.status == "planned" and coordinator:
        if now.live is None:
            found.append(deeds.Deed(say.propose, lambda: _propose(at, now), main=True))
            found.append(deeds.Deed(say.propose_clause, lambda: _with_clause(at, now)))
            for label, how, what in PROPOSALS:
                found.append(deeds.Deed(label, partial(_propose, at, now, how, what)))
        found.append(deeds.Deed(say.refund, lambda: _refund(at, now)))
    return found


async def _match(at: Visit, now: Parcel) -> None:
    await at.write("POST", f"orders/{now.story.order.number}/matching", done=say.matched)


async def _take_back(at: Visit, now: Parcel) -> None:
    row = now.story.order
    if await at.sure(
        say.take_back_ask.format(row.number), say.take_back, say.take_back_what.format(money(row.deposit))
    ):
        await at.write("DELETE", f"orders/{row.number}", done=say.taken_back)


async def _refund(at: Visit, now: Parcel) -> None:
    row = now.story.order
    what = say.refund_what.format(money(row.deposit), now.customer)
    if await at.sure(say.refund_ask.format(row.number), say.refund, what):
        await at.write("POST", f"orders/{row.number}/refund", done=say.refunded)


PROPOSALS = (
    (value.propose, "by_contribution", value.propose_what),
    (funds.in_instalments, "instalments", funds.in_instalments_what),
    (funds.with_points, "loyalty", funds.with_points_what),
)
"""Other ways to propose an agreement: words, what the API calls it, what it means."""


async def _propose(at: Visit, now: Parcel, how: str = "", what: str = say.propose_what) -> None:
    number = now.story.order.number
    if await at.sure(say.propose_ask.format(number), say.propose, what):
        body = {"order": number} | ({how: True} if how else {})
        await at.write("POST", "agreements", body, done=say.proposed)


async def _with_clause(at: Visit, now: Parcel) -> None:
    """Proposes an agreement that says who bears which failure."""
    number = now.story.order.number

    def fields() -> Read:
        bears = {name: forms.whole(label, 100, least=0, most=100) for name, label in say.failures.items()}

        def read() -> Mapping[str, Any] | None:
            if not filled(*bears.values()):
                return None
            shares = {name: int(field.value) * MILLION // 100 for name, field in bears.items()}
            return {"order": number, "liability": shares}

        return read

    sent = deeds.writing(at, "agreements", say.proposed)
    await forms.form(at, say.propose_ask.format(number), say.propose, fields, sent, say.propose_clause_what)


def _answers(now: Parcel) -> None:
    with card(say.answers), table(say.member, say.answer, say.offers) as row:
        for one in sorted(now.story.answers, key=lambda one: (-one.offered, one.id)):
            with row():
                words(f"{now.names[one.member]} ({one.id})")
                with cell():
                    state(one.answer)
                words(say.of.format(one.offered, one.required))


def _plan(now: Parcel) -> None:
    """Its steps; with dates once there is an agreement, whose deadline is the plan's time 0."""
    case = now.live
    with card(say.plan):
        if case is None:
            ui.label(say.without_date).classes("quiet")
        with table(say.step, say.who, say.machine, say.from_, say.until, say.cost) as row:
            for one in sorted(now.steps, key=lambda one: (one.start, one.end)):
                with row():
                    words(one.service, one.owner, one.machine)
                    for edge in (one.start * one.second, one.end * one.second):
                        with cell():
                            _when(edge, case)
                    with cell("number"):
                        ui.label(money(one.cost))


def _when(seconds: int, case: Dossier | None) -> None:
    if case is None:
        ui.label(say.after.format(zones.span(seconds)))
    else:
        moment(case.deal.deadline + seconds)
