"""Notices: what somebody offers, or wants, as a document whose hash its author anchors on the chain; nobody else can
anchor it as that account's. A notice ends when it expires, or when its author anchors that it is withdrawn.

Times are seconds since 1970, money is cents, positions are metres on the league's map, quality is millionths.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from hanse.errors import InputError
from hanse.model.canonical import canonical
from hanse.model.keccak import keccak
from hanse.units import MILLION

Kind = Literal["offered", "wanted"]
KINDS: tuple[Kind, ...] = get_args(Kind)

FORMAT = "hanse-notice/1"
LARGEST = 8_192
"""A notice has at most so many bytes."""
FARTHEST = 10_000_000
"""Metres from the middle of the map, in each direction."""
DEAREST = 2**40
"""No price is higher, so that ranks fit into words of 64 bits."""
MOST_SERVICES = 32
LONGEST_TITLE, LONGEST_WORDS = 120, 2_000
LIVE = 100
"""Notices of one account that are shown at once: its newest."""

POSTED, WITHDRAWN = (keccak(b"hanse notices/" + what) for what in (b"posted", b"withdrawn"))
"""The topics under which an author anchors a notice's hash, and later, under the same number, that it is withdrawn."""


@dataclass(frozen=True, slots=True)
class Notice:
    """price: asked at least, or paid at most. ready: offered from then, or wanted by then. quality: promised, or wanted
    at least. position: where it is, or is wanted; None for anywhere. services: names of the league's list, at least
    one. Raises InputError for what is out of range."""

    kind: Kind
    title: str
    services: tuple[str, ...]
    price: int
    ready: int
    expires: int
    quality: int = MILLION
    position: tuple[int, int] | None = None
    words: str = ""

    def __post_init__(self) -> None:
        problems = {
            f"it is {' or '.join(KINDS)}": self.kind not in KINDS,
            f"a title has 1 to {LONGEST_TITLE} letters": not 0 < len(self.title) <= LONGEST_TITLE,
            f"words are at most {LONGEST_WORDS} letters": len(self.words) > LONGEST_WORDS,
            f"it names 1 to {MOST_SERVICES} services, each once": not 0 < len(self.services) <= MOST_SERVICES
            or len(set(self.services)) != len(self.services),
            "a price is at least 0 and below 2^40 cents": not 0 <= self.price < DEAREST,
            "times are seconds since 1970": not (0 <= self.ready < 2**40 and 0 <= self.expires < 2**40),
            "quality is 0 to 1 in millionths": not 0 <= self.quality <= MILLION,
            "a position is within 10 000 km of the middle": self.position is not None
            and max(map(abs, self.position)) > FARTHEST,
        }
        for problem, is_there in problems.items():
            if is_there:
                raise InputError(problem, where=f"notice {self.title[:40]!r}")

    def document(self) -> bytes:
        """Its canonical bytes, whose hash is anchored."""
        return canonical({"format": FORMAT, **asdict(self)})


def parse(data: bytes) -> Notice:
    """The inverse of `Notice.document`. Raises InputError if it is none: whoever anchored the hash may be anybody."""
    try:
        if len(data) > LARGEST:
            raise ValueError
        said = json.loads(data)
        if not isinstance(said, dict) or said.pop("format", None) != FORMAT:
            raise ValueError
        _check_types(said)
        said["services"] = tuple(said["services"])
        said["position"] = None if said["position"] is None else tuple(said["position"])
        found = Notice(**said)
        if found.document() != data:
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError("this is no notice", where="content store") from None
    return found


def _check_types(said: dict[str, Any]) -> None:
    words = all(isinstance(said[name], str) for name in ("kind", "title", "words"))
    numbers = all(type(said[name]) is int for name in ("price", "ready", "expires", "quality"))
    services = isinstance(said["services"], list) and all(isinstance(one, str) and one for one in said["services"])
    place = said["position"]
    placed = place is None or (isinstance(place, list) and len(place) == 2 and all(type(one) is int for one in place))
    if not (words and numbers and services and placed):
        raise ValueError
