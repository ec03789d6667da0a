"""Python looks for garbage each time so many objects were made; where hundreds of thousands are made to stay, that is
a quarter of the work and finds nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for garbage inside, for any thread. What is no longer referred to is freed as ever, but for circles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
