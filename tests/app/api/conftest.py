"""A town: a service with people of every office, and an order that is being worked on. Made once for all tests that
only look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.app.api.house import SERVICES, Town, house, planned, question, until


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with house(tmp_path_factory.mktemp("town")) as at:
        made = Town(at)
        settle_in(made, "coordinator", "notary", "treasurer", "arbiter")
        made.people["all"] = at.wallet(made["ada"], "All", "coordinator", "notary", "treasurer", "arbiter", "member")
        made["all"].register("E3", "E3", ["grinding"])
        made["ada"].certify(made["ada"].member(made.address("all")))
        made["ada"].mint(made.address("all"), 1_000_000)
        yield made
        assert at.stop() == 0, at.log.read_text()


def settle_in(town: Town, *offices: str) -> None:
    """A coordinator, holders of these offices, two members, a customer and a stranger, and their orders."""
    ada = town.people["ada"] = town.house.coordinator()
    for office in offices:
        town.people[office] = town.house.wallet(ada, office.title(), office)
    for name in ("member", "lathe", "customer", "stranger"):
        town.people[name] = town.house.wallet(ada, name.title(), "customer")
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
