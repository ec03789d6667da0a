"""Tables in the terminal."""

from __future__ import annotations

from rich.table import Table

ROWS = 30
"""Longer tables are cut in the terminal; the report has them whole."""


def table(title: str, *columns: tuple[str, str]) -> Table:
    """An empty table. columns: heading, and `left` or `right`."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for name, justify in columns:
        made.add_column(name, justify="right" if justify == "right" else "left", no_wrap=justify == "right")
    return made


def cut(made: Table, total: int) -> None:
    """Says how many rows are missing."""
    if total > ROWS:
        made.add_row(f"… and {total - ROWS} more, all in the report")
