"""Is everything all right? Each red thing is a link to its cure."""

from __future__ import annotations

from dataclasses import dataclass

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import map, zones
from hanse.app.ui.pieces import card, cards, cell, empty, money, number, state, table, words
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Overview as say

NEWEST = 10
TROUBLE = ("disputed", "ruled", "appealed")


@dataclass(frozen=True, slots=True)
class Now:
    """What the page shows."""

    orders: list[shapes.OrderNow]
    products: dict[int, str]
    agreements: list[shapes.AgreementNow]
    waiting: list[shapes.AgreementNow]
    money: shapes.Money
    rounds: list[shapes.RoundNow]
    health: shapes.Health
    names: dict[str, str]
    league: shapes.LeagueNow
    members: list[shapes.MemberNow]
    works: list[shapes.WorkNow]
    ways: tuple[map.Way, ...]


@screen("/", say.title)
async def overview(at: Visit) -> None:
    """Orders in flight, late work, answers that are missing, money, the open round, and whether all parts work."""
    watches = "order", "agreement", "milestone", "round", "money", "member", "machine"
    await at.show(lambda: _load(at), lambda now: _draw(at, now), *watches)


async def _load(at: Visit) -> Now:
    door = at.door
    orders = await door.all("orders", shapes.OrderNow)
    agreements = await door.all("agreements", shapes.AgreementNow)
    newest = sorted(orders, key=lambda one: -one.number)[:NEWEST]
    works = [shapes.WorkNow.model_validate(one) for one in await door.json("outlook")]
    late = [one for one in works if one.late]
    people = {one.customer for one in newest} | {one.member for one in late}
    return Now(
        orders,
        {one.number: one.name for one in await door.all("products", shapes.ProductNow)},
        agreements,
        await door.all("agreements", shapes.AgreementNow, waiting=True),
        await door.get("money", shapes.Money),
        await door.all("rounds", shapes.RoundNow),
        await door.health(),
        {one: await at.name(one) for one in sorted(people)},
        await door.get("league", shapes.LeagueNow),
        await door.all("members", shapes.MemberNow, most=map.MOST + 1),
        late,
        map.ways(agreements, works),
    )


def _draw(at: Visit, now: Now) -> None:
    trouble = [one.number for one in now.agreements if any(w.stage in TROUBLE or w.late for w in one.milestones)]
    trouble = list(dict.fromkeys([*trouble, *(one.agreement for one in now.works)]))
    unsigned = [one for one in now.agreements if one.status == "open"]
    running = [one for one in now.orders if one.status in ("open", "planned")]
    with cards():
        number(say.orders, f"{len(running)} / {len(now.orders)}", to="/orders", note="open or planned, of all")
        number(
            say.late, str(len(trouble)), "bad" if trouble else "good",
            to=f"/agreements/{trouble[0]}" if trouble else "",
        )  # fmt: skip
        number(say.answers, str(len(unsigned)), "partly" if unsigned else "good", to="/agreements")
        number(say.money, money(now.money.account), to="/money", note=f"+ {money(now.money.settlement)} {say.held}")
        opened = [one for one in now.rounds if not one.over]
        number(
            say.round, f"round {opened[-1].number}" if opened else say.no_round,
            to=f"/rounds/{opened[-1].number}" if opened else "",
        )  # fmt: skip
        broken = [name for name, ok in now.health.parts.items() if not ok]
        well = now.health.ok and not broken
        number(say.health, say.well if well else say.unwell.format(", ".join(broken)), "good" if well else "bad")
    with card(say.yours, "partly" if now.waiting else "good"):
        for one in now.waiting:
            ui.link(f"Agreement {one.number} on order {one.order}: {money(one.price)}", f"/agreements/{one.number}")
        if not now.waiting:
            ui.label(say.nothing_yours)
    if at.is_("coordinator"):
        _begin(now)
    if now.works:
        _forecast(at, now)
    map.draw(now.members, now.ways)
    with card(say.newest):
        if not now.orders:
            empty(say.no_orders, say.place if now.products else "", "/orders/new")
            return
        with table(say.order, say.product, say.quantity, say.customer, say.state) as row:
            for order in sorted(now.orders, key=lambda one: -one.number)[:NEWEST]:
                with row():
                    with cell():
                        ui.link(f"order {order.number}", f"/orders/{order.number}")
                    words(now.products.get(order.product, ""), str(order.quantity), now.names[order.customer])
                    with cell():
                        state(order.status)


def _forecast(at: Visit, now: Now) -> None:
    """Work that will be late by what machines say, with its cure for whoever can do something."""
    with card(say.forecast, "bad"):
        for one in sorted(now.works, key=lambda work: -work.late):
            with ui.row().classes("piece-line"):
                said = say.forecast_of.format(one.order, now.names[one.member], zones.span(one.late))
                ui.link(said, f"/agreements/{one.agreement}")
                if one.member == at.who.address:
                    ui.link(say.forecast_rescue, "/free-time")


def _begin(now: Now) -> None:
    """What a league that was just founded needs next."""
    steps = [
        (not now.league.services, say.start_services, "/members#services"),
        (not now.products, say.start_products, "/planning#products"),
    ]
    if any(missing for missing, _, _ in steps):
        with card(say.start, "partly"):
            for missing, step, to in steps:
                if missing:
                    ui.link(step, to)
            ui.link(say.start_members, "/members#invite")
