"""A part of a page: drawn from a value that was loaded, and again whenever another value is loaded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from nicegui import Client, background_tasks, ui

from hanse.app.client import Refused

T = TypeVar("T")

CALM_SECONDS = 0.15
"""Changes that come together are drawn together."""

BUSY_SECONDS = 1.0
"""A part whose things change all the time is loaded no more often."""

NOT_NOW = (429, 503)
"""Refusals after which it is asked again: what is shown may be old."""


class Shown(Generic[T]):
    """Stands where it was made. load, draw: see `Visit.show`."""

    def __init__(self, client: Client, load: Callable[[], Awaitable[T]], draw: Callable[[T], None]) -> None:
        self._client, self._load, self._draw = client, load, draw
        self._box = ui.element("div").classes("live")
        self._turn = asyncio.Lock()
        self._waiting, self._asked = False, 0.0

    async def first(self) -> None:
        """Loads and draws it. Raises what loading raises."""
        async with self._turn:
            self._asked = time.monotonic()
            self._value = await self._load()
            with self._box:
                self._draw(self._value)

    async def again(self) -> None:
        """Draws it anew if something else is loaded now."""
        if self._waiting or self._client.is_deleted:
            return
        self._waiting = True
        busy = time.monotonic() - self._asked < BUSY_SECONDS
        await asyncio.sleep(BUSY_SECONDS if busy else CALM_SECONDS)
        async with self._turn:  # what was loaded before must not be drawn after what was loaded since
            self._waiting = False
            await self._redraw()

    async def now(self) -> None:
        """The same at once: somebody asked for it."""
        if not self._client.is_deleted:
            async with self._turn:
                await self._redraw()

    async def _redraw(self) -> None:
        self._asked = time.monotonic()
        try:
            value = await self._load()
        except Refused as refusal:
            if refusal.status == 401:  # signed out elsewhere: whoever looks may no longer look
                with self._client:
                    ui.navigate.to("/sign-in")
            elif refusal.status in NOT_NOW:
                background_tasks.create(self.again(), name="page brought up to date")
            return
        if value != self._value and not self._client.is_deleted:
            self._value = value
            with self._client, self._box:
                self._box.clear()
                self._draw(value)
