"""`Shelf`: books of idle windows, each under its own Merkle root, which is all the chain has of them.

Beside the content store, and as little to be trusted: whoever takes a book from the shelf builds its tree again.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from hanse.errors import EnvironmentFault, EvidenceError, InputError
from hanse.ledger.content import sync_directory
from hanse.market.offers import Book, Window

WORD = 32
"""Bytes of a window."""

LONGEST = WORD << 20
"""Bytes of the longest book that is read."""

_ROOT = re.compile(r"0x[0-9a-f]{64}")


class Shelf:
    """Files in `directory`, never changed once written."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def put(self, book: Book) -> str:
        """Lays a book on the shelf and returns its root; on return it is on disk."""
        root = "0x" + book.root.hex()
        path = self._path(root)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = path.with_name(f".{secrets.token_hex(8)}")
            with aside.open("xb") as file:
                file.write(b"".join(window.word.to_bytes(WORD) for window in book.windows))
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
            sync_directory(path.parent)
        except OSError as failure:
            raise EnvironmentFault(f"the book cannot be stored ({failure.strerror})", where=str(path)) from None
        return root

    def get(self, root: str) -> Book:
        """The book of that root. Raises EnvironmentFault if it is not here, EvidenceError if it is another."""
        path = self._path(root)
        try:
            data = path.read_bytes() if path.stat().st_size <= LONGEST else b""
        except OSError as failure:
            raise EnvironmentFault(
                f"this book is not on the shelf ({failure.strerror})", where=root, hint="ask its host for it"
            ) from None
        try:
            words = (data[at : at + WORD] for at in range(0, len(data), WORD))
            book = Book([Window.of(int.from_bytes(word)) for word in words])
        except InputError:
            book = None
        if book is None or len(data) % WORD or "0x" + book.root.hex() != root:
            raise EvidenceError(
                "these windows do not have this root", where=str(path), hint="ask its host for the book"
            )
        return book

    def _path(self, root: str) -> Path:
        # The pattern also keeps `../` out: a root may come from a stranger's event.
        if not _ROOT.fullmatch(root):
            raise InputError("a root is 0x and 64 lower-case hexadecimal digits", where=root[:80])
        return self.directory / root[2:]
