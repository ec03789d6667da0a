"""Questions to the read models, and their answers on every kind of database."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest

from hanse.ledger import identity_tables, offer_tables, right_tables, round_tables, settlement_tables, tables
from hanse.ledger.chain import Log
from hanse.ledger.contracts import Event, role
from hanse.ledger.database import Database
from hanse.ledger.deal import Conditions, Deal, Milestone, by_member
from hanse.ledger.entries import Signed, insert
from hanse.ledger.index import Index
from hanse.ledger.league import ANSWERS, Addresses, Answer
from hanse.ledger.lookup import Lookup
from hanse.ledger.lookup.changes import Change
from tests.ledger.memory import MemoryChain

ADA, BEN, MILL, LATHE, ZOE = ("0x" + digit * 40 for digit in "12345")
HASH = bytes(31) + b"\x07"
TEXT = "0x" + HASH.hex()


class Teller:
    """Tells the tables what contracts told, one event a block."""

    def __init__(self, database: Database) -> None:
        self.database, self.block = database, 0
        fields = len(dataclasses.fields(Addresses))
        self.index = Index(database, MemoryChain(), Addresses(*[ADA] * fields))

    def tell(self, contract: str, name: str, **values: Any) -> None:
        self.block += 1
        event = Event(contract, name, _named(values), Log("", (), b"", self.block, 0, f"0x{self.block:064x}"))
        with self.database.transaction():
            for part in (tables, round_tables, settlement_tables, offer_tables, right_tables, identity_tables):
                part.apply(self.database, event)


def _named(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """`from_` stands for the contracts' `from`, which Python keeps for itself."""
    return {name.rstrip("_") if name == "from_" else name: value for name, value in values.items()}


def deal(order: int, version: int, *members: str) -> Deal:
    """Between Ada, who ordered, and these members, proposed by Ben."""
    milestones = by_member(Milestone(one, TEXT, 100, 0, 0) for one in members)
    return Deal(TEXT, TEXT, order, ADA, BEN, 0, Conditions(BEN, BEN, BEN), milestones, version=version)


@pytest.fixture
def teller(database: Database) -> Teller:
    """Two members, a product, four orders: 1 and 2 are Ada's, 3 and 4 Zoe's; 2 and 3 can be milled."""
    told = Teller(database)
    for number, member in enumerate((MILL, LATHE), 1):
        told.tell("MemberRegistry", "Registered", member=member, number=number, services=2**200, metadata=HASH)
        told.tell("MemberRegistry", "Certified", member=member)
    told.tell("MemberRegistry", "Revoked", member=LATHE)
    told.tell("ProductCatalogue", "Added", product=1, required=3, plans=HASH)
    for number, customer in enumerate((ADA, ADA, ZOE, ZOE), 1):
        order = {"order": number, "customer": customer, "product": 1, "quantity": 2, "specification": HASH}
        told.tell("OrderBook", "Placed", **order, due=2**40, deposit=2**70)
    answers: tuple[Answer, ...] = ("ACCEPT", "PARTIAL", "REJECT")
    for number, answer in enumerate(answers, 2):
        told.tell("Matching", "Matched", order=number, member=MILL, answer=ANSWERS.index(answer), oc=2, ec=1)
    told.tell("OrderBook", "Cancelled", order=4)
    return told


@pytest.fixture
def lookup(teller: Teller) -> Lookup:
    return Lookup(teller.database)


def test_members_and_products_are_found_and_paged(lookup: Lookup) -> None:
    mill, nobody = lookup.member(MILL), lookup.member(ZOE)
    assert mill is not None
    assert (mill.number, mill.claimed, mill.certified, mill.offered) == (1, 2**200, True, 2**200)
    assert nobody is None
    assert [one.number for one in lookup.members(0, 10)] == [1, 2]
    assert [one.certified for one in lookup.members(1, 10)] == [False]
    assert lookup.certified() == [1]
    assert [one.active for one in lookup.products(0, 1)] == [True]
    assert lookup.product(2) is None


