"""Planning, for coordinators: what can be ordered, and from a problem in a file to a recorded plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from secrets import token_hex
from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.report import words as told
from hanse.app.ui import charts, quoting, texts
from hanse.app.ui.forms import cents
from hanse.app.ui.pieces import badge, card, cards, cell, empty, folded, listing, money, number, table, words
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.studying import Desk
from hanse.app.ui.texts import Planning as say
from hanse.app.ui.texts import Quotes as quotes
from hanse.app.ui.texts import Studies as studies
from hanse.instances import hanse_json
from hanse.model.plan import Plan
from hanse.units import Units

SECONDS = {5: "5 s", 20: "20 s", 60: "1 min", 300: "5 min"}


@screen("/planning", say.title, offices=("coordinator",))
async def planning(at: Visit) -> None:
    """From a file to a plan, and the list of products."""
    charts.needed()
    open_orders = await at.door.all("orders", shapes.OrderNow, status="open")
    ui.label(say.waiting.format(len(open_orders))).classes("quiet lead")
    await quoting.choices(at)
    await Desk(at, "plan", _options, _found, _compete).lay()
    with card(say.products, id="products"):
        await _products(at)


def _options() -> Callable[[], tuple[str, int]]:
    """What to look for and for how long."""
    with ui.element("div").classes("form"):
        objective = ui.select(dict(say.objectives), value="cost", label=say.objective)
        seconds = ui.select(SECONDS, value=20, label=say.seconds)
    return lambda: (str(objective.value), int(seconds.value))


def _compete(desk: Desk) -> None:
    """Instead of calculating here, a round of solvers; and figures that customers' offers are reckoned from."""
    with card(quotes.figures, id="figures"):
        ui.label(quotes.figures_lead)

        async def bring() -> None:
            if desk.seen is not None:
                body = {"problem": desk.seen.problem}
                await desk.at.do("POST", "figures", body, shape=shapes.FiguresNow, done=quotes.figures_done)

        with ui.row().classes("actions"):
            ui.button(quotes.figures_do, on_click=bring).props("outline no-caps")
    with card(studies.compete):
        ui.label(say.round_lead)
        with ui.element("div").classes("form"):
            pot = ui.input(say.round_pot, validation={say.round_wrong: lambda value: cents(value, least=1) is not None})
            minutes = ui.select(dict(say.round_minutes_of), value=10, label=say.round_minutes)

        async def open_round() -> None:
            amount = cents(pot.value, least=1)
            if not pot.validate() or not amount or desk.seen is None:
                return
            key = token_hex(16)
            long, seconds = say.round_minutes_of[minutes.value], 60 * int(minutes.value)
            details = say.round_what.format(money(amount)), say.round_long.format(long)
            if not await desk.at.sure(say.round_ask.format(money(amount)), say.round_open, *details):
                return
            body = {"problem": desk.seen.problem, "pot": amount, "commit": seconds,
                    "reveal": max(30, seconds // 4), "challenge": max(60, seconds // 2)}  # fmt: skip
            action = await desk.at.write("POST", "rounds", body, done=say.round_opened, key=key)
            if action is not None and "round" in action.result:
                ui.navigate.to(f"/rounds/{action.result['round']}")

        with ui.row().classes("actions"):
            ui.button(say.round_open, on_click=open_round).props("outline no-caps")


async def _found(desk: Desk, study: shapes.StudyNow) -> None:
    """The plan: how good, against what was asked, on a chart, and the step from here to the ledger."""
    at = desk.at
    plan = hanse_json.read_plan(await at.door.bytes(f"studies/{study.id}/results/plan.json"))
    drawing = await at.door.json(f"studies/{study.id}/results/drawing.json")
    units = Units(**drawing["units"])
    jobs = [job for job in drawing["jobs"] if job["outcome"] is not None]
    late = [job for job in jobs if job["due"] is not None and job["outcome"]["completion"] > job["due"]]
    dear = [job for job in jobs if job["budget"] is not None and job["outcome"]["cost"] > job["budget"]]
    with card(say.found.format(study.name or say.a_plan, f"{plan.seconds:.2g}"), id="plan"):
        with cards():
            number(say.cost, told.money(plan.measures.cost, units))
            number(say.finish, told.time(plan.measures.makespan, units))
            number(say.late, f"{len(late)} / {len(jobs)}", "bad" if late else "good")
            number(say.dear, f"{len(dear)} / {len(jobs)}", "bad" if dear else "good")
            good = told.goodness([plan])
            number(say.good, good[0].upper() + good[1:], note=told.proof([plan]))
        charts.gantt(f"/api/v1/studies/{study.id}/results/drawing.json")
        with folded(say.against).classes("wide"):
            _against(jobs, units)
        with ui.row().classes("actions"):
            base = f"/api/v1/studies/{study.id}/results/"
            ui.link(say.keep_page, base + "plan.html").props("download")
            ui.link(say.keep_plan, base + "plan.json").props("download")
            ui.link(say.keep_problem, base + "problem.json").props("download")
    with card(say.record_title, id="record"):
        _recording(desk, study, plan, units)


def _against(jobs: list[dict[str, Any]], units: Units) -> None:
    """Each order's cost beside its limit, and when it is ready beside when it is due."""
    rows = [
        {
            "job": job["id"],
            "customer": job["customer"],
            "cost": told.money(job["outcome"]["cost"], units),
            "budget": "–" if job["budget"] is None else _kept(job["outcome"]["cost"], job["budget"], told.money, units),
            "ready": told.time(job["outcome"]["completion"], units),
            "due": "–" if job["due"] is None else _kept(job["outcome"]["completion"], job["due"], told.time, units),
        }
        for job in jobs
    ]
    columns = (("job", say.job), ("customer", say.customer), ("cost", say.cost), ("budget", say.budget),
               ("ready", say.ready), ("due", say.due))  # fmt: skip
    listing(columns, rows, key="job", right=("cost", "budget", "ready", "due"), label=say.against)


def _kept(is_: int, most: int, shown: Callable[[int, Units], str], units: Units) -> str:
    return f"{'✓' if is_ <= most else '✗'} {shown(most, units)}"


def _recording(desk: Desk, study: shapes.StudyNow, plan: Plan, units: Units) -> None:
    assert desk.seen is not None
    orders = {one.job: one.order for one in desk.seen.jobs if one.order is not None and not one.differs}
    if len(orders) < len(desk.seen.jobs):
        ui.label(say.cannot_record)
        ui.link(say.why, "#file")
        return
    ui.label(say.record_lead)
    after = ui.element("div")
    tries = 0

    async def record() -> None:
        nonlocal tries
        details = (
            say.record_orders.format(", ".join(map(str, sorted(orders.values())))),
            say.record_cost.format(told.money(plan.measures.cost, units), told.goodness([plan])),
            say.record_means,
        )
        if not await desk.at.sure(say.record_ask, say.record, *details):
            return
        body = {
            "problem": await desk.at.door.json(f"studies/{study.id}/results/problem.json"),
            "plan": json.loads(hanse_json.write_plan(plan)),
            "orders": orders,
        }
        # The same study is never recorded twice; what was refused may be tried again.
        if not await desk.at.write("POST", "blocks", body, done=say.recorded, key=f"study-{study.id}-{tries}"):
            tries += 1
        else:
            button.disable()
            with after:
                ui.label(say.next)
                with ui.row():
                    for order in sorted(orders.values()):
                        ui.link(say.propose.format(order), f"/orders/{order}")

    with ui.row().classes("actions"):
        button = ui.button(say.record, on_click=record).props("no-caps")


async def _products(at: Visit) -> None:
    """What can be ordered, a new one, and what is no longer made."""
    league = await at.door.get("league", shapes.LeagueNow)

    async def load() -> list[shapes.ProductNow]:
        return await at.door.all("products", shapes.ProductNow)

    await at.show(load, lambda found: _listed(at, found), "product")
    if not league.services:
        empty(say.no_services, texts.Overview.start_services, "/members#services")
        return
    with folded(say.add).classes("wide"), ui.element("div").classes("form"):
        id_ = ui.input(
            say.id, validation={say.id_wrong: lambda value: bool(value) and value.replace("-", "").isalnum()}
        )
        name = ui.input(say.name, validation={say.name_wrong: lambda value: bool(value and value.strip())})
        needs = ui.select(list(league.services), label=say.needs, multiple=True, with_input=True).props("use-chips")

        async def add() -> None:
            if not (id_.validate() and name.validate()):
                return
            if not needs.value:
                ui.notify(say.needs_wrong, type="negative")
                return
            body = {"id": id_.value, "name": name.value.strip(), "required": list(needs.value)}
            if await at.write("POST", "products", body, done=say.added.format(name.value)):
                id_.value, name.value, needs.value = "", "", []

        ui.button(say.add_do, on_click=add).props("no-caps")


def _listed(at: Visit, found: list[shapes.ProductNow]) -> None:
    if not found:
        empty(say.no_products)
        return
    with table(say.product, say.id, say.needs, say.state, "") as row:
        for one in found:
            with row():
                words(one.name, one.id, ", ".join(one.required))
                with cell():
                    badge(say.offered if one.active else say.retired, "good" if one.active else "quiet")
                with cell():
                    if one.active:
                        _retire(at, one)


def _retire(at: Visit, one: shapes.ProductNow) -> None:
    async def retire() -> None:
        if await at.sure(say.retire_ask.format(one.name), say.retire, say.retire_what):
            await at.write("DELETE", f"products/{one.number}", done=say.retired_done.format(one.name))

    ui.button(say.retire, on_click=retire).props(f'flat dense no-caps aria-label="{say.retire} {one.id}"')
