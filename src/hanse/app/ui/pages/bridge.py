"""The other ledger: what of this league counts there, computed again here; proofs to take away; a proof that somebody
brings, verified in front of them."""

from __future__ import annotations

import json
from typing import Any

from nicegui import events, ui

from hanse.app.api import shapes
from hanse.app.ui.pieces import Tone, badge, card, cell, complain, empty, facts, table, words
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Bridge as say
from hanse.errors import HanseError

MOST_BYTES = 1_000_000
MOST_SHOWN = 50
"""Statements; the newest cover what people ask for."""

FOUND: dict[bool | None, tuple[str, Tone]] = {
    True: (say.holds, "good"),
    False: (say.fails, "bad"),
    None: (say.silent, "partly"),
}


@screen("/bridge", say.title)
async def bridge(at: Visit) -> None:
    """Where this league is shown, and its proofs."""
    ui.label(say.lead).classes("quiet lead")
    now = await at.door.maybe("bridge", shapes.BridgeNow)
    if now is None:
        empty(say.none)
        if at.is_("coordinator"):
            ui.label(say.none_how).classes("quiet small")
        return
    with card(say.shown, id="shown"):
        shown = ui.element("div").classes("wide")
        result = ui.element("div").classes("wide").props("aria-live=polite")  # it stays when the list is drawn again
        with shown:
            await at.show(
                lambda: at.door.get("bridge", shapes.BridgeNow), lambda now: _shown(at, now, result), every=15
            )
    with card(say.take, id="take"):
        await _take(at)
    with card(say.bring, id="bring"):
        _bring(at)


def _shown(at: Visit, now: shapes.BridgeNow, result: ui.element) -> None:
    last = max((one.last for one in now.statements), default=None)
    covered = say.covered_none if last is None else say.covered_to.format(last, now.height)
    told = (
        (say.here, say.on_chain.format(now.league, now.chain_id)),
        (say.there, say.on_chain.format(now.beacon, now.other_chain_id)),
        (say.must_sign, str(now.threshold)),
        (say.covered, covered),
    )
    with facts() as fact:
        for name, value in told:
            with fact(name):
                ui.label(value)
    if not now.statements:
        return
    with table(say.statement, say.blocks, say.signed_by, "") as row:
        for one in now.statements[:MOST_SHOWN]:
            with row():
                words(str(one.number), say.stretch.format(one.first, one.last), str(len(one.signed_by)))
                with cell():
                    ui.button(say.again, on_click=lambda one=one: _compared(at, one.number, result)).props(
                        "flat dense no-caps"
                    )


async def _compared(at: Visit, number: int, place: ui.element) -> None:
    """One statement beside our own chain, whatever it says."""
    with at.client:
        try:
            found = await at.door.get(f"bridge/statements/{number}", shapes.StatementChecked)
        except HanseError as error:
            complain(error)
            return
        place.clear()
        with place:
            ui.label(f"{say.statement} {number}").classes("strong")
            badge(say.agrees if found.agrees else say.differs, "good" if found.agrees else "bad")
            ui.label(say.count.format(found.count)).classes("small")
            said = found.statement
            for line, there, here in (
                (say.root, said.root, found.root), (say.hash, said.block_hash, found.block_hash),
            ):  # fmt: skip
                ui.label(line.format(there, here or say.missing)).classes("hash quiet small")


async def _take(at: Visit) -> None:
    ui.label(say.take_lead)
    blocks = await at.door.all("blocks", shapes.BlockNow)
    members = [one for one in await at.door.all("members", shapes.MemberNow) if one.certified]
    choices: tuple[tuple[str, str, dict[Any, str], str], ...] = (
        (
            say.plan,
            "block",
            {one.number: say.plan_number.format(one.number) for one in reversed(blocks)},
            say.take_plan,
        ),
        (say.member, "member", {one.address: one.name or one.address for one in members}, say.take_member),
    )
    for label, what, known, button in choices:
        with ui.row().classes("items-end"):
            chosen = ui.select(known, label=label, with_input=True).classes("w-64")
            ui.button(button, on_click=lambda what=what, chosen=chosen: _given(at, what, chosen.value)).props(
                "outline no-caps"
            )


async def _given(at: Visit, what: str, which: object) -> None:
    if which is None:
        return
    with at.client:
        try:
            document = await at.door.json("bridge/proof", **{what: which})
        except HanseError as error:
            complain(error)
            return
        ui.download.content(json.dumps(document, indent=1), f"proof-{what}-{str(which)[:10]}.json", "application/json")


def _bring(at: Visit) -> None:
    ui.label(say.bring_lead)

    async def dropped(event: events.UploadEventArguments) -> None:
        data = await event.file.read()
        files.reset()
        try:
            said = json.loads(data)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            complain(HanseError(say.wrong_file, where=event.file.name, hint=say.wrong_hint))
            return
        found = await at.do("POST", "bridge/verification", {"proof": said}, shape=shapes.ProofChecked)
        if found is not None:
            with at.client:
                result.clear()
                with result:
                    _looked(found)

    files = ui.upload(
        label=say.drop, auto_upload=True, max_file_size=MOST_BYTES, on_upload=dropped,
        on_rejected=lambda: complain(HanseError(say.wrong_file, hint=say.wrong_hint)),
    )  # fmt: skip
    files.props('accept=".json" flat bordered').classes("dropzone")
    result = ui.element("div").classes("wide").props("aria-live=polite")
    ui.label(say.home).classes("quiet small")
    ui.html("<pre>hanse bridge verify proof.json --attestor 0x… --attestor 0x…</pre>", sanitize=False).classes("wide")


def _looked(found: shapes.ProofChecked) -> None:
    badge(say.all_hold if found.holds else say.not_all, "good" if found.holds else "bad")
    with ui.element("ol").classes("steps"):
        for one in found.steps:
            with ui.element("li"):
                ui.label(say.steps[one.step])
                badge(*FOUND[one.holds])
                ui.label(one.said).classes("hash quiet small")
    if not found.holds:
        return
    with card(say.says):
        ui.label(say.told.format(found.contract, found.event, found.block))
        with facts() as fact:
            for name, value in found.values.items():
                with fact(name):
                    ui.label(str(value)).classes("hash small")
