"""Measurements: the league's feeds, what was recorded of them and by whom, and the forms of sources and notaries."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from nicegui import events, ui

from hanse.app.api import shapes
from hanse.app.ui import forms, zones
from hanse.app.ui.deeds import writing
from hanse.app.ui.forms import Read, filled
from hanse.app.ui.measured import notaries, record
from hanse.app.ui.pieces import card, cell, complain, empty, table, words
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Feeds as say
from hanse.errors import HanseError

HASH = re.compile("0x[0-9a-f]{64}")
MOST_BYTES = 100_000
Named = dict[str, shapes.FeedNow]
"""Feeds by what one chooses them by: notary and name."""


@screen("/feeds", say.title)
async def feeds(at: Visit) -> None:
    """Feeds, their records, and what sources and notaries do."""
    ui.label(say.lead).classes("quiet lead")
    chosen: list[ui.select] = []

    async def load() -> tuple[list[shapes.FeedNow], dict[str, str]]:
        found = await at.door.some("feeds", shapes.FeedNow)
        people = {one.notary for one in found} | {by.address for one in found for by in one.sources}
        return found, await at.known(people)

    def drawn(now: tuple[list[shapes.FeedNow], dict[str, str]]) -> None:
        _feeds(at, *now)
        for one in chosen:
            one.set_options({_key(feed): feed.name for feed in now[0]})

    with card(say.feeds, id="feeds"):
        await at.show(load, drawn, "anchor", "right")
        if at.is_("notary"):
            ui.button(say.name_one, on_click=lambda: _name(at)).props("outline no-caps")
    with card(say.told, id="told"):
        await at.show(lambda: _told(at), lambda now: _records(*now), "agreement", "milestone", "anchor")
    with card(say.check, id="check"):
        _check(at)
    with card(say.record, id="record"):
        chosen.append(await _record(at))
    with card(say.say, id="say"):
        chosen.append(await _say(at))


def _key(feed: shapes.FeedNow) -> str:
    return f"{feed.notary} {feed.name}"


def _feeds(at: Visit, found: list[shapes.FeedNow], names: dict[str, str]) -> None:
    if not found:
        empty(say.no_feeds)
        return
    with table(say.name, say.rule, say.sources, say.fresh, say.notary, "") as row:
        for one in found:
            rule = say.number_rule if one.kind == "number" else say.state_rule
            with row():
                words(one.name, rule.format(one.threshold, len(one.sources), one.unit))
                with cell():
                    for by in one.sources:
                        ui.label(by.name).props(f'title="{by.address}"')
                words(zones.span(one.fresh), say.revision.format(names[one.notary], one.revision))
                with cell():
                    if one.notary == at.who.address and len(one.sources) > 1:
                        ui.button(say.withdraw, on_click=lambda one=one: _withdraw(at, one)).props("flat dense no-caps")


async def _told(at: Visit) -> tuple[list[shapes.RecordNow], dict[str, str]]:
    found = await at.door.some("feeds/records", shapes.RecordNow)
    return found, await at.known(notaries(found))


def _records(found: list[shapes.RecordNow], names: dict[str, str]) -> None:
    if not found:
        empty(say.none_told)
    for one in found:
        record(one, names)


def _check(at: Visit) -> None:
    ui.label(say.check_lead)
    is_one = {say.no_fingerprint: lambda text: HASH.fullmatch((text or "").strip()) is not None}
    asked = ui.input(say.evidence, validation=is_one).props("maxlength=80").classes("wide").without_auto_validation()

    async def look() -> None:
        if filled(asked):
            await _shown(at, result, f"feeds/records/{asked.value.strip()}")

    ui.button(say.look, on_click=look).props("no-caps")
    asked.on("keydown.enter", look)
    result = ui.element("div").classes("wide").props("aria-live=polite")


async def _shown(at: Visit, place: ui.element, path: str) -> None:
    with at.client:
        try:
            one = await at.door.get(path, shapes.RecordNow)
        except HanseError as error:
            complain(error)
            return
        names = await at.known([one.notary])
        place.clear()
        with place:
            record(one, names)


async def _record(at: Visit) -> ui.select:
    """Signed words are dropped, and what counts is put down."""
    ui.label(say.record_lead)
    held: list[dict[str, Any]] = []

    async def dropped(event: events.UploadEventArguments) -> None:
        try:
            one = shapes.StatementFile.model_validate_json(await event.file.read())
        except ValueError:
            complain(HanseError(say.wrong_file, where=event.file.name, hint=say.wrong_hint))
            return
        held.append(one.model_dump(mode="json"))
        count.set_text(say.held.format(len(held)))

    feed = await _choice(at)
    subject = ui.input(say.subject).props("maxlength=128").classes("wide")
    files = ui.upload(
        label=say.drop, multiple=True, auto_upload=True, max_file_size=MOST_BYTES, on_upload=dropped,
        on_rejected=lambda: complain(HanseError(say.wrong_file, hint=say.wrong_hint)),
    )  # fmt: skip
    files.props('accept=".json" flat bordered').classes("dropzone")
    count = ui.label().props("role=status")

    async def put() -> None:
        notary, _, name = str(feed.value or " ").partition(" ")
        body = {"feed": name, "notary": notary or None, "subject": (subject.value or "").strip(), "statements": held}
        made = await at.do("POST", "feeds/records", body, shape=shapes.RecordNow)
        if made is not None:
            names = await at.known([made.notary])
            result.clear()
            with result:
                record(made, names)
                ui.label(say.use)
            held.clear()
            files.reset()
            count.set_text("")

    ui.button(say.record_do, on_click=put).props("no-caps")
    result = ui.element("div").classes("wide").props("aria-live=polite")
    return feed


async def _say(at: Visit) -> ui.select:
    """A source signs what it saw, and takes the file away."""
    ui.label(say.say_lead)
    feed = await _choice(at)
    subject = ui.input(say.subject).props("maxlength=128").classes("wide")
    value = ui.input(say.say_value).props("maxlength=128").classes("wide")

    async def sign() -> None:
        name = str(feed.value or " ").partition(" ")[2]
        body = {"feed": name, "subject": (subject.value or "").strip(), "value": (value.value or "").strip()}
        if not await at.sure(say.say_ask.format(name, body["subject"], body["value"]), say.say_do, say.say_what):
            return
        made = await at.do("POST", "feeds/statements", body, shape=shapes.StatementFile)
        if made is not None:
            with at.client:
                text = json.dumps(made.model_dump(mode="json"), indent=1, ensure_ascii=False)
                ui.download.content(text, f"{at.who.name}-{made.measured}.json", "application/json")

    ui.button(say.say_do, on_click=sign).props("no-caps")
    return feed


async def _choice(at: Visit) -> ui.select:
    found = await at.door.some("feeds", shapes.FeedNow)
    return ui.select({_key(one): one.name for one in found}, label=say.feed).classes("wide")


async def _withdraw(at: Visit, one: shapes.FeedNow) -> None:
    def fields() -> Read:
        who = ui.select({by.address: by.name for by in one.sources}, label=say.sources).classes("wide")

        def read() -> Mapping[str, Any] | None:
            left = [by.model_dump() for by in one.sources if by.address != who.value]
            if not who.value:
                return None
            kept = one.model_dump(include={"name", "kind", "unit", "fresh"})
            return {**kept, "sources": left, "threshold": min(one.threshold, len(left))}

        return read

    await forms.form(at, say.withdraw_ask, say.withdraw, fields, writing(at, "feeds", say.withdrawn), say.withdraw_what)


async def _name(at: Visit) -> None:
    people = {one.address: one.name for one in await at.door.all("accounts", shapes.AccountNow, most=10_000)}

    def fields() -> Read:
        name, unit = (ui.input(label).props("maxlength=128").classes("wide") for label in (say.name, say.unit))
        kind = ui.select(dict(say.kinds), value="number", label=say.kind).classes("wide")
        who = ui.select(people, multiple=True, value=[], label=say.who, with_input=True).props("use-chips")
        who.classes("wide")
        with ui.row().classes("fields"):
            threshold = forms.whole(say.threshold, 2, least=1, most=64)
            minutes = forms.whole(say.minutes, 10, least=1, most=1_000_000)

        def read() -> Mapping[str, Any] | None:
            if not filled(threshold, minutes):
                return None
            count, sources = int(threshold.value), [{"address": one, "name": people[one]} for one in who.value]
            if not len(sources) < 2 * count <= 2 * len(sources):
                complain(HanseError(say.too_few.format(count, len(sources)), hint=say.too_few_hint))
                return None
            return {
                "name": (name.value or "").strip(), "kind": kind.value, "unit": (unit.value or "").strip(),
                "sources": sources, "threshold": count, "fresh": 60 * int(minutes.value),
            }  # fmt: skip

        return read

    await forms.form(at, say.name_ask, say.name_do, fields, writing(at, "feeds", say.named), say.name_what)
