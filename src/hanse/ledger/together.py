"""Several servers on one database: how one joins the others, of its own version or of another.

Servers of one *generation* work side by side: those that read and write the same tables. The word of the generation
stands in `identity` in the place of the one process that otherwise has the database, and each transaction looks at it.
A server of another generation waits until all others have ended, and says for whom; then it changes the word, and
whoever was away meanwhile writes nothing any more. Steps that only add what older versions never ask for (`schema.py`)
keep the generation: they are carried out while the others serve.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from hanse.errors import EnvironmentFault
from hanse.ledger.database import Database
from hanse.ledger.index import VERSION
from hanse.ledger.leading import Election
from hanse.ledger.locks import HOLDER
from hanse.ledger.postgres import PostgresDatabase
from hanse.ledger.schema import last_contraction, prepare, refuse_newer

WAIT_SECONDS = 0.5
"""Between two looks whether the others are gone."""

PATIENCE_SECONDS = 60.0
"""A server that begins with an empty database has its tables by then."""

_WORD = "several/"

Told = Callable[[str], None]
"""Hears what a person at the terminal should know."""


def generation() -> str:
    """Names what tables servers of this version read and write."""
    return f"{VERSION}/{last_contraction()}"


def join(database: PostgresDatabase, told: Told) -> None:
    """Shares the database with other servers of this generation, and brings it up to date. Waits for those of another
    one to end, and says so. Raises EnvironmentFault, also if a server is there that shares with nobody."""
    word, begun, said = _WORD + generation(), time.monotonic(), ""
    while True:
        there = database.sign(HOLDER)
        if there == word and _joined(database, word):
            return
        if there != word:
            refuse_newer(database)
        try:
            database.guard(patience=0)
        except EnvironmentFault as others:
            alone = there is not None and not there.startswith(_WORD)
            if (alone or there is None) and time.monotonic() - begun > (PATIENCE_SECONDS if there is None else 2):
                raise
            if not alone and there not in (None, word) and said != others.message:
                said = others.message
                told(
                    f"waits: {said}, of another version of Hanse. End them one by one; the last one lets this one begin"
                )
            time.sleep(WAIT_SECONDS)
            continue
        if there is not None:
            database.claim(word)  # whoever had it before may not have noticed yet that it lost it
        prepare(database)
        database.claim(word)
        database.guard(shared=True)
        return


def _joined(database: PostgresDatabase, word: str) -> bool:
    """Whether it is shared with others of the same word. The word cannot change while it is."""
    try:
        database.guard(shared=True, patience=0)
    except EnvironmentFault:
        return False
    if database.sign(HOLDER) != word:
        database.leave()
        return False
    database.claim(word)
    prepare(database, others=True)
    return True


def leads(database: Database, election: Election, told: Told) -> bool:
    """Whether this server is to open the league; if not, another one leads, and has opened it. Raises EnvironmentFault
    if the database goes away meanwhile."""
    begun, said = time.monotonic(), False
    while not election.leads:
        if _opened(database):
            return False
        if not said and time.monotonic() - begun > 2:
            said = True
            told("waits: another server opens the league")
        if election.failures > PATIENCE_SECONDS:
            raise EnvironmentFault("no leader can be chosen", where=database.where, hint="is the database there?")
        time.sleep(WAIT_SECONDS / 5)
    return True


def _opened(database: Database) -> bool:
    """Whether there is a league, with read models of this version."""
    known = database.row("SELECT 1 FROM identity WHERE name = 'league'")
    if known is None or not database.has("index_cursor"):
        return False
    row = database.row("SELECT block, version FROM index_cursor")
    return row is not None and int(row[0]) >= 0 and int(row[1]) == VERSION
