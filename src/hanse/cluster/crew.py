"""Pieces given to workers: who gets which, what happens when one is lost, and how all of it is ended.

A thread for each worker gives it one piece after the other and waits; the caller's thread hears of everything and
decides. Whoever runs the workers (processes here, or a Ray cluster) is behind `Yard` and `Seat`.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Protocol, Self

from hanse.cluster import versions
from hanse.cluster.parcel import unwrap, wrap, wrap_piece
from hanse.cluster.port import FREE, AnswerT, Bounds, Far, Piece, Shared, Told, ValueT, given_up, named
from hanse.cluster.process import Report
from hanse.errors import EnvironmentFault, HanseError

NOBODY = -1
"""Instead of a piece's place, where no piece is meant."""


class NoRoom(Exception):
    """There is no place for this worker now; there may be one later."""


class Seat(Protocol):
    """Where one worker sits. One thread at a time, but for `kill`."""

    def open(self) -> str:
        """Have a worker there; its `versions.here()`. Raises NoRoom, EnvironmentFault if there can be none."""
        ...

    def do(self, data: bytes, keys: Sequence[str], bounds: Bounds) -> Report:
        """What comes of a piece that needs these shared things. After anything but answer and error it is closed."""
        ...

    def kill(self) -> None:
        """End its worker at once, from any thread. It can be opened again."""
        ...

    def close(self) -> None:
        """End its worker in good order."""
        ...


class Yard(Protocol):
    """Who runs the workers."""

    def seat(self) -> Seat:
        """One more, with nobody there yet."""
        ...

    def put(self, key: str, data: bytes, folder: bool) -> None:
        """Keep something shared for all seats."""
        ...

    def folder(self, key: str, path: Path) -> Shared[Path]:
        """A folder for all seats."""
        ...

    def close(self) -> None:
        """After the last seat was closed."""
        ...


class Crew:
    """An executor of `count` workers, started when there is work for them and kept until the crew is closed."""

    def __init__(self, yard: Yard, count: int) -> None:
        self.count = count
        self._yard, self._seats = yard, [yard.seat() for _ in range(count)]
        self._shared = 0
        self._shift: _Shift | None = None

    def share(self, value: ValueT) -> Shared[ValueT]:
        """See `Executor`."""
        shared = Shared(self._key(), value)
        self._yard.put(shared.key, wrap(value), folder=False)
        return shared

    def folder(self, path: Path) -> Shared[Path]:
        """See `Executor`."""
        return self._yard.folder(self._key(), path)

    def run(
        self,
        pieces: Sequence[Piece[AnswerT]],
        bounds: Bounds = FREE,
        told: Told | None = None,
    ) -> Iterator[tuple[int, AnswerT]]:
        """See `Executor`. Raises RuntimeError while another run of this crew is not over."""
        if self._shift is not None:
            raise RuntimeError("a crew does one run after the other")
        if not pieces:
            return
        self._shift = shift = _Shift(self._seats[: len(pieces)], pieces, bounds)
        try:
            for done, (place, report) in enumerate(shift.reports(), 1):
                answer = _answer(report, pieces[place].name)
                if told is not None:
                    told(done, len(pieces))
                yield place, answer
            if shift.lost:
                raise given_up([(pieces[place].name, why) for place, why in sorted(shift.lost.items())])
        finally:
            shift.end()
            self._shift = None

    def close(self) -> None:
        """See `Executor`."""
        if self._shift is not None:  # somebody left a loop in its middle and holds on to it
            self._shift.end()
        for seat in self._seats:
            seat.close()
        self._yard.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _key(self) -> str:
        self._shared += 1
        return str(self._shared)


def _answer(report: Report, name: str) -> Any:
    """What a piece returned; raises what it raised."""
    if report.kind == "answer":
        assert report.data is not None
        return unwrap(report.data)
    error: BaseException
    if report.data is None:
        last = report.said.strip().splitlines()[-1]
        error = HanseError(f"an error that cannot travel: {last}")
    else:
        error = unwrap(report.data)
    raise named(error, name) from Far(report.said)


class _Shift:
    """One run. lost: pieces that were given up, and why."""

    def __init__(self, seats: Sequence[Seat], pieces: Sequence[Piece[Any]], bounds: Bounds) -> None:
        self.lost: dict[int, str] = {}
        self._pieces, self._bounds, self._over = pieces, bounds, threading.Event()
        self._waiting: SimpleQueue[int | None] = SimpleQueue()
        self._heard: SimpleQueue[tuple[int, Any]] = SimpleQueue()
        self._work = [
            (seat, threading.Thread(target=self._serve, args=(seat,), name=f"worker {number}", daemon=True))
            for number, seat in enumerate(seats, 1)
        ]

    def reports(self) -> Iterator[tuple[int, Report]]:
        """Place and report of every piece that has an answer or an error. Raises EnvironmentFault for workers that are
        none, and if there is none at all."""
        for place in range(len(self._pieces)):
            self._waiting.put(place)
        for _, thread in self._work:
            thread.start()
        there, full, losses, left = 0, 0, Counter[int](), len(self._pieces)
        while left:
            place, said = self._heard.get()
            if isinstance(said, bool):  # a worker came or went
                there, full = there + (1 if said else -1), 0
            elif isinstance(said, NoRoom):
                full += 1
                if not there and full >= len(self._work):
                    raise EnvironmentFault(str(said), where="workers", hint="wait for others, or add nodes") from said
            elif isinstance(said, BaseException):
                raise said
            elif said.kind in ("answer", "error"):
                left -= 1
                yield place, said
            else:
                losses[place] += 1
                if said.kind == "lost" and losses[place] < self._bounds.losses:
                    self._waiting.put(place)
                    continue
                times = f" {losses[place]} times" if losses[place] > 1 else ""
                self.lost[place] = f"a worker was lost{times}: {said.said}" if said.kind == "lost" else said.said
                left -= 1

    def end(self) -> None:
        """Nobody works for this run any more. Idle workers stay for the next one."""
        self._over.set()
        for _ in self._work:
            self._waiting.put(None)
        for seat, thread in self._work:
            if thread.ident is None:
                continue
            thread.join(0.05)
            while thread.is_alive():
                seat.kill()
                thread.join(0.2)

    def _serve(self, seat: Seat) -> None:
        """The thread of one worker."""
        try:
            while not self._over.is_set():
                try:
                    _check(seat.open())
                except NoRoom as full:
                    self._heard.put((NOBODY, full))
                    continue
                self._heard.put((NOBODY, True))
                self._feed(seat)
                self._heard.put((NOBODY, False))
        except BaseException as fault:  # noqa: BLE001 - raised in the caller's thread
            self._heard.put((NOBODY, fault))

    def _feed(self, seat: Seat) -> None:
        """One piece after the other, as long as its worker lives."""
        while (place := self._waiting.get()) is not None and not self._over.is_set():
            data, keys = wrap_piece(self._pieces[place])
            report = seat.do(data, keys, self._bounds)
            self._heard.put((place, report))
            if report.kind not in ("answer", "error"):
                return


def _check(found: str) -> None:
    """Raises EnvironmentFault unless a worker's answers are those of this process."""
    own = versions.here()
    if found != own:
        raise EnvironmentFault(
            f"a worker is another Hanse than this one: {found}", where=f"here: {own}",
            hint="install the same versions on every machine",
        )  # fmt: skip
