"""Books on a shelf: found by their root, and believed only after it was recomputed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanse.errors import EnvironmentFault, EvidenceError, InputError
from hanse.ledger.shelf import Shelf
from hanse.market.offers import Book, Window

BOOK = Book([Window(3, 1, 0, 100 + i, 200, 7) for i in range(5)])


def test_a_book_is_found_by_its_root(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "books")

    root = shelf.put(BOOK)

    assert shelf.put(BOOK) == root
    assert shelf.get(root).windows == BOOK.windows


def test_a_book_that_was_changed_is_not_believed(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    path = tmp_path / shelf.put(BOOK)[2:]
    for damage in (path.read_bytes()[:-1], path.read_bytes()[32:], b"", bytes(32), path.read_bytes() + bytes(32)):
        path.write_bytes(damage)
        with pytest.raises(EvidenceError, match="do not have this root"):
            shelf.get("0x" + BOOK.root.hex())
    with pytest.raises(EnvironmentFault, match="not on the shelf"):
        shelf.get("0x" + "11" * 32)
    with pytest.raises(InputError, match="64 lower-case"):
        shelf.get("0x../../secret")
