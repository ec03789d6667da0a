"""Live changes as server-sent events: what changed, so that whoever shows it asks for it again.

An event's id is a block number. A browser that was away sends the last one it saw and gets all that changed since; no
memory of ours is needed for that, because the read models know in which block each row changed last.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable

from hanse.errors import EnvironmentFault
from hanse.ledger.lookup.changes import Change

HEARTBEAT_SECONDS = 15.0
MOST_STREAMS = 500
MOST_SAID = 1000
"""Kept for streams that are slow to hear."""

PATHS = {
    "member": "/api/v1/members/{}",
    "product": "/api/v1/products/{}",
    "order": "/api/v1/orders/{}",
    "answer": "/api/v1/orders/{}",
    "block": "/api/v1/blocks/{}",
    "round": "/api/v1/rounds/{}",
    "claim": "/api/v1/rounds/{}",
    "agreement": "/api/v1/agreements/{}",
    "milestone": "/api/v1/agreements/{}",
    "advance": "/api/v1/advances",
    "offer": "/api/v1/offers?host={}",
    "request": "/api/v1/quotations/{}",
    "anchor": "/api/v1/notices",
    "money": "/api/v1/money",
    "right": "/api/v1/accounts/{}",
    "machine": "/api/v1/outlook",  # whose is nobody's business
    "community": "/api/v1/communities/{}",
    "proposal": "/api/v1/proposals/{}",
    "term": "/api/v1/charter",
    "version": "/api/v1/charter",
    "delegate": "/api/v1/identities/{}",
}


class Hub:
    """Wakes streams when there is a new block. changes: what changed after a block; height: the newest that was
    read; turns: how often something that was told is no longer so, because the chain replaced blocks."""

    def __init__(
        self,
        changes: Callable[[int], tuple[Change, ...]],
        height: Callable[[], int],
        turns: Callable[[], int] = lambda: 0,
    ) -> None:
        self._changes, self._height, self._turns = changes, height, turns
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._over = False
        self._said: deque[Change] = deque(maxlen=MOST_SAID)
        self._count = 0
        self.streams = 0

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop the streams run in."""
        self._loop = loop

    def tell(self) -> None:
        """There may be something new. From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def say(self, change: Change) -> None:
        """Something changed that no block tells: a signature that waits for others. From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hear, change)

    def _hear(self, change: Change) -> None:
        self._said.append(change)
        self._count += 1
        self._wake()

    def _since(self, heard: int) -> tuple[Change, ...]:
        """What was said after so many."""
        new = min(self._count - heard, len(self._said))
        return tuple(self._said)[len(self._said) - new :]

    def close(self) -> None:
        """Ends all streams. From the loop's thread."""
        self._over = True
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def changes(self) -> AsyncIterator[tuple[Change, ...]]:
        """What changes from now on, block by block; an empty one when the chain turned, and anything may be another."""
        heard, last = self._count, await asyncio.to_thread(self._height)
        turns = await asyncio.to_thread(self._turns)
        while not self._over:
            news, said, heard = self._news, self._since(heard), self._count
            height, turns, turned, changed = await self._after(last, turns)
            if said:
                yield said
            if turned:
                yield ()
            elif changed:
                yield changed
            if height == last and not turned:
                await news.wait()
            last = height

    async def stream(self, since: int | None, *, once: bool = False) -> AsyncIterator[bytes]:
        """Events after block `since`, None: from now on. once: only the first."""
        self.streams += 1
        try:
            heard = self._count
            last = await asyncio.to_thread(self._height) if since is None else since
            turns = await asyncio.to_thread(self._turns)
            yield f"retry: 2000\nid: {last}\nevent: hello\ndata: {{}}\n\n".encode()
            while not self._over and not once:
                news, said, heard = self._news, self._since(heard), self._count
                height, turns, turned, changed = await self._after(last, turns)
                if turned:
                    yield f"id: {height}\nevent: reset\ndata: {{}}\n\n".encode()
                if told := (*changed, *said):
                    yield f"id: {height}\nevent: change\ndata: {_data(height, told)}\n\n".encode()
                if height != last:
                    last = height
                    continue
                try:
                    await asyncio.wait_for(news.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            self.streams -= 1

    async def _after(self, last: int, turns: int) -> tuple[int, int, bool, tuple[Change, ...]]:
        """The newest block, the turns now, whether the chain turned or began anew, and what changed after block `last`.
        While the database is away there is no news."""
        try:
            height, now = await asyncio.to_thread(self._height), await asyncio.to_thread(self._turns)
            known = -1 if height < last or now != turns else last
            changed = await asyncio.to_thread(self._changes, known) if height > known else ()
        except EnvironmentFault:
            return last, turns, False, ()
        return height, now, known < last, changed


def _data(height: int, changed: tuple[Change, ...]) -> str:
    told = [{"what": one.what, "id": one.id, "at": PATHS[one.what].format(one.id)} for one in changed]
    return json.dumps({"block": height, "changes": told})
