"""One way to calculate in many processes: here, or on the machines of a Ray cluster.

    >>> from hanse.cluster import Piece, executor
    >>> with executor("2") as crew:
    ...     for place, answer in crew.run([Piece("one", work, (1,)), Piece("two", work, (2,))]):
    ...         print(place, answer)

Whoever has work cuts it into *pieces*, pure functions with their arguments, and takes answers as they come. Leaving the
loop ends the rest; Ctrl-C ends all. A worker that is lost (killed, out of memory, its node gone) costs the piece it was
at, which is given to another one; a piece that costs three is named and given up. Each worker has one thread. What a
piece answers must not depend on where it is done or what was done before it, so any number of workers finds the same.

    port.py      the port: piece, bounds, executor            choice.py    words like `ray://HOST:PORT`
    alone.py     this very process                            crew.py      who gets which piece; loss, ends, errors
    local.py     processes of this machine                    rays.py      the same processes, on nodes of Ray
    process.py   a worker's process from outside              worker.py    from inside; frames.py, their messages
    parcel.py    what travels; packing.py, problems           versions.py  workers of another Hanse are refused

Start with `port.py`, then `crew.py`. Nothing heavy is imported before it is asked for.
"""

from hanse.cluster.choice import Wanted, answers, executor, is_one, one_thread, parse
from hanse.cluster.port import Bounds, Executor, Piece, Shared, Told

__all__ = [
    "Bounds",
    "Executor",
    "Piece",
    "Shared",
    "Told",
    "Wanted",
    "answers",
    "executor",
    "is_one",
    "one_thread",
    "parse",
]
