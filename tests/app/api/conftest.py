"""A town: a service with people of every office, and an order that is being worked on. Made once, and begun anew from
there by every file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from hanse.app.client import Client
from tests.app.api import house as houses
from tests.app.api.house import SERVICES, Anew, House, Kept, Town, house, planned, question, until


@pytest.fixture(scope="session")
def place_for(request: pytest.FixtureRequest) -> Callable[[], str | None]:
    """Gives the place of a new database: None for a file, unless HANSE_TEST_DATABASE=postgresql (`make test-slow`)."""

    def place() -> str | None:
        if os.environ.get("HANSE_TEST_DATABASE", "sqlite") == "sqlite":
            return None
        return str(request.getfixturevalue("postgres").database())

    return place


@pytest.fixture(scope="session", autouse=True)
def _chain_of_all(chain_url: str | None) -> None:
    houses.CHAIN = chain_url


@pytest.fixture(scope="session")
def founded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, place_for: Callable[[], str | None]
) -> Iterator[Kept | Anew]:
    def make() -> AbstractContextManager[Town]:
        return founding(tmp_path_factory.mktemp("town"), place_for())

    if houses.CHAIN is not None:
        yield Anew(make)
        return
    with make() as made:
        yield Kept(made, request.getfixturevalue("postgres") if made.house.db else None)


@contextmanager
def founding(home: Path, db: str | None) -> Iterator[Town]:
    """A town with people of every office, one of whom has all."""
    with house(home, db=db) as at:
        made = Town(at)
        settle_in(made, "coordinator", "notary", "treasurer", "arbiter")
        made.people["all"] = at.wallet(made["ada"], "All", "coordinator", "notary", "treasurer", "arbiter", "member")
        made["all"].register("E3", "E3", ["grinding"])
        made["ada"].certify(made["ada"].member(made.address("all")))
        made["ada"].mint(made.address("all"), 1_000_000)
        yield made


@pytest.fixture(scope="module")
def town(founded: Kept | Anew) -> Iterator[Town]:
    with founded.again() as begun:
        yield begun


def settle_in(town: Town, *offices: str, arrive: Callable[..., Client] = House.wallet) -> None:
    """A coordinator, holders of these offices, two members, a customer and a stranger, and their orders. arrive: with a
    wallet, or without (`House.managed`)."""
    ada = town.people["ada"] = town.house.coordinator()
    for office in offices:
        town.people[office] = arrive(town.house, ada, office.title(), office)
    for name in ("member", "lathe", "customer", "stranger"):
        town.people[name] = arrive(town.house, ada, name.title(), "customer")
    customer = town["customer"]
    ada.set_services(SERVICES)
    for who, name, offered in (("member", "E1", "milling"), ("lathe", "E2", "turning")):
        town[who].register(name, name, [offered])
        ada.certify(ada.member(town.address(who)))
    ada.add_product("gearbox", "Gearbox", ["milling", "turning"])
    for who in ("customer", "member"):
        ada.mint(town.address(who), 1_000_000)
    for job in ("J1", "J2"):
        customer.place_order(product=1, quantity=1, deposit=80_000, job=job)
        ada.match(int(job[1]))
    problem, plan = planned(question({"J1": ("Customer", None)}, capacity=1))
    ada.append_block(problem, plan, {"J1": 1})
    ada.propose(1)
    for who in ("member", "lathe", "customer"):
        town[who].sign(1)
    until(lambda: ada.agreement(1).status == "active")
    first = ada.agreement(1).milestones[0]
    worker = next(who for who in ("member", "lathe") if town.address(who) == first.member)
    if worker == "lathe":  # milestones are in the order of addresses; let the first be the member's
        town.people["member"], town.people["lathe"] = town.people["lathe"], town.people["member"]
    town["member"].start(1, 0)
    town["member"].deliver(1, 0, "done")
