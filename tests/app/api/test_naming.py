"""Hashes stand on the chain for everybody. Whoever names what another said, in any record of its own, reads none of it;
each beside what is read by right."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hanse.app import documents, passports
from hanse.app.api import reading, tendering
from hanse.app.api.callers import Caller
from hanse.app.api.reading.members import SERVICES_TOPIC
from hanse.app.api.service import Service, open_service
from hanse.app.api.sessions import Session
from hanse.app.api.settings import ServeSettings
from hanse.ledger.league import COORDINATOR, hash_bytes
from hanse.ledger.rpc import RpcChain
from tests.ledger.bargain import MEMBERS, Bargain
from tests.ledger.test_quotations import Market


class Street:
    """A service whose people write to the chain past it, and something that the customer said elsewhere."""

    def __init__(self, service: Service) -> None:
        self.service, self.ledger, self.store = service, service.ledger, service.content
        self.bargain = Bargain(self.ledger, "street")
        self.words = self.said("customer", "what I told the arbiter about another shop")
        self.order = self.said("customer", specified("secret").decode())

    def said(self, role: str, words: str) -> str:
        return self.service.uploads.say(self.store, self.ledger.league.address(role), words)

    def reads(self, role: str, name: str) -> bool:
        who = Caller(self.service, Session("", self.ledger.league.address(role)), "", role, False, frozenset())
        return reading.sight.may_read(who, name) or tendering.may_read(who, name)


def specified(job: str) -> bytes:
    return documents.specification(
        job=job, customer="customer", product="p", quantity=1, release=0, due=None, weight=1, budget=77,
        min_quality=None, origin=None, destination=None,
    )  # fmt: skip


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with open_service(ServeSettings(tmp_path_factory.mktemp("street") / "league", scrypt=2**12)) as service:
        yield Street(service)


def test_a_members_description_and_an_anchor_open_nothing_but_what_they_are_for(street: Street) -> None:
    league, store = street.ledger.league, street.store
    profile = store.put(b'{"format":"hanse-member/1","id":"E9","name":"E9","services":[]}')
    listed = store.put(documents.services(("milling",)))
    for i, name in enumerate((street.words, street.order, profile)):
        league.register(f"evil {i}", 1, name, key=f"describe {i}").wait()
    for i, name in enumerate((street.words, street.order, listed), start=1):
        words = hash_bytes(SERVICES_TOPIC), i, hash_bytes(name)
        league.send(f"anchor {i}", "evil", "Anchors", "anchor", *words).wait()
    street.ledger.sync()
    assert [street.reads("anybody", name) for name in (profile, listed)] == [True, True]
    assert [street.reads("anybody", name) for name in (street.words, street.order)] == [False, False]


def test_an_order_that_names_anothers_specification_shows_it_to_nobody(street: Street) -> None:
    league, product = street.ledger.league, street.bargain.product
    old = street.store.put(specified("from before the service"))
    for role in ("customer", "evil"):
        for name in (street.order, old):
            league.place(role, product, 1, name, 0, 0, key=f"{role}/{name}").wait()
    street.ledger.sync()
    for role, its in (("customer", True), ("evil", False)):
        assert [street.reads(role, name) for name in (street.order, old)] == [its, its]
        rows = street.service.lookup.orders_of(league.address(role))
        asked = [reading.orders.specification(street.service, row) for row in rows[-2:]]
        assert [one is not None for one in asked] == [its, its]


def test_work_is_evidenced_by_ones_own_words_only(street: Street) -> None:
    settlement, bargain = street.ledger.settlement, street.bargain
    agreement, deal = bargain.agreed("evidence", document=street.order)
    thief = bargain.worker(deal, 0)
    settlement.start(thief, agreement, deal, 0, key="start").wait()
    settlement.deliver(thief, agreement, deal, 0, street.words, key="deliver").wait()
    street.ledger.sync()
    # Neither what the deal is said to be, nor what was delivered by the look of it.
    assert [street.reads(thief, name) for name in (street.order, street.words)] == [False, False]
    own = street.said("customer", "scratched")
    settlement.dispute("customer", agreement, deal, 0, own, key="dispute").wait()
    street.ledger.sync()
    assert street.reads(thief, own)
    bargain.until(bargain.now + deal.conditions.ruling)
    settlement.appeal(thief, agreement, deal, 0, street.words, key="appeal").wait()
    street.ledger.sync()
    assert not street.reads(thief, street.words)


def test_a_passport_takes_along_nothing_of_other_orders(street: Street) -> None:
    settlement, bargain, ledger = street.ledger.settlement, street.bargain, street.ledger
    for role in MEMBERS:
        ledger.league.register(role, 1, street.words, key=f"register {role}").wait()
    agreement, deal = bargain.agreed("passport")
    thief, other = bargain.worker(deal, 0), street.store.put(b'{"format":"hanse-delivery/1","order":999}')
    settlement.start(thief, agreement, deal, 0, key="begin").wait()
    settlement.deliver(thief, agreement, deal, 0, street.order, key="name an order").wait()
    settlement.start(bargain.worker(deal, 1), agreement, deal, 1, key="begin 1").wait()
    settlement.deliver(bargain.worker(deal, 1), agreement, deal, 1, other, key="name another's").wait()
    assert isinstance(ledger.chain, RpcChain)
    made = passports.make(ledger.chain, ledger.league.addresses.by_contract(), street.store, deal.order)
    assert made["documents"] == {}


def test_a_winner_that_delivers_anothers_words_does_not_read_them(street: Street) -> None:
    market = Market(street.ledger)
    number, _ = market.awarded()
    elsewhere, own = street.said("requester", "between the requester and somebody else"), street.said("second", "crate")
    market.quotations.deliver("second", number, elsewhere, key="deliver elsewhere").wait()
    street.ledger.sync()
    assert not street.reads("second", elsewhere)
    again, _ = market.awarded()
    market.quotations.deliver("second", again, own, key="deliver own").wait()
    street.ledger.sync()
    assert street.reads("requester", own)


def test_what_an_old_key_records_after_it_was_given_up_is_nobodys_word(street: Street) -> None:
    """The coordinator's key is changed: its list of services stays, and whoever has the old key makes no other."""
    league, identities, service = street.ledger.league, street.ledger.identities, street.service
    office, fresh = league.address(COORDINATOR), "coordinator's new key"

    def lists(role: str, number: int, *names: str) -> tuple[str, ...]:
        root = hash_bytes(street.store.put(documents.services(names)))
        words = hash_bytes(SERVICES_TOPIC), number, root
        league.send(f"{role} lists {number}", role, "Anchors", "anchor", *words).wait()
        street.ledger.sync()
        return reading.members.services(service)

    assert lists(COORDINATOR, 1, "milling") == ("milling",)
    identities.change_owner(COORDINATOR, office, league.address(fresh), key="changed").wait()
    identities.sit(fresh, office, key="sits").wait()
    assert lists(COORDINATOR, 2, "milling", "forging") == ("milling",)
    assert service.holder("coordinator", league.address(fresh)) == office
    assert lists(fresh, 1, "milling", "turning") == ("milling", "turning")
