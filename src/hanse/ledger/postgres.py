"""`PostgresDatabase`: the same in PostgreSQL, by its address.

What SQLite's file gives for nothing is made here of what PostgreSQL has:

    one writer at a time       each transaction begins with a lock of its own kind, as BEGIN IMMEDIATE does; so numbers
                               of rows are in the order in which they can be seen
    one process, or several    a lock that lasts as long as the connection that took it (`guard`), alone or shared. If
    that know of each other    the server dies, so does the lock, and another process may be faster: therefore each
                               transaction also looks whose database it is now (`claim`), and writes nothing into
                               another's
    one of several leads       what only the leader may do looks in the same way who that is (`require`, `leading.py`)
    on disk when it returns    synchronous_commit, whatever the server's own setting is
"""

from __future__ import annotations

import os
import secrets
import select
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from hanse.errors import EnvironmentFault, InputError
from hanse.ledger.dialect import storable, translated
from hanse.ledger.locks import ALONE, HOLDER, LEADER, LEAVE, SHARED, WHO, WRITING

_FIRST = "is PostgreSQL there, and may this user in? Passwords are kept in ~/.pgpass"
_LATER = "what was acknowledged is kept; ask again, with the same key"

_BEGIN = f"BEGIN; {WRITING}"
_SIGNS = f"; SELECT name, value FROM identity WHERE name IN ('{HOLDER}', '{LEADER}')"

STILL_SECONDS = 5
"""A process that stands still in the middle of a transaction holds up all others, but no longer than that."""

_SETTINGS = (
    "SET default_transaction_isolation = 'read committed'; SET lock_timeout = '10s';"
    " SET idle_in_transaction_session_timeout = '{still}s';"
    " SELECT set_config('synchronous_commit', 'on', FALSE)"
    " WHERE current_setting('synchronous_commit') IN ('off', 'local')"
)