def test_orders_are_seen_by_whoever_placed_them_or_can_work_for_them(lookup: Lookup) -> None:
    def seen(who: str | None, status: str = "") -> list[int]:
        return [one.number for one in lookup.orders(0, 10, who, status)]

    assert seen(None) == [1, 2, 3, 4]
    assert (seen(ADA), seen(ZOE), seen(MILL), seen(LATHE)) == ([1, 2], [3, 4], [2, 3], [])
    assert (seen(None, "open"), seen(ZOE, "open"), seen(ZOE, "cancelled")) == ([1, 2, 3], [3], [4])
    assert [one.number for one in lookup.orders(1, 2)] == [2, 3]
    assert lookup.order(3, ADA) is None
    for who in (None, ZOE, MILL):
        row = lookup.order(3, who)
        assert row is not None
        assert (row.deposit, row.due, row.planned) == (2**70, 2**40, None)
    assert [(one.member, one.answer) for one in lookup.answers(3)] == [(MILL, "PARTIAL")]


def test_an_agreement_is_known_to_its_parties_and_its_proposer_alone(teller: Teller, lookup: Lookup) -> None:
    teller.tell("Agreements", "Proposed", agreement=1, deal=deal(1, 1, MILL, LATHE).words())
    teller.tell("Agreements", "Proposed", agreement=2, deal=deal(2, 1, MILL).words())
    for who, numbers in {ADA: [1, 2], BEN: [1, 2], MILL: [1, 2], LATHE: [1], ZOE: []}.items():
        assert [one.number for one in lookup.agreements(0, 10, who)] == numbers
        assert [number for number in (1, 2) if lookup.agreement(number, who) is not None] == numbers
    assert [one.number for one in lookup.agreements_of(2)] == [2]
    teller.tell("Agreements", "Declined", agreement=2, party=MILL, version=1, reason=0)
    assert [one.number for one in lookup.agreements(0, 10, MILL, "open")] == [1]
    assert [one.what.split(":")[0] for one in lookup.said(2)] == ["declined"]


def test_a_version_without_a_member_is_none_of_its_business(teller: Teller, lookup: Lookup) -> None:
    teller.tell("Agreements", "Proposed", agreement=1, deal=deal(1, 1, MILL, LATHE).words())
    teller.tell("Agreements", "Proposed", agreement=1, deal=deal(1, 2, MILL).words())
    assert lookup.agreement(1, LATHE) is None
    known = lookup.agreement(1, MILL)
    assert known is not None
    assert known.deal == deal(1, 2, MILL)
    assert [one.account for one in teller.index.involved()] == sorted((ADA, BEN, MILL))


def test_money_is_told_in_chain_order_from_every_purse(teller: Teller, lookup: Lookup) -> None:
    teller.tell("LeagueToken", "Transfer", from_="0x" + "0" * 40, to=ADA, value=2**70)
    teller.tell("LeagueToken", "Transfer", from_=ADA, to=ZOE, value=5)
    teller.tell("Settlement", "Deposited", account=ADA, amount=3)
    teller.tell("Rounds", "Deposited", account=ADA, amount=2)
    teller.tell("Offers", "Deposited", account=ADA, amount=1)
    moved = [(purse, amount) for purse, amount, _, _ in lookup.moved(ADA)]
    assert moved == [("account", 2**70), ("account", -5), ("settlement", 3), ("rounds", 2), ("offers", 1)]


def test_changes_and_rights_tell_what_is_new(teller: Teller, lookup: Lookup) -> None:
    before, rights = teller.block, lookup.rights()
    assert lookup.changes(before) == ()
    teller.tell("OrderBook", "Cancelled", order=3)
    assert lookup.changes(before) == (Change("order", "3"),)
    assert lookup.rights() == rights
    teller.tell("OrderBook", "RoleGranted", role=role("COORDINATOR_ROLE"), account=ADA, sender=ADA)
    assert lookup.rights() != rights
    assert [(one.account, one.role) for one in teller.index.rights()] == [(ADA, "COORDINATOR_ROLE")]


