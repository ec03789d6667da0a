"""What changed on the ledger, told to the pages that are open.

One task follows the hub for all of them; each page says of what it wants to hear.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import background_tasks

from hanse.app.api.live import Hub

Told = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, eq=False)
class Listener:
    """kinds: words of `hanse.app.api.live.PATHS`; told: called when one of them changed."""

    kinds: frozenset[str]
    told: Told


_listeners: set[Listener] = set()


def begin(hub: Hub) -> None:
    """Starts to follow the hub. From the loop."""
    background_tasks.create(_follow(hub), name="live pages")


async def _follow(hub: Hub) -> None:
    async for changes in hub.changes():
        kinds = {one.what for one in changes}
        for listener in [*_listeners]:
            # None: the chain turned, and everything may be another.
            if not changes or kinds & listener.kinds:
                background_tasks.create(listener.told(), name="page brought up to date")


def listen(kinds: frozenset[str], told: Told) -> Callable[[], None]:
    """Calls `told` whenever something of these kinds changed, until what is returned is called."""
    listener = Listener(kinds, told)
    _listeners.add(listener)
    return lambda: _listeners.discard(listener)
