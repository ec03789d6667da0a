"""Nodes are what they do; ties end when they end."""

from __future__ import annotations

from hanse.identity.network import Link, Node, network
from hanse.ledger.identities import READINGS, kind_word, readings_of
from hanse.ledger.identity_tables import DelegateRow, GuardRow, MandateRow, OwnerRow
from hanse.ledger.league import hash_text
from hanse.ledger.tables import Place

MILL, CLERK, GATEWAY, BANK, NEW, DESK = (f"0x{number:040x}" for number in range(1, 7))
AT = Place(1, 0, "0x")


def delegate(to: str, kind: str, until: int = 100) -> DelegateRow:
    return DelegateRow(MILL, hash_text(kind_word(kind)), to, until, AT)


def test_an_enterprise_its_people_and_its_devices() -> None:
    found = network(
        {MILL: "Mill"},
        {CLERK: "Carla", DESK: "Dora"},
        [OwnerRow(MILL, NEW, AT)],
        [delegate(GATEWAY, readings_of("M1")), delegate(DESK, "sigAuth"), delegate(DESK, READINGS)],
        [MandateRow(MILL, CLERK, "0xA", 500, 900, 86_400, 100, AT)],
        [GuardRow(MILL, (BANK,), 1, 3600, "", 0, AT)],
        now=99,
    )
    assert found.nodes == (
        Node(MILL, "enterprise", "Mill"),
        Node(CLERK, "person", "Carla"),
        Node(GATEWAY, "device", ""),
        Node(BANK, "person", ""),
        Node(NEW, "person", ""),
        Node(DESK, "person", "Dora"),
    )
    assert found.links == (
        Link(CLERK, MILL, "commits", 100, 500),
        Link(GATEWAY, MILL, "reads", 100),
        Link(BANK, MILL, "guards"),
        Link(NEW, MILL, "decides"),
        Link(DESK, MILL, "reads", 100),
        Link(DESK, MILL, "shows", 100),
    )


def test_what_has_ended_ties_nobody() -> None:
    mandate = MandateRow(MILL, CLERK, "0xA", 500, 900, 86_400, 100, AT)
    found = network({MILL: "Mill"}, {}, [OwnerRow(MILL, MILL, AT)], [delegate(GATEWAY, READINGS)], [mandate], [], 100)
    assert (found.nodes, found.links) == ((Node(MILL, "enterprise", "Mill"),), ())