_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""So that a network that lost the server does not hold everybody for a quarter of an hour. The address may say else."""

_SECRET = ("password", "secret")
"""How the names of parts of an address end that nobody else may know."""

PAUSE_SECONDS = 0.5
"""After a failed attempt to connect, nobody tries for so long."""

GONE_SECONDS = 2.0
"""The server may need so long to notice that a process was killed."""


class PostgresDatabase:
    """A connection to the database at `address` (see `Database`). address: `postgresql://user@host/name`, or what
    libpq takes instead; what: its name in errors. Raises InputError for no address, EnvironmentFault."""

    def __init__(
        self, address: str, *, what: str = "the ledger's database", signs: Mapping[str, str] | None = None
    ) -> None:
        self.what, self.lock = what, threading.RLock()
        try:
            self._told: dict[str, Any] = dict(conninfo_to_dict(address))
        except psycopg.ProgrammingError:
            raise InputError(
                "this is no address of a database", where="--db", hint="e.g. postgresql://hanse@localhost/hanse"
            ) from None
        self._signs, self._guard, self._inside = dict(signs or {}), "", False
        self._connection: psycopg.Connection[Any] | None = None
        self._failed: tuple[float, psycopg.Error] | None = None
        self._puts: dict[str, str] = {}
        with self.lock:
            self._alive()

    @property
    def where(self) -> str:
        """The address without its password, as far as people care."""
        user, host, name = (self._told.get(part) for part in ("user", "host", "dbname"))
        port = f":{self._told['port']}" if self._told.get("port") else ""
        return f"postgresql://{f'{user}@' if user else ''}{host or ''}{port}/{name or ''}"

    @property
    def note(self) -> str:
        """All of the address but its secrets: enough to come again, where passwords are kept elsewhere."""
        return make_conninfo(**{key: value for key, value in self._told.items() if not key.endswith(_SECRET)})

    # One process, or several that know of each other.

    def guard(self, *, shared: bool = False, patience: float | None = None) -> None:
        """Keeps other processes away as long as this connection lasts, and after it is made anew. shared: but for those
        that share it too, in place of being alone. patience: seconds, by default as long as a server needs to notice a
        kill. Raises EnvironmentFault that says who is there."""
        until = time.monotonic() + (GONE_SECONDS if patience is None else patience)
        wanted = SHARED if shared else ALONE
        with self.lock:
            while self._guard != wanted:
                try:
                    connection = self._alive()
                    self._take(connection, wanted)
                    self.leave()
                    self._guard = wanted
                except EnvironmentFault:
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.05)

    def leave(self) -> None:
        """Keeps nobody away any more."""
        with self.lock:
            if self._guard:
                self._run(LEAVE[self._guard], ())
                self._guard = ""

    def claim(self, word: str | None = None) -> None:
        """From now on this and all of `another` write, and whoever claimed it with another word before does not. word:
        a new one by default."""
        word = word or secrets.token_hex(16)
        self._signs.pop(HOLDER, None)
        if self.sign(HOLDER) != word:
            self.put("identity", (HOLDER, word))
        self._signs[HOLDER] = word

    def sign(self, name: str) -> str | None:
        """What `identity` says now of HOLDER or LEADER; None before there is such a table."""
        row = self.row("SELECT value FROM identity WHERE name = ?", (name,)) if self.has("identity") else None
        return None if row is None else str(row[0])

    def require(self, name: str, word: str) -> None:
        """From now on this connection writes only while `identity` says this word. From any thread, at once."""
        self._signs = {**self._signs, name: word}

    def _take(self, connection: psycopg.Connection[Any], wanted: str) -> None:
        with self._faults():
            row = connection.execute(wanted).fetchone()
            if row is not None and row[0]:
                return
            others = [str(name) for (name,) in connection.execute(WHO).fetchall() if name]
        raise EnvironmentFault(
            f"{self.what} is in use by {', '.join(others) or 'another process'}",
            where=self.where,
            hint="wait until it is done, or use another database; servers that share one are started with --several",
        )

    # As all databases do.

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside, or none; after those of any other connection. Nested ones belong to the outermost."""
        with self.lock:
            if self._inside:
                yield
                return
            connection = self._alive()
            self._inside = True
            try:
                self._begin(connection)
                yield
                self._commit(connection)
            except BaseException:
                with suppress(psycopg.Error):  # a lost connection has done it already
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._inside = False

    def write(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Runs one statement."""
        self.change(statement, values)

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Runs one statement and returns how many rows it changed."""
        with self.transaction():
            return self._run(statement, values).rowcount

    def put(self, table: str, values: Sequence[Any]) -> None:
        """A row, in the place of one with the same primary key."""
        if table not in self._puts:
            self._puts[table] = self._put(table)
        self.write(self._puts[table], values)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query, as tuples."""
        with self.lock:
            return self._run(statement, values).fetchall()

    def row(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """The first row of a query, None if there is none."""
        with self.lock:
            return self._run(statement, values).fetchone()

    def has(self, table: str) -> bool:
        """Whether there is such a table."""
        return bool(self.row("SELECT to_regclass(?) IS NOT NULL", (table,))[0])

    def another(self) -> PostgresDatabase:
        """One more connection to the same, for the same owner. It leads nothing."""
        signs = {name: word for name, word in self._signs.items() if name == HOLDER}
        return PostgresDatabase(make_conninfo(**self._told), what=self.what, signs=signs)

    def connect(self) -> psycopg.Connection[Any]:
        """A connection as psycopg makes it, for tools."""
        return psycopg.connect(make_conninfo(**{**_PATIENCE, **self._told, "application_name": _process()}))

    def close(self) -> None:
        """Ends the connection, and with it the guard."""
        with self.lock:
            if self._connection is not None:
                self._connection.close()

    # Inside.

    def _begin(self, connection: psycopg.Connection[Any]) -> None:
        """One journey for all that begins a transaction."""
        signs = self._signs
        with self._faults():
            cursor = connection.execute(_BEGIN + (_SIGNS if signs else ""), prepare=False)
            while cursor.nextset():
                pass
            said = dict(cursor.fetchall()) if signs else {}
        if signs.get(HOLDER, said.get(HOLDER)) != said.get(HOLDER):
            raise EnvironmentFault(
                f"{self.what} was taken over by another process",
                where=self.where,
                hint="end this one: nothing it is asked for is written any more",
            )
        if signs.get(LEADER, said.get(LEADER)) != said.get(LEADER):
            raise EnvironmentFault(
                "another server leads now", where=self.where, hint="nothing is to be done: that one goes on from here"
            )

    def _commit(self, connection: psycopg.Connection[Any]) -> None:
        with self._faults():
            told = connection.execute("COMMIT").statusmessage
        if told != "COMMIT":  # a statement failed and somebody went on: the server then says ROLLBACK, and no more
            raise EnvironmentFault(f"{self.what} kept nothing of a transaction that had failed", where=self.where)

    def _run(self, statement: str, values: Sequence[Any]) -> psycopg.Cursor[Any]:
        text, order = translated(statement)
        connection = self._connection if self._inside else self._alive()
        assert connection is not None
        with self._faults():
            return connection.execute(text, [storable(values[at]) for at in order] if order else None)

    def _put(self, table: str) -> str:
        """The statement that puts a row into this table, from its columns and its key."""
        query = (
            "SELECT attname, attnum = ANY(indkey)"
            " FROM pg_attribute JOIN pg_index ON indrelid = attrelid AND indisprimary"
            " WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
        )
        columns = self.rows(query, (table,))
        key = ", ".join(name for name, is_key in columns if is_key)
        others = ", ".join(f"{name} = excluded.{name}" for name, is_key in columns if not is_key)
        then = f"UPDATE SET {others}" if others else "NOTHING"
        return f"INSERT INTO {table} VALUES ({','.join('?' * len(columns))}) ON CONFLICT ({key}) DO {then}"

    def _alive(self) -> psycopg.Connection[Any]:
        """The connection, made anew if it was lost."""
        held = self._connection
        if held is not None and not held.closed:
            if not _stirs(held):
                return held
            with suppress(psycopg.Error):  # a notice; or, most likely, the server's last words
                held.execute("")
                return held
        if held is not None:
            held.close()
        if self._failed is not None and time.monotonic() < self._failed[0]:
            raise self._lost(self._failed[1])
        try:
            fresh = self.connect()
            fresh.autocommit, fresh.cursor_factory = True, psycopg.RawCursor
            fresh.execute(_SETTINGS.format(still=STILL_SECONDS), prepare=False)
        except psycopg.Error as failure:
            self._failed = (time.monotonic() + PAUSE_SECONDS, failure)
            raise self._lost(failure) from failure
        if self._guard:
            try:
                self._take(fresh, self._guard)
            except BaseException:
                fresh.close()
                raise
        self._connection, self._failed = fresh, None
        return fresh

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as failure:
            if self._connection is None or self._connection.closed:
                raise self._lost(failure) from failure
            told = failure.diag.message_primary or str(failure).strip()
            raise EnvironmentFault(
                f"{self.what} refused: {told}", where=self.where, hint="the server's log may say more"
            ) from failure

    def _lost(self, failure: psycopg.Error) -> EnvironmentFault:
        # What exactly broke is for the operator: messages reach strangers, places do not.
        why = (str(failure).strip().splitlines() or [type(failure).__name__])[0]
        return EnvironmentFault(
            f"{self.what} does not answer",
            where=f"{self.where} ({why})",
            hint=_FIRST if self._connection is None else _LATER,
        )


def _process() -> str:
    """Who we are, for whoever comes second."""
    return f"process {os.getpid()} on {socket.gethostname()}"[:63]


def _stirs(connection: psycopg.Connection[Any]) -> bool:
    """Whether anything came that was not asked for."""
    if sys.platform == "win32":
        return bool(select.select([connection.fileno()], [], [], 0)[0])
    watch = select.poll()  # unlike `select`, for any number of open files
    watch.register(connection.fileno(), select.POLLIN)
    return bool(watch.poll(0))
