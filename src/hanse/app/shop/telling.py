"""What an agent says while it works: one sentence for people, or one JSON object a line for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hanse.app.report.words import LEAGUE
from hanse.app.shop.day import Timeline, spoken
from hanse.units import money_text

Write = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened. what: one word or two, for programs; sentence: for people."""

    what: str
    sentence: str
    facts: Mapping[str, Any]


Tell = Callable[[Told], None]


def as_text(write: Write) -> Tell:
    """Sentences, each under the time of this machine."""
    return lambda told: write(f"{datetime.now().astimezone():%H:%M:%S}  {told.sentence}")


def as_json(write: Write) -> Tell:
    """Objects: `what`, `text`, and the facts."""
    return lambda told: write(json.dumps({"what": told.what, "text": told.sentence, **told.facts}, ensure_ascii=False))


def silence(_: Told) -> None:
    """Nothing."""


def clock(minute: int) -> str:
    """A minute since 1970 as the hour of this machine's zone."""
    return f"{datetime.fromtimestamp(minute * 60).astimezone():%a %H:%M}"


def span(start: int, end: int) -> str:
    """Two of them."""
    return f"{clock(start)} to {datetime.fromtimestamp(end * 60).astimezone():%H:%M}"


def money(cents: int) -> str:
    return money_text(cents, LEAGUE)


def duration(line: Timeline, units: int) -> str:
    """Units of a plan as `1 h 40 min`."""
    hours, minutes = divmod(units * line.unit, 60)
    return (
        " ".join(word for word in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if word)
        or "0 min"
    )


def window(number: int) -> str:
    return f"window {spoken(number)}"


def plain(refusal: str) -> str:
    """Why a contract refused, without its figures."""
    return "somebody was faster (NotFree)" if "NotFree" in refusal else ": ".join(refusal.split(": ")[:2])
