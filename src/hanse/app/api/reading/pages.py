"""Parts of lists, each with a cursor to the next."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

from hanse.app.api import shapes
from hanse.errors import InputError

A = TypeVar("A")
B = TypeVar("B")


def page(
    rows: Callable[[int, int], Sequence[A]],
    number: Callable[[A], int],
    shown: Callable[[A], B],
    cursor: str | None,
    limit: int,
) -> shapes.Page[B]:
    """A part of a list. rows: after a number, so many; cursor: as the part before named it."""
    found = list(rows(_after(cursor), limit + 1))
    more = len(found) > limit
    return shapes.Page(
        items=[shown(one) for one in found[:limit]], next=_cursor(number(found[limit - 1])) if more else None
    )


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def _after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        number = int(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii"))
        if 0 <= number < 2**62:
            return number
    except ValueError:
        pass
    raise InputError("this cursor is none of ours", where="cursor", hint="take it from `next` of the part before")
