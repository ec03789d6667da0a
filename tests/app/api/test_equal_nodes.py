"""Two services with ledgers of their own on one chain: neither is the server, and both answer the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from hanse.app.api.shapes import Resource
from hanse.app.client import Client, Refused
from hanse.ledger.standing import standing
from tests.app.api.house import House, free_port, house, until


@dataclass(frozen=True)
class Pair:
    """Two houses, and whoever is at home in both with the same wallet."""

    first: House
    second: House
    ada: tuple[Client, Client]
    customer: tuple[Client, Client]


def _wallet(at: House, key: str, invitation: str, name: str) -> Client:
    client = at.client()
    client.sign_in_with_key(key, invitation=invitation, name=name)
    return client


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    home = tmp_path_factory.mktemp("equals")
    keys = {name: os.urandom(32).hex() for name in ("ada", "customer")}
    with standing(home / "chain") as chain, house(home, chain=chain.url) as first:
        ada = _wallet(first, keys["ada"], first.invitation, "Ada")
        until(lambda: {"coordinator", "notary", "treasurer"} <= set(ada.session().offices))
        second = House(home / "second", free_port(), chain=chain.url, league=ada.league().contracts["League"])
        # Contents travel between nodes as files do: their names are their hashes, so that no folder need be trusted.
        second.data.mkdir()
        (second.data / "content").symlink_to(first.data / "content")
        try:
            second.start()
            there = _wallet(second, keys["ada"], second.invitation, "Ada")
            customers = [
                _wallet(at, keys["customer"], by.invite("customer"), "Customer")
                for at, by in ((first, ada), (second, there))
            ]
            yield Pair(first, second, (ada, there), (customers[0], customers[1]))
        finally:
            second.close()


def same(pair: Pair, ask: Any) -> Any:
    """What both say, once they have read the same blocks."""
    until(lambda: ask(pair.customer[0]) == ask(pair.customer[1]))
    return ask(pair.customer[0])


def test_what_is_done_at_one_is_known_at_the_other(pair: Pair) -> None:
    ada, there = pair.ada
    ada.set_services(["milling"])
    until(lambda: there.league().services == ["milling"])
    ada.mint(pair.customer[0].session().address, 1_000)
    ada.add_product("bolt", "Bolt", ["milling"])
    until(lambda: len(list(pair.customer[1].products())) == 1)

    placed = pair.customer[1].place_order(product=1, quantity=1, deposit=400, job="J1")

    assert placed.state == "done"
    assert [one.status for one in same(pair, lambda who: list(who.orders()))] == ["open"]
    assert same(pair, lambda who: who.money().account) == 600


def test_resources_besides_machines_are_registered_at_one_and_found_at_the_other(pair: Pair) -> None:
    ada, owner = pair.ada[0], pair.customer[0]
    cluster = Resource(kind="computing", name="Simulation cluster", capacity=64, unit="core", price=12)
    archive = Resource(
        kind="storage", name="Archive", capacity=500, unit="TB", price=300, per="month", available_until=2_000_000_000
    )
    owner.register("D1", "Data house", ["milling"], resources=[cluster, archive])
    until(lambda: len(pair.customer[1].resources(certified=False)) == 2)
    assert pair.customer[1].resources() == []  # a notary has not seen it yet

    ada.certify(ada.member(owner.session().address))
    until(lambda: len(pair.customer[1].resources()) == 2)
    there = pair.customer[1]

    assert [one.name for one in there.resources()] == ["Simulation cluster", "Archive"]
    assert [one.name for one in there.resources(kind="storage")] == ["Archive"]
    assert there.resources(capacity=1_000) == there.resources(name="nothing") == there.resources(price=11) == []
    assert [one.name for one in there.resources(at=2_000_000_000)] == ["Simulation cluster"]
    with pytest.raises(Refused):
        there.resources(kind="magic")
    owner.update(ada.member(owner.session().address), [cluster])
    until(lambda: [one.name for one in there.resources(certified=False)] == ["Simulation cluster"])
    assert there.resources() == []  # what is said anew is certified anew


def test_the_league_goes_on_at_one_while_the_other_is_dead_and_it_catches_up(pair: Pair) -> None:
    ada, there = pair.ada
    pair.first.kill()

    there.mint(pair.customer[1].session().address, 50)
    before = pair.customer[1].money().account
    pair.first.start()

    assert same(pair, lambda who: who.money().account) == before
    assert [check.ok for check in there.audit().checks] == [check.ok for check in ada.audit().checks]
    assert there.audit().ok
