"""A record of a feed as people read it: what counts, who said it, and whether all of it was computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui.pieces import badge, card, facts, moment
from hanse.app.ui.texts import Feeds as say


def record(one: shapes.RecordNow, names: Mapping[str, str]) -> None:
    """One record with its provenance. names: of notaries."""
    with card("", "plain" if one.holds else "bad"):
        ui.label(say.value.format(one.subject, one.value, one.unit)).classes("strong")
        badge(say.holds if one.holds else say.fails, "good" if one.holds else "bad")
        if not one.holds:
            ui.label(one.fault).classes("strong")
            if one.cure:
                ui.label(one.cure)
        ui.label(say.counted.format(len(one.counted), one.sources, one.threshold))
        with facts() as fact:
            for by in one.counted:
                with fact(by.name), ui.row().props(f'title="{by.source}"'):
                    ui.label(by.value)
                    moment(by.measured)
        feed = say.by_feed.format(one.feed, names.get(one.notary, one.notary[:8]), one.revision)
        ui.label(feed if one.feed else say.unknown).classes("quiet small")
        with ui.row().classes("quiet small"):
            ui.label(say.at)
            moment(one.at)
        if one.agreement is not None:
            ui.link(say.where.format(one.agreement, one.milestone), f"/agreements/{one.agreement}")
        with ui.row().classes("actions"):
            ui.label(one.evidence).classes("hash quiet small")
            ui.button(say.copy, icon="content_copy", on_click=lambda: _copy(one.evidence)).props("flat dense no-caps")


def notaries(found: Sequence[shapes.RecordNow]) -> list[str]:
    """Whose names `record` wants."""
    return sorted({one.notary for one in found})


def _copy(text: str) -> None:
    ui.clipboard.write(text)
    ui.notify(say.copied)
