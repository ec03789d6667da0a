"""What a member has said of itself stays said when its shop registers anew."""

from __future__ import annotations

from pathlib import Path

from hanse.app import documents
from hanse.app.cases.case import CaseMember
from hanse.app.shop.members import _said
from hanse.ledger.content import ContentStore
from hanse.ledger.tables import MemberRow, Place


def test_a_shop_keeps_the_place_and_the_resources_that_it_does_not_know(tmp_path: Path) -> None:
    shared = ContentStore(tmp_path)
    place: dict[str, str | int] = {"town": "Luebeck", "latitude": 53_866_000, "longitude": 10_687_000}
    archive: dict[str, str | int | None] = {
        "kind": "storage",
        "name": "Archive",
        "capacity": 500,
        "unit": "TB",
        "price": 300,
        "per": "month",
    }
    said = CaseMember("E1", "Mill", ("milling",), place, (archive,))
    name = shared.put(documents.member(said, "0x" + "11" * 32))
    row = MemberRow("0x" + "22" * 20, 1, 1, True, name, Place(1, 0, ""))

    assert _said(shared, row) == (place, (archive,))
    assert _said(shared, MemberRow(row.address, 1, 1, True, "0x" + "33" * 32, row.place)) == (None, ())
