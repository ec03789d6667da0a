"""Template, style, scripts and data become one file that asks nothing of any network."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path

from hanse.app.record import Voyage
from hanse.app.report.data import Json, data, embed
from hanse.errors import EnvironmentFault

SCRIPTS = (
    "base.js", "colours.js", "theme.js", "summary.js", "tables.js", "rows.js", "paint.js", "gantt.js", "map.js",
    "orders.js", "matching.js", "agreements.js", "money.js", "evidence.js", "print.js", "start.js",
)  # fmt: skip
"""One file per subject, in the order in which they build on each other."""

CHART_STYLE = "chart.css"
"""How the chart looks, wherever it stands."""


def render(voyage: Voyage) -> str:
    """The report as one HTML text: the same voyage gives the same text, to the byte."""
    value = data(voyage)
    return fill("template.html", SCRIPTS, voyage.title, _plain(value), value)


def fill(template: str, scripts: Sequence[str], title: str, plain: str, value: Json) -> str:
    """A template of `web/` with its style, scripts and data. title: text; plain: markup for readers without scripts."""
    style, script = _read("report.css") + _read(CHART_STYLE), "".join(_read(name) for name in scripts)
    filled = {
        "policy": f"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"style-src '{_fingerprint(style)}'; script-src '{_fingerprint(script)}'",
        "title": escape(title.encode(errors="replace").decode()),
        "plain": plain,
        "style": style,
        "data": embed(value),
        "script": script,
    }
    pieces = _read(template).split("@@")
    return "".join(filled[piece] if i % 2 else piece for i, piece in enumerate(pieces))


def write(voyage: Voyage, path: str | Path) -> None:
    """Write the report beside its place and move it there whole, so that an earlier one survives any failure.

    Raises EnvironmentFault if the disk refuses.
    """
    save(render(voyage), path)


def save(text: str, path: str | Path) -> None:
    """Write a text onto disk, all or nothing. Raises EnvironmentFault if the disk refuses."""
    target = Path(path)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except OSError as fault:
        raise EnvironmentFault(
            f"the page cannot be written: {fault.strerror or fault}",
            where=str(target),
            hint="free some space or choose another place; an earlier page there is untouched",
        ) from fault
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _read(name: str) -> str:
    return (files(__package__) / "web" / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _fingerprint(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _plain(value: Json) -> str:
    """The first screen for readers without scripts, such as the preview of a mail program."""
    first = value["summary"]
    lines = [first["agreed"], *(f"{card['title']}: {card['value']} ({card['more']})" for card in first["cards"])]
    text = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return text.encode(errors="replace").decode()
