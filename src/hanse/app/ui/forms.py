"""Questions with fields: a dialog that stays until what it asked for is written down, so that nothing typed is lost."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import tzinfo
from hashlib import sha256
from typing import Any

from nicegui import ui

from hanse.app.ui import browser, texts, zones
from hanse.app.ui.pieces import heading, paper
from hanse.app.ui.screens import Visit
from hanse.errors import EnvironmentFault

Read = Callable[[], Mapping[str, Any] | None]
"""The body as it was filled in; None if something is missing, which the field says."""

Send = Callable[[Mapping[str, Any], str], Awaitable[object]]
"""Writes it, under this Idempotency-Key; something true if it went well."""


async def form(at: Visit, question: str, yes: str, fields: Callable[[], Read], send: Send, *details: str) -> None:
    """Asks, and sends. details: what exactly is promised. Outside of what is drawn again."""
    with at.client, ui.dialog().props("persistent") as dialog, paper(question):
        heading(question)
        for one in details:
            ui.label(one)
        read = fields()
        opened = secrets.token_hex(8)

        async def go() -> None:
            nonlocal opened
            body = read()
            if body is None:
                return
            accept.disable()
            said = sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
            if await send(body, f"{opened}-{said}"):
                dialog.submit(True)
                return
            opened = secrets.token_hex(8)  # what was refused may be tried again
            accept.enable()

        with ui.row().classes("answers"):
            ui.button(texts.Common.back, on_click=lambda: dialog.submit(False)).props("flat no-caps")
            accept = ui.button(yes, on_click=go).props("no-caps")
    await dialog
    dialog.delete()


def cents(words: str | None, *, least: int = 0) -> int | None:
    """`1 250.00` as cents; None if it is no amount, or below `least`."""
    plain = re.sub(r"[\s\u00a0']", "", str(words or "")).replace(",", ".")
    if not re.fullmatch(r"\d{1,13}(\.\d{1,2})?", plain):
        return None
    whole, _, part = plain.partition(".")
    found = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    return found if found >= least else None


def amount(label: str, value: int | None = None, *, least: int = 0, optional: bool = False) -> ui.input:
    """A field for money. value: cents."""
    shown = "" if value is None else f"{value / 100:.2f}"

    def right(words: str | None) -> bool:
        return (optional and not (words or "").strip()) or cents(words, least=least) is not None

    asked = ui.input(label, value=shown, validation={texts.Money.wrong: right})
    return asked.props("inputmode=decimal").without_auto_validation()


def whole(label: str, value: int | None, *, least: int, most: int, optional: bool = False) -> ui.input:
    """A field for a whole number."""

    def right(words: str | None) -> bool:
        plain = str(words or "").strip()
        return (optional and not plain) or (plain.isascii() and plain.isdigit() and least <= int(plain) <= most)

    wrong = texts.Times.whole.format(least, f"{most:,}".replace(",", " "))
    asked = ui.input(label, value="" if value is None else str(value), validation={wrong: right})
    return asked.props("inputmode=numeric").without_auto_validation()


def moment_field(label: str, seconds: int | None, zone: tzinfo, *, optional: bool = False) -> ui.input:
    """A field for a day and a time, in the reader's zone. seconds: None for empty at first."""

    def right(words: str | None) -> bool:
        return (optional and not words) or zones.typed(words, zone) is not None

    shown = "" if seconds is None else zones.field(seconds, zone)
    asked = ui.input(label, value=shown, validation={texts.Times.moment: right})
    return asked.props("type=datetime-local").without_auto_validation()


def words_field(label: str) -> ui.textarea:
    """A field for words."""
    return ui.textarea(label).props("outlined autogrow maxlength=2000").classes("wide")


async def remembered(at: Visit, where: str) -> str:
    """What the browser remembers at a place, as JavaScript names it; nothing if no browser comes."""
    try:
        await at.client.connected(browser.SECONDS)
        return str(await browser.asked(f"return {where}") or "")
    except (TimeoutError, EnvironmentFault):
        return ""


def filled(*fields: ui.input | ui.textarea) -> bool:
    """Whether all are; each says what it misses."""
    wrong = [one for one in fields if not one.validate()]
    return not wrong
