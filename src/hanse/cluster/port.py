"""The executor port: what it is given, what it promises, whoever calculates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from hanse.errors import EnvironmentFault, HanseError, InputError

AnswerT = TypeVar("AnswerT")
ValueT = TypeVar("ValueT")

Told = Callable[[int, int], None]
"""Called with (pieces finished, pieces in all), in the caller's thread."""


@dataclass(frozen=True)
class Shared(Generic[ValueT]):
    """Something large that many pieces need. It travels to each worker once; among a piece's arguments it stands for
    its value, which a piece must not change."""

    key: str
    value: ValueT = field(repr=False)


@dataclass(frozen=True)
class Piece(Generic[AnswerT]):
    """One piece of work: `work(*arguments)`, in some process.

    name: what people call it. work: a function of a module that workers can import, too. It must be pure: when a worker
    is lost its piece is done again. arguments: anything that can be pickled, problems, and `Shared`.
    """

    name: str
    work: Callable[..., AnswerT]
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one piece may take. memory: MiB its worker may hold. seconds: from its begin to its answer. A piece beyond
    either is ended and given up. losses: a piece that has cost so many workers is given up. Raises InputError unless
    all are positive."""

    memory: int | None = None
    seconds: float | None = None
    losses: int = 3

    def __post_init__(self) -> None:
        for name in ("memory", "seconds", "losses"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise InputError(f"{value!r} is no limit", where=name, hint="use a positive number")

    @property
    def none(self) -> bool:
        """Whether a piece may take what it likes."""
        return self.memory is None and self.seconds is None


FREE = Bounds()
"""Nothing is bounded."""


class Executor(Protocol):
    """Whoever calculates. A context manager: at its end nothing of it is running any more."""

    @property
    def count(self) -> int:
        """Pieces at the same time, at most."""
        ...

    def share(self, value: ValueT) -> Shared[ValueT]:
        """Put something once that many pieces need. Kept until the executor is closed."""
        ...

    def folder(self, path: Path) -> Shared[Path]:
        """The same for a folder and all that is in it: a piece gets the path of it, or of a copy, where it is done."""
        ...

    def run(
        self,
        pieces: Sequence[Piece[AnswerT]],
        bounds: Bounds = FREE,
        told: Told | None = None,
    ) -> Iterator[tuple[int, AnswerT]]:
        """The place of each piece and its answer, as they come. Leaving the loop ends what is not finished.

        A worker that is lost costs the piece it was at, which is given to another. Raises what a piece raises, at once
        (a HanseError says which piece; the worker's traceback is the error's cause); EnvironmentFault for pieces that
        were given up, after all others were answered, and for workers that are none.
        """
        ...

    def close(self) -> None:
        """End all workers."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...


class Far(Exception):
    """The traceback of an error that was raised in a worker, as its cause here."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}" if self.args else ""


def named(error: BaseException, name: str) -> BaseException:
    """An error that says of which piece it is."""
    if isinstance(error, HanseError):
        return error.at(name)
    error.add_note(f"in {name}")
    return error


def given_up(lost: Sequence[tuple[str, str]]) -> EnvironmentFault:
    """The error for (name, why) of pieces that were given up."""
    name, why = lost[0]
    more = f", and {len(lost) - 1} more: {', '.join(other for other, _ in lost[1:4])}" if len(lost) > 1 else ""
    return EnvironmentFault(
        f"given up: {why}",
        where=name + more + ("…" if len(lost) > 4 else ""),
        hint="everything else was done; it may need more memory or time than there is: use fewer workers",
    )
