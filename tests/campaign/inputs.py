"""Mutated inputs for every reader: taken whole, or refused in words, soon, and with nothing left behind."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import random
import resource
import signal
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from hanse.errors import HanseError
from tests.campaign import samples
from tests.campaign.mutate import mutated
from tests.campaign.readers import READERS, Reader, reader_of
from tests.campaign.trial import Found, Trial, shares

AT_ONCE = 2_500
SECONDS = 20.0
"""Of the processor, for one input. What takes longer hangs, as far as whoever waits can tell."""

MEMORY = 6 * 2**30
"""Bytes of address space of the process that reads. What asks for more is a failure of the reader."""

MOST_LINES = 3
"""Of a refusal: what, where, what next. It must not repeat the file to people."""

FAILURES = 5
"""At most so many of a trial are told: the rest is the same."""


class Hung(BaseException):
    """No reader may catch this one."""


def trials(count: int) -> list[Trial]:
    """So many inputs for each reader."""
    return [
        Trial(one.name, number, size, partial(_in_a_process, one.name, size))
        for one in READERS
        for number, size in enumerate(shares(max(1, count // one.cost), AT_ONCE))
    ]


def read_many(reader: Reader, draw: random.Random, home: Path, count: int) -> Found:
    """Gives a reader so many inputs. `home/at` is the one that it has, for whoever finds the process dead."""
    true = reader.samples()
    for name, data in true.items():  # a campaign in which even true files are refused proves nothing
        (home / name).write_bytes(data)
        reader.read(home / name)
    kept, failures, parent = sorted(home.iterdir()), [], os.getppid()
    for number in range(count):
        if os.getppid() != parent:
            raise SystemExit("whoever wanted to know is gone")
        name = draw.choice(sorted(true))
        data = mutated(draw, [true[name], *true.values()], reader.kind)
        (home / "at").write_bytes(data)
        file = home / name
        file.write_bytes(data)
        said = fault(reader, file)
        left = [one.name for one in home.iterdir() if one not in kept and one.name != "at"]
        if left:
            said = f"reading left {left} behind"
        if said:
            failures.append(f"{reader.name}, input {number}: {said}\n{keep(home, reader, data)}")
        if len(failures) == FAILURES:
            return Found(number + 1, tuple(failures))
    return Found(count, tuple(failures))


def fault(reader: Reader, file: Path) -> str:
    """What is wrong with how a file was read; empty if nothing."""
    try:
        with limited():
            reader.read(file)
    except HanseError as error:
        if len(str(error).splitlines()) > MOST_LINES:
            return f"it was refused in {len(str(error).splitlines()):,} lines: {str(error)[:300]}"
        return "" if error.message.strip() else "it was refused without a word"
    except Hung:
        return f"still reading after {SECONDS:g} s of the processor\n{traceback.format_exc()[-3000:]}"
    except BaseException:  # noqa: BLE001 - whatever else comes out is what a campaign looks for
        return traceback.format_exc()[-3000:]
    return ""


@contextmanager
def limited() -> Iterator[None]:
    """Raises Hung inside after SECONDS of the processor: other work on the machine does not count."""

    def stop(*_: object) -> None:
        raise Hung

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def keep(home: Path, reader: Reader, data: bytes) -> str:
    """Where the input is kept: it is what a test is made of."""
    folder = samples.FOLDER.parent / "failures"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{reader.name.replace(' ', '-')}-{abs(hash((home, data))):x}"
    file.write_bytes(data)
    return f"the input is {file.name} in {folder.name}"


def _in_a_process(name: str, count: int, draw: random.Random, home: Path) -> Found:
    """A reader that dies takes nobody with it."""
    context = multiprocessing.get_context("spawn")
    reader = reader_of(name)
    if reader.of_league:
        samples.make_of_league()
    with ProcessPoolExecutor(1, context) as pool:
        try:
            return pool.submit(_apart, name, draw.getrandbits(64), home, count).result()
        except BrokenProcessPool:
            data = (home / "at").read_bytes() if (home / "at").exists() else b""
            return Found(0, (f"{name}: the process died\n{keep(home, reader, data)}",))


def _apart(name: str, seed: int, home: Path, count: int) -> Found:
    faulthandler.enable()
    reader = reader_of(name)
    reader.samples()  # made before memory is short: planners take what they can
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    return read_many(reader, random.Random(seed), home, count)
