"""Evidence: what is recorded, and everything computed again in front of whoever wants to see it. All words of the
machinery live here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from nicegui import run, ui

from hanse.app.api import shapes
from hanse.app.client import Refused
from hanse.app.ui.audits import Audit
from hanse.app.ui.pieces import badge, card, cell, complain, empty, facts, listing, table
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Evidence as say
from hanse.app.verifying import STEPS, Recorded, Step, verify, whole
from hanse.errors import HanseError
from hanse.ledger.league import NOTHING, AcceptedPlan
from hanse.units import MILLION

TONES = {"shown": "good", "wrong": "bad", "word": "partly"}
TOLD = 25
MOST_COMPARED = 200


@screen("/evidence", say.title)
async def evidence(at: Visit) -> None:
    """All recorded plans, the audit, and what the ledger told last."""
    ui.label(say.lead).classes("quiet lead")

    async def load() -> tuple[list[shapes.BlockNow], dict[str, str]]:
        found = await at.door.all("blocks", shapes.BlockNow)
        return found, {one.solver: await at.name(one.solver) for one in found}

    with card(say.blocks):
        await at.show(load, lambda known: _blocks(*known), "block")
    with card(say.audit, id="audit"):
        await Audit(at).lay()
    with card(say.ledger, id="ledger"):
        await _ledger(at)


def _blocks(found: list[shapes.BlockNow], names: dict[str, str]) -> None:
    if not found:
        empty(say.no_blocks)
        return
    columns = (("number", say.number), ("orders", say.orders), ("value", say.value), ("bound", say.bound),
               ("kind", say.kind), ("solver", say.solver))  # fmt: skip
    rows = [
        {
            "number": one.number,
            "orders": ", ".join(map(str, one.orders[:8])) + (" …" if len(one.orders) > 8 else ""),
            "value": f"{one.objective} {_of(one.value)}",
            "bound": "–" if one.bound_kind == "none" else _of(one.bound),
            "kind": one.bound_kind,
            "solver": names[one.solver],
        }
        for one in reversed(found)
    ]
    listing(columns, rows, key="number", to="/evidence/{}", right=("value", "bound"), label=say.blocks)


def _of(millionths: int) -> str:
    return f"{millionths / MILLION:,.10g}".replace(",", " ")


@screen("/evidence/{number}", say.title)
async def block(at: Visit) -> None:
    """One recorded plan: all it commits to, and its verification."""
    given = str(at.asked["number"])
    one = await at.door.get(f"blocks/{given if given.isdecimal() else 0}", shapes.BlockNow)
    solver = await at.name(one.solver)
    try:
        await at.door.bytes(f"plans/{one.plan}")
        readable = True
    except Refused:
        readable = False
    with card(say.one.format(one.number)):
        with facts() as fact:
            with fact(say.orders), ui.row():
                for order in one.orders:
                    ui.link(str(order), f"/orders/{order}")
            with fact(say.value):
                ui.label(f"{one.objective} {_of(one.value)}")
            with fact(say.bound):
                ui.label(f"{'–' if one.bound_kind == 'none' else _of(one.bound)} ({say.kinds[one.bound_kind]})")
            with fact(say.sums):
                ui.label(say.sums_of.format(one.cost, one.makespan, _of(one.tardiness), one.energy))
            with fact(say.solver):
                ui.label(solver)
            for name, words_ in say.names.items():
                with fact(words_):
                    ui.label(getattr(one, name)).classes("hash")
            if readable:
                with fact(say.files), ui.row():
                    ui.link(say.problem_file, f"/api/v1/problems/{one.problem}").props('download="problem.json"')
                    ui.link(say.plan_file, f"/api/v1/plans/{one.plan}").props('download="plan.json"')
                    ui.link(say.chart, f"/schedule?block={one.number}")
        if not readable:
            ui.label(say.not_yours)
    if readable:
        with card(say.verify, id="verify"):
            _verification(at, one)


def _verification(at: Visit, one: shapes.BlockNow) -> None:
    ui.label(say.verify_lead)
    shown = ui.element("ol").classes("steps")
    result = ui.element("div").props("role=status")
    ui.label(say.home).classes("quiet small")
    ui.html("<pre>hanse check problem.json plan.json</pre>", sanitize=False).classes("wide")

    async def go() -> None:
        button.disable()
        try:
            shown.clear()
            result.clear()
            steps = await _watched(at, one, shown)
            with result:
                found = whole(steps)
                badge(say.whole[found], TONES[found])  # type: ignore[arg-type]
        except HanseError as error:
            complain(error)
        finally:
            button.enable()
            button.set_text(say.again)

    button = ui.button(say.verify, on_click=go).props("no-caps")


async def _watched(at: Visit, one: shapes.BlockNow, shown: ui.element) -> list[Step]:
    """Every step as it is done, each in a thread of its own."""
    places: dict[str, ui.element] = {}
    with shown:
        for name in STEPS:
            with ui.element("li"):
                ui.label(say.steps[name])
                places[name] = ui.element("div")
                with places[name]:
                    badge(say.waiting, "quiet")
    door = at.door
    problem, plan = await door.bytes(f"problems/{one.problem}"), await door.bytes(f"plans/{one.plan}")
    going = verify(await _recorded(at, one), problem, plan, await _asked(at, one))
    steps: list[Step] = []
    while (step := await run.io_bound(_next, going)) is not None:
        steps.append(step)
        places[step.what].clear()
        with places[step.what]:
            badge(say.found[step.found], TONES[step.found])  # type: ignore[arg-type]
            ui.label(step.said)
            if step.recorded and step.recorded == step.recomputed:
                ui.label(say.both.format(step.recorded)).classes("hash quiet small")
            elif step.recorded and step.recomputed:
                ui.label(say.recorded.format(step.recorded, step.recomputed)).classes("hash quiet small")
    return steps


def _next(going: Iterator[Step]) -> Step | None:
    return next(going, None)


async def _recorded(at: Visit, one: shapes.BlockNow) -> Recorded:
    league = await at.door.get("league", shapes.LeagueNow)
    before = NOTHING
    if one.number > 1:
        before = (await at.door.get(f"blocks/{one.number - 1}", shapes.BlockNow)).hash
    accepted: Any = {field.name: getattr(one, field.name) for field in fields(AcceptedPlan)}
    return Recorded(
        one.number, one.hash, before, AcceptedPlan(**accepted), tuple(one.orders), league.chain_id,
        league.contracts["Blocks"],
    )  # fmt: skip


async def _asked(at: Visit, one: shapes.BlockNow) -> dict[str, dict[str, Any]]:
    """What the block's orders ask for, of those the visitor sees, by job; each is a question to the API, so that of
    very many only the first are compared."""
    found = {}
    for number in one.orders[:MOST_COMPARED]:
        story = await at.door.maybe(f"orders/{number}", shapes.OrderStory)
        if story is not None and story.asked:
            found[str(story.asked["job"])] = story.asked
    return found


async def _ledger(at: Visit) -> None:
    """The newest word on each thing, and older ones as one asks for them."""
    ui.label(say.ledger_lead).classes("quiet small")
    rows = ui.element("div").classes("wide")
    older = ui.button(say.more).props("flat no-caps")
    found: list[dict[str, Any]] = []
    cursor: list[str | None] = [None]

    async def more() -> None:
        asked = {"limit": TOLD, **({"cursor": cursor[0]} if cursor[0] else {})}
        page = await at.door.json("ledger", **asked)
        found.extend(page["items"])
        cursor[0] = page["next"]
        older.set_visibility(page["next"] is not None)
        rows.clear()
        with rows:
            if not found:
                empty(say.nothing_told)
                return
            with table(say.what, say.block, say.transaction) as row:
                for one in found:
                    with row():
                        with cell():
                            _thing(one["what"], one["id"])
                        with cell("number"):
                            ui.label(str(one["block"]))
                        with cell("hash"):
                            ui.label(f"{one['transaction'][:10]}…").props(f'title="{one["transaction"]}"')

    older.on_click(more)
    await more()


def _thing(what: str, id_: str) -> None:
    said = say.things.get(what, what).format(id_)
    if what in say.places:
        ui.link(said, say.places[what].format(id_))
    else:
        ui.label(said)
