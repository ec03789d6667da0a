"""Trade-offs: a problem, what matters, and all good compromises between it, each a plan to look at."""

from __future__ import annotations

import json
from collections.abc import Callable

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.pareto.words import LABELS
from hanse.app.ui import browser, charts
from hanse.app.ui.pieces import card, complain
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.studying import Desk
from hanse.app.ui.texts import Tradeoffs as say
from hanse.errors import HanseError

SECONDS = {10: "10 s", 30: "30 s", 60: "1 min", 300: "5 min"}
FIRST = ("cost", "makespan")


@screen("/trade-offs", say.title)
async def trade_offs(at: Visit) -> None:
    """From a file to a front one can point at."""
    charts.needed()
    ui.label(say.lead).classes("quiet lead")
    await Desk(at, "front", _options, _found).lay()


def _options() -> Callable[[], tuple[str, int]]:
    """Two or more objectives, and for how long to look."""
    ui.label(say.objectives)
    with ui.element("div").classes("choices").props(f'role=group aria-label="{say.objectives}"'):
        boxes = {name: ui.checkbox(label, value=name in FIRST) for name, label in LABELS.items()}
    with ui.element("div").classes("form"):
        seconds = ui.select(SECONDS, value=10, label=say.seconds)

    def asked() -> tuple[str, int]:
        chosen = [name for name, box in boxes.items() if box.value]
        if len(chosen) < 2:
            raise HanseError(say.too_few, hint=say.too_few_hint)
        return ",".join(chosen), int(seconds.value)

    return asked


async def _found(desk: Desk, study: shapes.StudyNow) -> None:
    """The front's own page, and its files."""

    async def take() -> None:
        """The plan behind the chosen point, alone."""
        try:
            number = await browser.asked("hanse.charts.chosen()")
            front = await desk.at.door.json(f"studies/{study.id}/results/front.json")
        except HanseError as error:
            complain(error)
            return
        plan = next((one["plan"] for one in front["points"] if one["point"] == number), None)
        if plan is not None:
            ui.download.content(json.dumps(plan, indent=1), f"plan-{number}.json", "application/json")

    base = f"/api/v1/studies/{study.id}/results/"
    with card(say.found.format(study.name or say.a_problem), id="front"):
        charts.framed(base + "front.html", say.picture)
        with ui.row().classes("actions items-center"):
            ui.button(say.plan, on_click=take).props("outline no-caps")
            for name, words in (("front.html", say.page), ("front.json", say.json), ("front.csv", say.csv)):
                ui.link(words, base + name).props("download")
