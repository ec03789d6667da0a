"""The option of every command that calculates in several processes: one name, one reader."""

from __future__ import annotations

from typing import Annotated

import typer


def _known(words: str) -> str:
    """Refuses words that mean nothing before anything is begun."""
    from hanse.cluster import parse

    parse(words)
    return words


HELP = "At a time: a number of processes, cores, ray, or ray://HOST:PORT."

Workers = Annotated[str, typer.Option("--workers", help=HELP, callback=_known)]

SomeWorkers = Annotated[
    str, typer.Option("--workers", help=f"radmanesh2021, ramakurthi2022: runs. {HELP}", callback=_known)
]

Starts = Annotated[
    int | None,
    typer.Option(min=1, max=1024, help="Search from so many seeds. Default: 4 with several workers."),
]

STARTS = 4
"""With several workers: a number of its own, so that any number of them finds the same."""


def many(workers: str, starts: int | None, threads: int | None) -> int | None:
    """From how many seeds to search, None for the one usual search. Raises InputError for several threads each."""
    from hanse.cluster import is_one
    from hanse.errors import InputError

    if starts is None and is_one(workers):
        return None
    if threads is not None and threads > 1:
        raise InputError(
            f"each of several starts has one thread, not {threads}", where="threads", hint="use more workers instead"
        )
    return starts or STARTS
