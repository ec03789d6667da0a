"""A sheet of findings in three dresses (Markdown, one offline HTML page, the terminal), and its files."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from hanse.app.reproduce.verdict import Verdict
from hanse.instances import write_bytes


@dataclass(frozen=True, slots=True)
class Table:
    """A title, a head and rows of finished cells."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """caption: of the picture; file: its name; svg: what is in it."""

    caption: str
    file: str
    svg: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a document shows. about: what was done, in sentences; note: said after the tables, empty if nothing
    is."""

    title: str
    about: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    note: str = ""


def markdown(sheet: Sheet, figures: str = "") -> str:
    """The sheet for a repository. figures: folder of the SVG files as seen from the document, none if empty."""
    parts = [f"# {sheet.title}\n", *(f"- {sentence}" for sentence in sheet.about), "", "## Verdicts\n"]
    parts += ["| claim | verdict | figures |", "|---|---|---|"]
    parts += [f"| {_cell(v.claim)} | **{_cell(v.verdict)}** | {_cell(v.why)} |" for v in sheet.verdicts]
    for table in sheet.tables:
        parts += ["", f"## {table.title}\n", f"| {' | '.join(table.head)} |", "|" + "---|" * len(table.head)]
        parts += [f"| {' | '.join(map(_cell, row))} |" for row in table.rows]
    if sheet.note:
        parts += ["", sheet.note]
    if figures:
        parts += ["", "## Figures\n", *(f"![{figure.caption}]({figures}/{figure.file})" for figure in sheet.figures)]
    return "\n".join(parts) + "\n"


def page(sheet: Sheet) -> str:
    """One HTML file that asks nothing of any network: no script, and a policy that allows none."""
    body = [f"<h1>{escape(sheet.title)}</h1>", "<ul>", *(f"<li>{escape(s)}</li>" for s in sheet.about), "</ul>"]
    body += ["<h2>Verdicts</h2>", "<dl>"]
    for v in sheet.verdicts:
        body.append(f"<dt>{escape(v.claim)}</dt><dd><b>{escape(v.verdict)}</b>. {escape(v.why)}</dd>")
    body.append("</dl>")
    for table in sheet.tables:
        head = "".join(f"<th>{escape(cell)}</th>" for cell in table.head)
        rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
        body.append(f"<h2>{escape(table.title)}</h2><div><table><tr>{head}</tr>{rows}</table></div>")
    if sheet.note:
        body.append(f"<p>{escape(sheet.note)}</p>")
    body.append("<h2>Figures</h2>")
    body += [f"<figure>{figure.svg}</figure>" for figure in sheet.figures]
    return _PAGE.replace("@title@", escape(sheet.title)).replace("@body@", "\n".join(body))


def show(sheet: Sheet, path: Path, console: Console) -> None:
    """Tables and verdicts in the terminal, and where the page is."""
    for table in sheet.tables:
        drawn = RichTable(title=table.title, title_justify="left", box=None, pad_edge=False)
        for i, name in enumerate(table.head):
            drawn.add_column(name, justify="left" if i < 2 else "right")
        for row in table.rows:
            drawn.add_row(*row)
        console.print(drawn)
        console.print()
    for v in sheet.verdicts:
        console.print(
            Text.assemble(("\u201c" + v.claim + "\u201d\n", "italic"), ("  " + v.verdict, "bold"), f". {v.why}")
        )
    if sheet.note:
        console.print(sheet.note, highlight=False)
    console.print(f"\nopen {path}", highlight=False, markup=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Files:
    """Where findings were written."""

    page: Path
    table: Path
    data: Path
    figures: tuple[Path, ...]


def write_sheet(sheet: Sheet, data: dict[str, Any], out: Path, name: str) -> Files:
    """Page, table, data and figures into a folder, each whole or not at all. Raises EnvironmentFault."""
    out.mkdir(parents=True, exist_ok=True)
    figures = {out / figure.file: figure.svg for figure in sheet.figures}
    files = Files(out / f"{name}.html", out / f"{name}.md", out / f"{name}.json", tuple(figures))
    told = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    texts = {files.page: page(sheet), files.table: markdown(sheet, "."), files.data: told, **figures}
    for path, text in texts.items():
        write_bytes(path, text.encode())
    return files


def machine(*packages: str) -> str:
    """Where figures were measured, and with which versions; numpy's and those of the packages named."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", *packages))
    return (
        f"Measured on {os.cpu_count()} shared cores ({platform.machine()}), Python {platform.python_version()}, "
        f"{versions}."
    )


def _cell(said: str) -> str:
    return said.replace("|", "\\|")


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'">
<title>@title@</title><style>
body { margin: 1.5rem auto; max-width: 70rem; padding: 0 1rem; font: 15px/1.5 system-ui, sans-serif; color: #17212b;
  background: #fff; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } div { overflow-x: auto; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid #d5dbe1; text-align: right; }
th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; } th { vertical-align: bottom; }
dt { font-weight: 600; margin-top: .8rem; } dd { margin: 0; } figure { margin: 1rem 0; }
svg { max-width: 100%; height: auto; }
</style></head><body>
@body@
</body></html>
"""
