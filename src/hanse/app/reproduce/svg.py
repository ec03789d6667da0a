"""Pieces of figures: SVG written by hand, self-contained and small."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe and Ito: told apart by nearly everybody."""

INK, QUIET, LINE = "#17212b", "#55626f", "#d5dbe1"


def svg(wide: float, high: float, parts: Sequence[str], title: str) -> str:
    """A figure of so many pixels, its parts drawn in their order."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" '
        f'role="img" font-family="system-ui, DejaVu Sans, sans-serif"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def text(x: float, y: float, said: str, size: int, colour: str, *, anchor: str = "start", weight: int = 400) -> str:
    """Words. anchor: start, middle or end; x, y: that end of their baseline."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(said)}</text>'
    )


def tick(rough: float) -> float:
    """The nearest of 1, 2, 5, 10, … at or above a positive number."""
    if rough <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)


def thousands(value: float) -> str:
    """A number with thin spaces between its thousands."""
    return f"{value:,.0f}".replace(",", "\u202f")
