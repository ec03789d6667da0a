"""Times as people at this browser say them: its zone, durations in words, and fields for moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hanse.app.ui.texts import Times as say

if TYPE_CHECKING:
    from nicegui import Client

COOKIE = "hanse-zone"
"""Set by static/hanse.js."""

MINUTE, HOUR, DAY = 60, 3600, 86_400


def zone_of(client: Client) -> tzinfo:
    """The zone of a browser; UTC if it never said, or says one that we do not know."""
    name = client.request.cookies.get(COOKIE, "")
    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, KeyError):
        return UTC


def when(seconds: int, zone: tzinfo) -> str:
    """A moment, seconds since 1970, as `Mon 30 Nov 2026, 14:05`; with its zone if that is not known to be the
    reader's."""
    return f"{datetime.fromtimestamp(seconds, zone):%a %d %b %Y, %H:%M}{' UTC' if zone is UTC else ''}"


def span(seconds: int) -> str:
    """A duration as `7 days`, `1 day 2 h`, `2 h 15 min`."""
    days, hours, minutes = seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // MINUTE
    words = [say.day] if days == 1 else [say.days.format(days)] if days else []
    words += [f"{hours} h"] if hours else []
    words += [f"{minutes} min"] if minutes or not words else []
    return " ".join(words)


def each(seconds: int) -> str:
    """A duration as a measure: `day`, `hour`, `2 h 15 min`."""
    return {DAY: say.each_day, HOUR: say.each_hour}.get(seconds) or span(seconds)


def field(seconds: int, zone: tzinfo) -> str:
    """A moment as a field of type `datetime-local` has it."""
    return f"{datetime.fromtimestamp(seconds, zone):%Y-%m-%dT%H:%M}"


def typed(words: str | None, zone: tzinfo) -> int | None:
    """The inverse of `field`; None if it is none."""
    try:
        return int(datetime.fromisoformat(words or "").replace(tzinfo=zone).timestamp())
    except (ValueError, OverflowError):
        return None


def midnight(seconds: int, zone: tzinfo, days: int = 0) -> int:
    """The beginning of the day of a moment, or so many days later."""
    day = datetime.fromtimestamp(seconds, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((day + timedelta(days=days)).timestamp())
