"""Ctrl-C ends a search. When the search is over, what it found is on its way, and nothing is left to be ended."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def finishing() -> Iterator[None]:
    """Passes one Ctrl-C over; the second is heard, by whoever is in a hurry indeed. Does nothing where Ctrl-C is not
    Python's own KeyboardInterrupt, or is not ours to hear: outside of the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: signal.signal(signal.SIGINT, before))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
