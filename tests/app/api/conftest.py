"""A town: a service with people of every office, and an order that is being worked on. Made once for all tests that only look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from hanse.app.client import Client
from tests.app.api.house import SERVICES, House, house, planned, question, until


@dataclass
class Town:
    """people: by what they are. Order 1 is agreed, its milestone 0 delivered; order 2 is open; both are of `customer`."""

    house: House
    people: dict[str, Client] = field(default_factory=dict)

    def __getitem__(self, who: str) -> Client:
        return self.people[who]

    def address(self, who: str) -> str:
        return self[who].session().address


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with house(tmp_path_factory.mktemp("town")) as at:
        made = Town(at)
        ada = at.coordinator()
        made.people["ada"] = ada
        for office in ("coordinator", "notary", "treasurer", "arbiter"):
            made.people[office] = at.wallet(ada, office.title(), office)
        for name in ("member", "lathe", "customer", "stranger"):
            made.people[name] = at.wallet(ada, name.title(), "customer")
        made.people["all"] = at.wallet(ada, "All", "coordinator", "notary", "treasurer", "arbiter", "member")
        _work(made)
        yield made
        assert at.stop() == 0, at.log.read_text()


def _work(town: Town) -> None:
    ada, customer = town["ada"], town["customer"]
    ada.set_services(SERVICES)
    for who, name, offered in (("member", "E1", "milling"), ("lathe", "E2", "turning"), ("all", "E3", "grinding")):
        town[who].register(name, name, [offered])
        ada.certify(ada.member(town.address(who)))
    ada.add_product("gearbox", "Gearbox", ["milling", "turning"])
    for who in ("customer", "member", "all"):
        ada.mint(town.address(who), 1_000_000)
    for job in ("J1", "J2"):
        customer.place_order(product=1, quantity=1, deposit=80_000, job=job)
        ada.match(int(job[1]))
    problem, plan = planned(question({"J1": ("Customer", None)}))
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
