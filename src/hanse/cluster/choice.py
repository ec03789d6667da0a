"""Where to calculate, in the words people write: `--workers 4`, `cores`, `ray`, `ray://HOST:PORT`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from hanse.cluster.alone import Alone
from hanse.cluster.port import FREE, AnswerT, Bounds, Executor, Piece, Told
from hanse.errors import InputError

MOST = 4096
"""Workers; more is surely a mistake."""

Wanted = int | str | Executor
"""A number of processes of this machine (1: this very one), `cores`, a Ray cluster, or an executor that is there."""

HINT = "use a number, cores, ray, or ray://HOST:PORT, which may end in ?workers=N"


@dataclass(frozen=True, slots=True)
class Choice:
    """address: of a Ray cluster (`auto`: the one this machine is part of), None for this machine's processes. count:
    workers at most, None for as many as there are cores."""

    address: str | None
    count: int | None


def parse(wanted: int | str) -> Choice:
    """What is wanted. Raises InputError."""
    if isinstance(wanted, int) and not isinstance(wanted, bool):
        return Choice(None, _count(wanted, wanted))
    if not isinstance(wanted, str):
        raise _unknown(wanted)
    if wanted == "cores":
        return Choice(None, None)
    if wanted.isdecimal():
        return Choice(None, _count(int(wanted), wanted))
    url = urlsplit(wanted)
    if (url.scheme, url.path) == ("", "ray") and not url.fragment:
        address = "auto"
    elif url.scheme == "ray" and url.hostname and _port(wanted) and not (url.path or url.fragment or url.username):
        address = f"ray://{url.netloc}"
    else:
        raise _unknown(wanted)
    asked = parse_qs(url.query, keep_blank_values=True)
    if set(asked) - {"workers"} or len(asked.get("workers", ())) > 1:
        raise _unknown(wanted)
    (number,) = asked.get("workers", ("",))
    if not number and not url.query:
        return Choice(address, None)
    return Choice(address, _count(int(number) if number.isdecimal() else 0, wanted))


def executor(wanted: Wanted) -> AbstractContextManager[Executor]:
    """The executor that is wanted; an executor that is there stays open. Raises InputError for words that mean none,
    EnvironmentFault for a cluster that cannot be reached."""
    if not isinstance(wanted, int | str) and hasattr(wanted, "run"):
        return nullcontext(wanted)
    choice = parse(wanted)  # type: ignore[arg-type]  # refuses whatever else it is
    if choice.address is not None:
        from hanse.cluster.rays import ray_crew

        return ray_crew(choice.address, choice.count)
    count = cores() if choice.count is None else choice.count
    if count == 1:
        return Alone()
    from hanse.cluster.crew import Crew
    from hanse.cluster.local import LocalYard

    return Crew(LocalYard(), count)


def answers(
    wanted: Wanted, pieces: Sequence[Piece[AnswerT]], bounds: Bounds = FREE, told: Told | None = None
) -> list[AnswerT]:
    """The answers of all pieces, in their order. Raises what `executor` and `Executor.run` do."""
    with executor(wanted) as crew:
        found = dict(crew.run(pieces, bounds, told))
    return [found[place] for place in range(len(pieces))]


def is_one(wanted: Wanted) -> bool:
    """Whether that is one worker, surely."""
    return (parse(wanted).count if isinstance(wanted, int | str) else wanted.count) == 1


def cores() -> int:
    """Of this machine, as far as this process may use them."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def one_thread(wanted: Wanted, asked: int | None, default: int) -> int:
    """Threads for each piece: what is asked, else `default` for one worker and 1 for each of several, for a worker
    keeps to one core. Raises InputError for more than one with several workers."""
    if is_one(wanted):
        return default if asked is None else asked
    if asked is not None and asked > 1:
        raise InputError(
            f"each of several workers has one thread, not {asked}", where="threads", hint="use more workers instead"
        )
    return 1


def _count(number: int, wanted: int | str) -> int:
    if not 1 <= number <= MOST:
        raise _unknown(wanted)
    return number


def _port(wanted: str) -> bool:
    try:
        return bool(urlsplit(wanted).port)
    except ValueError:
        return False


def _unknown(wanted: object) -> InputError:
    return InputError(f"{wanted!r} is not a number of workers, nor a cluster", where="workers", hint=HINT)
