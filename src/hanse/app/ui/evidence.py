"""What was said of a thing, one click away: words behind a fingerprint, and files to keep."""

from __future__ import annotations

from nicegui import ui

from hanse.app.ui.pieces import complain, heading, paper
from hanse.app.ui.screens import Visit
from hanse.app.ui.texts import Agreements as say
from hanse.app.ui.texts import Common
from hanse.errors import HanseError

NOTHING = "0x" + "00" * 32


def evidence(at: Visit, content: str) -> None:
    """A button that shows the words behind a hash; nothing without one."""
    if content and content != NOTHING:
        shown = ui.button(Common.evidence, icon="verified", on_click=lambda: _open(at, content))
        shown.props("flat dense no-caps").classes("evidence")


async def _open(at: Visit, content: str) -> None:
    with at.client:
        try:
            told = await at.door.bytes(f"contents/{content}")
        except HanseError as error:
            complain(error)
            return
        with ui.dialog() as dialog, paper(say.evidence):
            heading(say.evidence)
            ui.label(told.decode("utf-8", "replace") or say.no_evidence).classes("said")
            ui.label(say.evidence_lead).classes("quiet small")
            ui.label(content).classes("quiet small hash")
            ui.button(Common.back, on_click=lambda: dialog.submit(None)).props("flat no-caps autofocus")
        await dialog
        dialog.delete()


def file(content: str, name: str, *, sealed: bool = False) -> None:
    """A link to a file, to keep. sealed: for its readers, of whom the visitor may be one."""
    ui.link(name, f"/api/v1/contents/{content}" + ("/opened" if sealed else "")).props["download"] = name
