"""How Hanse compiles: one decorator, so that every compiled function is built alike and importing it is a choice.

Only the modules that need machine code import this one, and only when a problem is large enough to pay for it: loading
numba takes some 0.3 s, compiling for the first time some seconds (the result is kept in numba's cache).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """The same function as machine code that releases the interpreter lock. Integers wrap: callers bound them."""
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder to cache in: a read-only installation and no home
        return cast(F, numba.njit(nogil=True)(function))


def inlined(function: F) -> F:
    """As `compiled`, always made part of its callers, and without counting references: for functions in hot loops that
    take many arrays, where passing and counting these would cost ten times their work. They cannot make arrays."""
    options: dict[str, Any] = {"nogil": True, "forceinline": True, "_nrt": False}
    try:
        return cast(F, numba.njit(cache=True, **options)(function))
    except RuntimeError:
        return cast(F, numba.njit(**options)(function))
