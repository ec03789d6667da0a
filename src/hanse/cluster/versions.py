"""What the answers of a worker depend on: Hanse itself and the libraries that calculate."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

CALCULATING = ("numpy", "numba", "ortools", "highspy")
"""Libraries of which another version may find another plan under the same seed."""


@cache
def fingerprint(*parts: str) -> str:
    """Eight signs that change with the Python sources of these parts of Hanse (default: of all of it)."""
    import hanse

    root, digest = Path(hanse.__file__).parent, hashlib.sha256()
    for part in parts or (".",):
        for path in sorted((root / part).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:8]


@cache
def here() -> str:
    """Of this process, in one line that is equal where the same work has the same answer."""
    import hanse

    python = ".".join(platform.python_version_tuple()[:2])
    libraries = ", ".join(f"{name} {version(name)}" for name in CALCULATING)
    return f"hanse {hanse.__version__}+{fingerprint()}, Python {python}, {libraries}"
