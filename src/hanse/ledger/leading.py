"""`Election`: which of several servers on one database does what only one may do.

PostgreSQL decides, and nobody's clock does:

    a lock             on a connection that is there for nothing else. It ends with the connection: whoever is killed
                       has lost it at once. Whoever stands still (paused, swapped out, cut off) does not speak for
                       LEASE_SECONDS, and the server ends its connection
    a word in          written by whoever won, under the lock of all writers, and looked at by each transaction of the
    `identity`         leader's work. Whoever led before, and does not know yet that it is over, writes nothing any more

So there is a moment without a leader, and never one with two that write.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from hanse.errors import EnvironmentFault
from hanse.ledger.locks import LEADER, LEADING, WRITING
from hanse.ledger.postgres import PostgresDatabase

LEASE_SECONDS = 5
"""A leader that says nothing for so long is none any more."""

BEAT_SECONDS = 1.0
"""How often a leader speaks, and how often the others try."""

LATE_SECONDS = 30.0
"""Whoever did not even get an answer for so long is not well."""

NOBODY = "nobody"
"""What no leader ever writes."""

_WHO = f"SELECT value FROM identity WHERE name = '{LEADER}'"
_WIN = f"INSERT INTO identity VALUES ('{LEADER}', %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


class Election:
    """Takes part for `database`, which from now on writes only while this server leads. changed: told whether it does,
    and why not; from a thread of ours."""

    name = "election"

    def __init__(self, database: PostgresDatabase) -> None:
        self.changed: Callable[[bool, str], None] = lambda _leads, _why: None
        self.leads, self.failures = False, 0
        self._database, self._word = database, NOBODY
        self._connection: psycopg.Connection[Any] | None = None
        self._last, self._over = time.monotonic(), threading.Event()
        database.require(LEADER, NOBODY)

    @property
    def well(self) -> bool:
        """Whether the database answered lately."""
        return time.monotonic() - self._last < LATE_SECONDS

    def turn(self) -> bool:
        """Tries to lead, or sees to it that it still does. Raises EnvironmentFault while the database is away; then it
        does not lead."""
        try:
            connection = self._alive()
            if not self.leads:
                row = connection.execute(LEADING).fetchone()
                if row is not None and row[0]:
                    self._win(connection)
            else:
                row = connection.execute(_WHO).fetchone()
                if row is None or row[0] != self._word:
                    self._lose("another server says that it leads")
        except psycopg.Error as failure:
            why = (str(failure).strip().splitlines() or [type(failure).__name__])[0]
            self._lose(why)
            raise EnvironmentFault(
                "no leader can be chosen: the database does not answer", where=f"{self._database.where} ({why})"
            ) from failure
        self._last, self.failures = time.monotonic(), 0
        return self.leads

    def run(self) -> None:
        """Turn after turn until it is over."""
        while not self._over.wait(BEAT_SECONDS):
            try:
                self.turn()
            except EnvironmentFault:
                self.failures += 1

    def resign(self) -> None:
        """Ends it, so that another server leads at once."""
        self._over.set()
        self.leads = False
        self._drop()

    def _win(self, connection: psycopg.Connection[Any]) -> None:
        word = secrets.token_hex(16)
        with connection.transaction():
            connection.execute(WRITING)  # whoever led before is in no transaction now
            connection.execute(_WIN, (word,))
        self._database.require(LEADER, word)
        self._word, self.leads = word, True
        self.changed(True, "")

    def _lose(self, why: str) -> None:
        led, self.leads = self.leads, False
        self._drop()
        if led:
            self.changed(False, why)

    def _alive(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = self._database.connect()
            self._connection.autocommit = True
            try:
                self._connection.execute(
                    f"SET idle_session_timeout = '{LEASE_SECONDS}s'; SET tcp_user_timeout = '{LEASE_SECONDS}s';"
                    " SET lock_timeout = '10s'; SET default_transaction_isolation = 'read committed'"
                )
            except psycopg.errors.UndefinedObject:
                self._drop()
                raise EnvironmentFault(
                    "several servers need PostgreSQL 14 or newer",
                    where=self._database.where,
                    hint="or run one server, without --several",
                ) from None
        return self._connection

    def _drop(self) -> None:
        held, self._connection = self._connection, None
        if held is not None:
            with suppress(psycopg.Error):
                held.close()


@contextmanager
def elected(database: PostgresDatabase) -> Iterator[Election]:
    """An election that this server takes part in until it leaves. It may lead at once. Raises EnvironmentFault."""
    election = Election(database)
    election.turn()
    thread = threading.Thread(target=election.run, name="hanse-election", daemon=True)
    thread.start()
    try:
        yield election
    finally:
        election.resign()
        thread.join(timeout=BEAT_SECONDS + 1)
