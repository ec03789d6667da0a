"""Live changes as server-sent events: what changed, so that whoever shows it asks for it again.

An event's id is a block number. A browser that was away sends the last one it saw and gets all that changed since; no
memory of ours is needed for that, because the read models know in which block each row changed last.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from hanse.ledger.lookup import Change

HEARTBEAT_SECONDS = 15.0
MOST_STREAMS = 500

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
    "offer": "/api/v1/offers?host={}",
}


class Hub:
    """Wakes streams when there is a new block. changes: what changed after a block; height: the newest that was
    read."""

    def __init__(self, changes: Callable[[int], tuple[Change, ...]], height: Callable[[], int]) -> None:
        self._changes, self._height = changes, height
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self._over = False
        self.streams = 0

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop the streams run in."""
        self._loop = loop

    def tell(self) -> None:
        """There may be something new. From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def close(self) -> None:
        """Ends all streams. From the loop's thread."""
        self._over = True
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def stream(self, since: int | None, *, once: bool = False) -> AsyncIterator[bytes]:
        """Events after block `since`, None: from now on. once: only the first."""
        self.streams += 1
        try:
            last = await asyncio.to_thread(self._height) if since is None else since
            yield f"retry: 2000\nid: {last}\nevent: hello\ndata: {{}}\n\n".encode()
            while not self._over and not once:
                news = self._news
                height = await asyncio.to_thread(self._height)
                if height < last:  # the chain turned, or began anew
                    last = -1
                    yield f"id: {height}\nevent: reset\ndata: {{}}\n\n".encode()
                if height > last:
                    changed = await asyncio.to_thread(self._changes, last)
                    last = height
                    if changed:
                        yield f"id: {height}\nevent: change\ndata: {_data(height, changed)}\n\n".encode()
                    continue
                try:
                    await asyncio.wait_for(news.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            self.streams -= 1


def _data(height: int, changed: tuple[Change, ...]) -> str:
    told = [{"what": one.what, "id": one.id, "at": PATHS[one.what].format(one.id)} for one in changed]
    return json.dumps({"block": height, "changes": told})
