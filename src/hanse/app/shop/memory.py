"""What an agent must not lose: the plan it follows, the takeovers it began, and the numbers it gave its windows.

Written to disk before anything is sent, so that a process that was killed finds its own intentions again.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from hanse.app.shop.day import Rows
from hanse.app.shop.hosting import Piece
from hanse.app.shop.taking import Stage, Takeover
from hanse.errors import EvidenceError
from hanse.ledger.sqlite import SqliteDatabase

_TABLES = (
    "CREATE TABLE IF NOT EXISTS plan (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), problem TEXT, rows BLOB)",
    "CREATE TABLE IF NOT EXISTS takeovers (number INTEGER PRIMARY KEY, stage TEXT, content BLOB)",
    "CREATE TABLE IF NOT EXISTS windows (number INTEGER PRIMARY KEY, content BLOB, sent INTEGER)",
    "CREATE TABLE IF NOT EXISTS books (number INTEGER PRIMARY KEY AUTOINCREMENT, root TEXT)",
    "CREATE TABLE IF NOT EXISTS declined (host TEXT, minute INTEGER)",
    "CREATE TABLE IF NOT EXISTS shunned (host TEXT, number TEXT, PRIMARY KEY (host, number))",
)


class Memory:
    """A SQLite file of its own."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.database = SqliteDatabase(path, what="the memory of the shop")
        for table in _TABLES:
            self.database.write(table)

    def close(self) -> None:
        self.database.close()

    # The plan.

    def plan(self, problem: str) -> Rows | None:
        """The rows followed, None before the first. problem: root of the problem they answer. Raises EvidenceError if
        they answer another."""
        row = self.database.row("SELECT problem, rows FROM plan")
        if row is None:
            return None
        if row[0] != problem:
            raise EvidenceError(
                "this shop follows a plan of another problem",
                where=str(self.database.path),
                hint="use another data directory for another day's problem",
            )
        return msgspec.msgpack.decode(row[1], type=Rows)

    def follow(self, problem: str, rows: Rows) -> None:
        """The plan is now this one."""
        self.database.write("INSERT OR REPLACE INTO plan VALUES (1, ?, ?)", (problem, msgspec.msgpack.encode(rows)))

    # Takeovers.

    def takeovers(self, *, all_of_them: bool = False) -> tuple[Takeover, ...]:
        """Those that are not done, or all, oldest first."""
        where = "" if all_of_them else f"WHERE stage != '{Stage.DONE}'"
        rows = self.database.rows(f"SELECT content FROM takeovers {where} ORDER BY number")
        return tuple(msgspec.msgpack.decode(content, type=Takeover) for (content,) in rows)

    def next_takeover(self) -> int:
        return int(self.database.row("SELECT coalesce(max(number), 0) + 1 FROM takeovers")[0])

    def keep(self, one: Takeover) -> None:
        """A takeover as it is now."""
        self.database.write(
            "INSERT OR REPLACE INTO takeovers VALUES (?, ?, ?)",
            (one.number, one.stage.value, msgspec.msgpack.encode(one)),
        )

    def shun(self, host: str, number: int) -> None:
        """A window that a claim of ours was lost on: it is not asked for again."""
        self.database.write("INSERT OR IGNORE INTO shunned VALUES (?, ?)", (host, str(number)))

    def declined(self, host: str, minute: int) -> None:
        """A host did not confirm a claim of ours."""
        self.database.write("INSERT INTO declined VALUES (?, ?)", (host, minute))

    def avoided(self, since: int) -> set[str]:
        """Hosts that declined more than once since that minute."""
        rows = self.database.rows(
            "SELECT host FROM declined WHERE minute >= ? GROUP BY host HAVING count(*) > 1", (since,)
        )
        return {host for (host,) in rows}

    def shunned(self) -> set[tuple[str, int]]:
        return {(host, int(number)) for host, number in self.database.rows("SELECT host, number FROM shunned")}

    # Windows.

    def number(self, piece: Piece, published: int) -> int:
        """A new number for a window, never given again, above the highest that is published."""
        row = self.database.row("SELECT coalesce(max(number), 0) + 1 FROM windows")
        number = max(int(row[0]), published + 1)
        self.database.write("INSERT INTO windows VALUES (?, ?, 0)", (number, msgspec.msgpack.encode(piece)))
        return number

    def unsent(self) -> dict[int, Piece]:
        """Windows with a number that were perhaps never published."""
        rows = self.database.rows("SELECT number, content FROM windows WHERE sent = 0 ORDER BY number")
        return {number: msgspec.msgpack.decode(content, type=Piece) for number, content in rows}

    def sent(self, number: int) -> None:
        """That window is published, or will not be."""
        self.database.write("UPDATE windows SET sent = 1 WHERE number = ?", (number,))

    def book(self, root: str, published: int) -> int:
        """A number for a book, never given again. published: the highest that is on the chain; a book that was numbered
        and never got there gets the same once more."""
        row = self.database.row("SELECT number, root FROM books ORDER BY number DESC LIMIT 1")
        if row is not None and row[1] == root and row[0] > published:
            return int(row[0])
        return self.database.insert("INSERT INTO books (root) VALUES (?)", (root,))
