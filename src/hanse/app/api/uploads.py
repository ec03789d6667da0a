"""What people send beside their orders: drawings and models, of listed kinds, so many a day; and what they say.

The bytes lie in the content store like everything else, under their hash, sealed for their readers
(`vault.py`). Who sent them is written down here, because
a hash alone gives no right: whoever names what others sent in an order or a delivery of its own would read it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from hanse.app.api.problems import NotThere, TooMuch, TooOften
from hanse.clock import Clock
from hanse.errors import InputError
from hanse.ledger.content import ContentStore
from hanse.ledger.database import Database
from hanse.rights.sealing import MOST_HEAD, head_of, is_sealed

MOST_BYTES = 4_000_000
"""Of one file; a little less than a request may have, so that what carries it fits too."""

DAY_BYTES, DAY = 100_000_000, 86_400
"""What one account may send in a day."""

# What was matched once is not tried in another way: a file of a thousand comments has as many as two to the thousandth.
_DXF = re.compile(rb"\s*+(?:999[ \t]*+\r?\n[^\n]*+\n\s*+)*+0[ \t]*+\r?\n[ \t]*+SECTION")
_SVG = re.compile(rb"(?:\xef\xbb\xbf)?(?>\s+|<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*>)*+<svg[\s>]", re.DOTALL)


def _stl(data: bytes) -> bool:
    if data.startswith(b"solid") and b"facet" in data[:2000]:
        return True
    return len(data) > 84 and len(data) == 84 + 50 * int.from_bytes(data[80:84], "little")


def _json(data: bytes) -> bool:
    """An object: the quotes that a broker puts together, a problem, a plan."""
    try:
        return isinstance(json.loads(data), dict)
    except (ValueError, RecursionError):
        return False


KINDS: Mapping[str, Callable[[bytes], bool]] = {
    "pdf": lambda data: data.startswith(b"%PDF-"),
    "step": lambda data: data.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"ISO-10303-21;"),
    "dxf": lambda data: data.startswith(b"AutoCAD Binary DXF\r\n\x1a\x00") or _DXF.match(data) is not None,
    "stl": _stl,
    "png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    "jpg": lambda data: data.startswith(b"\xff\xd8\xff"),
    "svg": lambda data: b"\0" not in data[:1000] and _SVG.match(data) is not None,
    "json": _json,
}
"""What is taken, by the end of a file's name, and how its bytes begin."""

ALIKE = {"stp": "step", "jpeg": "jpg"}


class Upload(NamedTuple):
    """content: its hash; file: name, as it was sent."""

    content: str
    file: str
    bytes: int


def kind_of(file: str, data: bytes) -> str:
    """Which of KINDS a file is, by its name and its bytes. Raises InputError if it is none, or not what its name
    says; TooMuch."""
    kind = _ending(file)
    if len(data) > MOST_BYTES:
        raise TooMuch(f"a file has at most {MOST_BYTES:,} bytes", where=file, hint="send a smaller one")
    if not KINDS[kind](data):
        raise InputError(f"this is no {kind} file, whatever its name says", where=file, hint="send the original file")
    return kind


def sealed_kind(account: str, file: str, sealed: bytes) -> str:
    """Which of KINDS a sealed file is, by its name: only its readers see more. Raises InputError if its head names
    another file or another owner, TooMuch."""
    head = head_of(sealed)
    if (head.owner, head.file) != (account, file):
        raise InputError("the head names another file, or another owner", where=file, hint="seal it as yourself")
    if len(sealed) > MOST_BYTES + MOST_HEAD:
        raise TooMuch(f"a file has at most {MOST_BYTES:,} bytes", where=file, hint="send a smaller one")
    return _ending(file)


def _ending(file: str) -> str:
    ending = file.rpartition(".")[2].lower() if "." in file else ""
    kind = ALIKE.get(ending, ending)
    if kind not in KINDS:
        named = ", ".join(sorted({*KINDS, *ALIKE}))
        raise InputError(f"files that end in {ending or 'nothing'!r} are not taken", where=file, hint=f"send {named}")
    return kind


class Uploads:
    """Who sent what, in `database`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def take(self, store: ContentStore, account: str, file: str, data: bytes) -> Upload:
        """Stores a file of an account; again is once. data: sealed for its readers, or as it is. Raises InputError,
        TooMuch, TooOften."""
        if is_sealed(data):
            sealed_kind(account, file, data)
        else:
            kind_of(file, data)
        now = self._check_day(account, len(data), file)
        content = store.put(data)
        self._database.write(
            "INSERT INTO api_uploads VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (account, content) DO UPDATE SET file = excluded.file, moment = excluded.moment",
            (account, content, file, len(data), now),
        )
        return Upload(content, file, len(data))

    def say(self, store: ContentStore, account: str, words: str) -> str:
        """Stores what an account says: evidence, wishes, what it orders. Returns the hash. Raises TooOften."""
        data = words.encode()
        now = self._check_day(account, len(data), "words")
        content = store.put(data)
        self._database.write(
            "INSERT INTO api_uploads VALUES (?, ?, '', ?, ?) ON CONFLICT DO NOTHING", (account, content, len(data), now)
        )
        return content

    def _check_day(self, account: str, size: int, where: str) -> int:
        """Seconds since 1970. Raises TooOften if this is more than an account may send in a day."""
        now = int(self._clock.now())
        query = "SELECT coalesce(sum(bytes), 0) FROM api_uploads WHERE account = ? AND moment > ?"
        if int(self._database.row(query, (account, now - DAY))[0]) + size > DAY_BYTES:
            raise TooOften(f"an account sends at most {DAY_BYTES:,} bytes a day", where=where, hint="go on tomorrow")
        return now

    def of(self, account: str, content: str) -> Upload:
        """What an account sent. Raises NotThere if it did not."""
        query = "SELECT content, file, bytes FROM api_uploads WHERE account = ? AND content = ? AND file != ''"
        row = self._database.row(query, (account, content))
        if row is None:
            raise NotThere("you have not sent this file", where="drawing", hint="POST /api/v1/contents")
        return Upload(str(row[0]), str(row[1]), int(row[2]))

    def sent(self, account: str, content: str) -> bool:
        """Whether an account sent this content."""
        query = "SELECT 1 FROM api_uploads WHERE account = ? AND content = ?"
        return self._database.row(query, (account, content)) is not None

    def by(self, content: str) -> frozenset[str]:
        """Accounts that sent this content."""
        rows = self._database.rows("SELECT account FROM api_uploads WHERE content = ?", (content,))
        return frozenset(str(row[0]) for row in rows)
