"""`Wire`: what servers on one database tell each other at once, and nobody keeps (LISTEN and NOTIFY of PostgreSQL).

It saves waiting, and nothing depends on it: whoever hears nothing looks for itself a moment later.
"""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql

from hanse.errors import EnvironmentFault
from hanse.ledger.postgres import PostgresDatabase

MOST_LETTERS = 1000
"""Of what is said at once; PostgreSQL carries eight times as much."""


class Wire:
    """Between all servers on `database`, whose connection speaks; it listens over one of its own."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database, self._me = database, secrets.token_hex(8)
        self._channel = str(database.row("SELECT 'hanse_' || (hashtext(current_schema()) & 2147483647)")[0])
        self._ear: psycopg.Connection[Any] | None = None

    def say(self, *words: str) -> None:
        """To all others; inside a transaction, when it is committed. If the database is away, to nobody."""
        text = json.dumps([self._me, *words])
        if len(text) <= MOST_LETTERS:
            with suppress(EnvironmentFault):
                self._database.rows("SELECT pg_notify(?, ?)", (self._channel, text))

    def hear(self, seconds: float) -> list[list[str]]:
        """What others said, or nothing after so many seconds. Raises EnvironmentFault while the database is away."""
        try:
            if self._ear is None or self._ear.closed:
                self._ear = self._database.connect()
                self._ear.autocommit = True
                self._ear.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
                return []
            heard = [json.loads(one.payload) for one in self._ear.notifies(timeout=seconds, stop_after=1)]
        except psycopg.Error as failure:
            self.close()
            raise EnvironmentFault("the database does not answer", where=self._database.where) from failure
        return [words for sender, *words in heard if sender != self._me]

    def close(self) -> None:
        """Listens no more, until it is asked to."""
        held, self._ear = self._ear, None
        if held is not None:
            with suppress(psycopg.Error):
                held.close()
