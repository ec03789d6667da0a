"""Laboratory: rules tried on a copy of the league, what that showed, and a button that puts it to the members."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.lab.comparing import ALL
from hanse.app.ui.pieces import badge, card, cell, complain, table, words
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Laboratory as say
from hanse.errors import HanseError
from hanse.units import MILLION

POLL_SECONDS = 1.0
TONES = {1: "good", -1: "bad", 0: "plain"}
LEAGUE = 1
"""The community whose decisions change the charter."""


@screen("/laboratory", say.title, offices=("coordinator",))
async def laboratory(at: Visit) -> None:
    """From a question to what the league would be under another rule."""
    ui.label(say.lead).classes("quiet lead")
    with card(say.ask), ui.element("div").classes("form"):
        study = ui.select(dict(say.studies), value="fees", label=say.study).classes("wide")
        by = ui.select(dict(say.measures), value="cost", label=say.by).classes("wide")
        begin = ui.button(say.begin).props("no-caps")
    found = _Found(at, begin)
    begin.on_click(lambda: found.begin(study.value, by.value))
    found.lay()
    await found.take_up()


class _Found:
    """The study that runs, or what it showed."""

    def __init__(self, at: Visit, begin: ui.button) -> None:
        self._at, self._begin, self._ended = at, begin, ""

    def lay(self) -> None:
        self._going, self._result, self._clock = (ui.element("div") for _ in range(3))

    async def take_up(self) -> None:
        """What was begun before."""
        known = [one for one in await self._at.door.json("studies") if one["what"] == "lab"]
        if known:
            await self._follow(shapes.StudyNow.model_validate(known[0]))

    async def begin(self, study: str, by: str) -> None:
        """Another one, instead of what is shown."""
        body = {"study": study, "by": by}
        begun = await self._at.do("POST", "laboratory", body, shape=shapes.StudyNow)
        if begun is not None:
            await self._follow(begun)

    async def _follow(self, study: shapes.StudyNow) -> None:
        self._going.clear()
        self._result.clear()
        if study.state != "running":
            await self._over(study)
            return
        self._begin.disable()
        with self._going, card(say.going, "partly"):
            label = ui.label(say.copying).props("role=status")
            bar = ui.linear_progress(show_value=False, size="10px").props("instant-feedback aria-hidden=true")
            ui.button(say.end, on_click=lambda: self._end(study)).props("flat no-caps")

        async def look() -> None:
            try:
                now = await self._at.door.get(f"studies/{study.id}", shapes.StudyNow)
            except HanseError as error:
                timer.cancel()
                self._going.clear()
                self._begin.enable()
                if study.id != self._ended:
                    complain(error)
                return
            bar.set_value(now.share / MILLION)
            if now.share:
                label.set_text(say.played.format(100 * now.share // MILLION))
            if now.state != "running":
                timer.cancel()
                await self._over(now)

        with self._clock:
            timer = ui.timer(POLL_SECONDS, look)

    async def _end(self, study: shapes.StudyNow) -> None:
        self._ended = study.id  # by hand: that it is not there any more is no news
        await self._at.do("DELETE", f"studies/{study.id}", shape=shapes.StudyNow, done=say.ended)

    async def _over(self, study: shapes.StudyNow) -> None:
        self._going.clear()
        self._begin.enable()
        if study.state != "done":
            with self._result, card(say.failed, "bad"):
                ui.label(study.reason)
                ui.label(study.hint)
            return
        base = f"studies/{study.id}/results"
        found = await self._at.door.json(f"{base}/lab.json")
        communities = await self._at.door.all("communities", shapes.CommunityNow)
        with self._result, card(say.found.format(say.studies[study.name]), id="found"):
            _shown(found)
            with ui.row().classes("actions items-center"):
                if "proposal.json" not in study.results:
                    ui.label(say.nothing.format(say.measures[study.objective]))
                elif any(one.number == LEAGUE and one.yours for one in communities):
                    ui.button(say.propose, on_click=lambda: self._propose(study)).props("no-caps")
                else:
                    ui.label(say.give).classes("quiet")
                for name in study.results:
                    ui.link(say.files[name], f"/api/v1/{base}/{name}").props("download")

    async def _propose(self, study: shapes.StudyNow) -> None:
        advice = await self._at.door.json(f"studies/{study.id}/results/proposal.json")
        rules = [say.change.format(one["name"], one["old"], one["new"]) for one in advice["parameters"]]
        if await self._at.sure(say.propose_ask, say.propose, *rules, say.propose_what):
            path = f"studies/{study.id}/proposal"
            if await self._at.write("POST", path, {}, done=say.proposed):
                ui.navigate.to("/decisions")


def _shown(found: dict[str, Any]) -> None:
    """Each variant by each measure, over all scenarios, with its interval; what is sure first."""
    whole = [one for one in found["differences"] if one["scenario"] == ALL]
    whole.sort(key=lambda one: (one["variant"], not one["good"]))
    with table(say.variant, say.measure, say.before, say.after, say.difference, say.sure, caption=say.caption) as row:
        for one in whole:
            with row():
                between = "" if one["low"] is None else f" [{one['low']:+,.2f}, {one['high']:+,.2f}]"
                words(one["variant"], one["unit"], f"{one['before']:,.2f}", f"{one['after']:,.2f}")
                words(f"{one['mean']:+,.2f}{between}")
                with cell():
                    badge(say.judged[one["good"]], TONES[one["good"]])  # type: ignore[arg-type]
