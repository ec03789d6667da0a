"""Messages through a pipe: eight bytes of length, then a pickled tuple whose first item says what it is."""

from __future__ import annotations

import pickle
from typing import IO, Any


def send(pipe: IO[bytes], *message: Any) -> None:
    """Raises OSError if nobody reads any more."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(len(data).to_bytes(8, "big"))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[Any, ...]:
    """The next one. Raises EOFError if whoever writes has ended."""
    length = int.from_bytes(_read(pipe, 8), "big")
    message: tuple[Any, ...] = pickle.loads(_read(pipe, length))
    return message


def _read(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data
