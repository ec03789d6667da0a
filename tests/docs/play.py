"""Does what a page of the documentation says: `python -m tests.docs.play PAGE`, in the present folder.

Blocks marked `sh` go to one bash, in their order and with `set -e`; blocks marked `python` to one session of Python.
Other blocks are only shown. What was started in the background is ended by whoever runs this.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = 240.0
"""Longest wait for one block."""


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Language and content of every fenced block that is to be done."""
    yield from ((match[1], match[2]) for match in _FENCE.finditer(text) if match[1] in ("sh", "python"))


def play(page: Path) -> None:
    """Raises whatever a block of Python raises, SystemExit if a command fails."""
    bash = subprocess.Popen(["bash", "-euo", "pipefail"], stdin=subprocess.PIPE, text=True)
    assert bash.stdin is not None
    session: dict[str, object] = {"__name__": "__main__"}
    sys.path.insert(0, "")
    for number, (language, code) in enumerate(blocks(page.read_text(encoding="utf-8"))):
        print(f"--- {language}\n{code}", flush=True)
        if language == "python":
            exec(compile(code, f"{page.name}, block {number}", "exec"), session)
            continue
        mark = Path(f".done-{number}")
        bash.stdin.write(f"{code}\ntouch {mark}\n")
        bash.stdin.flush()
        until = time.monotonic() + SECONDS
        while not mark.exists():
            if bash.poll() is not None or time.monotonic() > until:
                sys.exit(f"{page.name}, block {number}: failed or took too long:\n{code}")
            time.sleep(0.05)


if __name__ == "__main__":
    play(Path(sys.argv[1]))