def test_answers_of_one_event_stay_in_its_order(teller: Teller) -> None:
    answers = b"".join(tables.PACKED_ANSWER.pack(number, 1, 1) for number in (2, 1))
    teller.tell("Matching", "MatchedMany", order=1, answers=answers, oc=2)
    assert [one.member for one in teller.index.matches(1)] == [LATHE, MILL]


def test_blocks_and_rounds_are_found_by_what_they_are_about(teller: Teller, lookup: Lookup) -> None:
    plan = (HASH, HASH, HASH, HASH, b"co\0st\0\0", -5, -6, 0, 2**80, 1, 0, 0, ADA)
    assert lookup.newest_block() is None
    for number in (1, 2):
        teller.tell("Blocks", "Appended", number=number, hash=HASH, plan=plan, orders=[number])
    newest, about = lookup.newest_block(), lookup.block_of(TEXT)
    assert newest is not None
    assert newest == about
    assert (newest.number, newest.cost, newest.value, newest.orders) == (2, 2**80, -5, (2,))
    assert newest.objective == "co?st"  # no character that a database could not keep
    assert [one.number for one in lookup.blocks(0, 1)] == [1]
    assert lookup.round_of(TEXT) is None
    assert lookup.rounds(0, 5) == []


def test_entries_are_found_by_their_keys(lookup: Lookup, teller: Teller) -> None:
    with teller.database.transaction():
        insert(teller.database, [Signed(key, "", ADA, nonce, key, b"\0", 1, 2**70) for nonce, key in enumerate("abc")])
    assert [(one.key, one.sequence, one.raw, one.cost) for one in lookup.entries(["c", "a", "none"])] == [
        ("a", 1, b"\0", 2**70),
        ("c", 3, b"\0", 2**70),
    ]
    assert lookup.waiting() == 3


# --- ties -------------------------------------------------------------------------------------------------------


def test_ties_are_those_that_last_around_one_or_all_and_as_many_as_are_asked_for(
    teller: Teller, lookup: Lookup
) -> None:
    def mandate(clerk: str, until: int) -> None:
        words = (5, 9, 86_400, until)
        teller.tell("Identities", "Mandated", identity=MILL, clerk=clerk, venue=ADA, mandate=words)

    teller.tell("Identities", "DIDOwnerChanged", identity=MILL, owner=ADA)
    teller.tell("Identities", "DIDOwnerChanged", identity=BEN, owner=BEN)  # it has itself again
    for delegate, until in ((ZOE, 99), (LATHE, 101), (ADA, 2**200)):
        teller.tell(
            "Identities", "DIDDelegateChanged", identity=MILL, delegateType=HASH, delegate=delegate, validTo=until
        )
    mandate(ZOE, 100)
    mandate(LATHE, 101)
    teller.tell("Identities", "Guarded", identity=BEN, guardians=(ADA, ZOE), threshold=1, delay=9)

    found = lookup.ties(100, "", 10)
    assert [one.owner for one in found.owners] == [ADA]
    assert [one.delegate for one in found.delegates] == [ADA, LATHE]
    assert [one.clerk for one in found.mandates] == [LATHE]
    assert [one.guardians for one in found.guards] == [(ADA, ZOE)]
    assert not found.more

    around = lookup.ties(100, ZOE, 10)
    assert [len(one) for one in around[:4]] == [0, 0, 0, 1]
    assert [len(one) for one in lookup.ties(100, MILL, 10)[:4]] == [1, 2, 1, 0]
    some = lookup.ties(100, "", 1)
    assert ([one.delegate for one in some.delegates], some.more) == ([ADA], True)
