"""An executor that is this very process: one piece after the other, nothing copied, nothing started."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from hanse.cluster.port import FREE, AnswerT, Bounds, Piece, Shared, Told, ValueT, named
from hanse.errors import InputError


class Alone:
    """One worker: whoever asks."""

    count = 1

    def share(self, value: ValueT) -> Shared[ValueT]:
        """See `Executor`."""
        return Shared("", value)

    def folder(self, path: Path) -> Shared[Path]:
        """See `Executor`."""
        return Shared("", path)

    def run(
        self,
        pieces: Sequence[Piece[AnswerT]],
        bounds: Bounds = FREE,
        told: Told | None = None,
    ) -> Iterator[tuple[int, AnswerT]]:
        """See `Executor`. Raises InputError for bounds: nobody can end this process and go on."""
        if not bounds.none:
            raise InputError("this process cannot be held to memory or time", where="workers", hint="use 2 or more")
        for place, piece in enumerate(pieces):
            try:
                answer = piece.work(*(one.value if isinstance(one, Shared) else one for one in piece.arguments))
            except Exception as error:  # noqa: BLE001 - raised again
                raise named(error, piece.name)  # noqa: B904 - the same error
            if told is not None:
                told(place + 1, len(pieces))
            yield place, answer

    def close(self) -> None:
        """Nothing was started."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
