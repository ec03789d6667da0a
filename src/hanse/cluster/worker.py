"""A worker's process, `python -m hanse.cluster.worker`: it reads pieces from standard input and says what came of them.

It calculates on one thread (`process.ONE_THREAD`), leaves Ctrl-C to whoever started it, does not outlive them, and lets
nothing that libraries print through. Temporary files are in its own folder, which goes with it.

    in    (keep, key, bytes, is a folder)    something shared       out    (ready, versions)
          (do, bytes, MiB or None)           a piece                       (answer, bytes)
          (end,)                                                           (error, bytes or None, traceback)
                                                                           (memory, what happened)
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

from hanse.cluster import frames, versions
from hanse.cluster.parcel import unwrap, unwrap_folder, wrap

LOOK = 0.05
"""Seconds between two looks at the memory."""

MEBI = 2**20


def main() -> int:
    """Works until told to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    home = Path(sys.argv[1])
    said, silence = os.fdopen(os.dup(1), "wb"), os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    inbox: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
    threading.Thread(target=_listen, args=(inbox, home), name="listening", daemon=True).start()
    voice = _Voice(said)
    voice.say("ready", versions.here())
    memory, kept = _Memory(voice), _Kept(home)
    while True:
        match inbox.get():
            case ("keep", key, data, folder):
                kept.add(key, data, folder)
            case ("do", data, limit):
                memory.limit = limit
                _do(data, kept, voice)
                memory.limit = None
            case _:
                return 0


def _do(data: bytes, kept: _Kept, voice: _Voice) -> None:
    try:
        work, arguments = unwrap(data, kept.get)
        answer = wrap(work(*arguments))
    except MemoryError:
        voice.say("memory", "it asked for more memory than there is")
    except BaseException as error:  # noqa: BLE001 - told to whoever asked
        voice.say("error", _wrapped(error), "".join(traceback.format_exception(error)))
    else:
        voice.say("answer", answer)


def _wrapped(error: BaseException) -> bytes | None:
    """The error as bytes, None if it cannot be raised again elsewhere."""
    try:
        data = wrap(error)
        return data if type(unwrap(data)) is type(error) else None
    except Exception:  # noqa: BLE001 - pickling runs the error's own code
        return None


def _listen(inbox: SimpleQueue[tuple[Any, ...]], home: Path) -> None:
    """Takes messages in while the main thread calculates; a closed pipe means that nobody waits for an answer."""
    try:
        while True:
            message = frames.receive(sys.stdin.buffer)
            inbox.put(message)
            if message[0] == "end":
                return
    except (EOFError, OSError):
        shutil.rmtree(home, ignore_errors=True)
        if hasattr(os, "killpg"):
            os.killpg(0, signal.SIGKILL)  # whatever a piece has started goes as well
        os._exit(1)


class _Kept:
    """Shared things: as bytes until a piece needs them, as values from then on."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._given: dict[str, tuple[bytes, bool]] = {}
        self._values: dict[str, Any] = {}

    def add(self, key: str, data: bytes, folder: bool) -> None:
        self._given[key] = data, folder

    def get(self, key: str) -> Any:
        if key not in self._values:
            data, folder = self._given.pop(key)
            self._values[key] = unwrap_folder(data, self._home / f"folder-{key}") if folder else unwrap(data)
        return self._values[key]


class _Voice:
    """One message at a time, from any thread."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._lock = out, threading.Lock()

    def say(self, *message: Any) -> None:
        with self._lock:
            frames.send(self._out, *message)


class _Memory:
    """Ends the process when it holds more than `limit` MiB, by no means gently: nothing can hold that up."""

    def __init__(self, voice: _Voice) -> None:
        self.limit: int | None = None
        self._voice = voice
        threading.Thread(target=self._watch, name="memory", daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK)
            limit = self.limit
            if limit is not None and held() > limit * MEBI:
                self._voice.say("memory", f"it took more than {limit} MiB")
                os._exit(1)


def held() -> int:
    """Bytes this process holds; where only the most it ever held is told, that; 0 where nothing is."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        pass
    try:
        import resource
    except ImportError:  # not a POSIX system
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


if __name__ == "__main__":
    sys.exit(main())
