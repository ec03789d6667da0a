"""What readers of files made of words and numbers share: decoding, numbered lines, integers, and the usual shop."""

from __future__ import annotations

from collections.abc import Sequence

from hanse.errors import InputError
from hanse.model.problem import Enterprise, Machine, Site

SERVICE = "machining"
"""The one service of formats that name none."""

COUNT_LIMIT = 1_000_000
"""Most jobs, machines or operations a file may announce."""


def text(data: bytes) -> str:
    """The bytes as text, a byte-order mark dropped. Raises InputError naming the first byte that is none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"not a text file: {error.reason}", where=f"byte {error.start}") from None


def numbered(data: bytes) -> list[tuple[int, list[str]]]:
    """The words of every line that has any, with the number of the line; lines that start with `#` are comments."""
    lines = ((i, line.split()) for i, line in enumerate(text(data).splitlines(), 1))
    return [(i, words) for i, words in lines if words and not words[0].startswith("#")]


def head(lines: Sequence[tuple[int, list[str]]], what: str, *, least: Sequence[int]) -> list[int]:
    """The integers of the first line, as many as `least` has entries and none below them; `what` names them."""
    if not lines:
        raise InputError("the file is empty", where="line 1")
    number, found = lines[0]
    if len(found) != len(least):
        raise InputError(f"expected `{what}`", where=f"line {number}")
    values = [integer(word, number, least=low) for word, low in zip(found, least, strict=True)]
    if max(values) > COUNT_LIMIT:
        raise InputError(f"{max(values)} is more than a million", where=f"line {number}")
    return values


def integer(word: str, line: int, *, least: int) -> int:
    """A whole number of at least `least`. Raises InputError naming the line."""
    try:
        value = int(word)
    except ValueError:
        raise InputError(f'"{word[:40]}" is not a whole number', where=f"line {line}") from None
    if value < least:
        raise InputError(f"{value} is less than {least}", where=f"line {line}")
    return value


def integers(found: Sequence[str], line: int, *, least: int) -> list[int]:
    """All words of a line as `integer` reads them."""
    return [integer(word, line, least=least) for word in found]


def look(data: bytes) -> list[list[str]]:
    """The words of the first lines (at most 64 kB), for telling formats apart; never raises."""
    start = data[: 1 << 16].decode("utf-8-sig", errors="replace")
    return [words for words in (line.split() for line in start.splitlines()) if words and not words[0].startswith("#")]


def whole(found: Sequence[str]) -> bool:
    """Whether all words are plain decimal digits, and few enough for a number that counts something."""
    return all(word.isascii() and word.isdigit() and len(word) < 20 for word in found)


def one_shop(machines: Sequence[str]) -> tuple[tuple[Site, ...], tuple[Enterprise, ...]]:
    """One site with one enterprise that owns all machines, each running one operation at a time."""
    owner = Enterprise("shop", "shop", tuple(Machine(name, frozenset({SERVICE})) for name in machines))
    return (Site("shop"),), (owner,)
