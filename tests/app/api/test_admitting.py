"""A league whose charter asks members for a standing and notaries for what other notaries state of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hanse.app.client import Client, Refused
from hanse.governance.charter import term
from hanse.ledger.league import ADMIN
from hanse.ledger.store import open_ledger
from tests.app.api.house import SERVICES, Town, house, planned, question
from tests.app.api.test_identities import issued, reasons

CHARTER = {"admission": 600_000, "admission-trial": 30_000, "notary-credentials": 1}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Two notaries, two members whom nobody has certified, a customer."""
    home = tmp_path_factory.mktemp("strict")
    with open_ledger(home / "league") as ledger:
        for name, value in CHARTER.items():
            ledger.league.send(f"charter/{name}", ADMIN, "Charter", "set", term(name).number, value).wait()
    with house(home, chain=None) as at:  # where the charter was set beforehand
        town = Town(at)
        ada = town.people["ada"] = at.coordinator()
        town.people["other"] = at.managed(ada, "Other", "notary")
        for name in ("member", "lathe", "customer"):
            town.people[name] = at.wallet(ada, name.title(), "customer")
        ada.set_services(SERVICES)
        for who, name, offered in (("member", "E1", "milling"), ("lathe", "E2", "turning")):
            town[who].register(name, name, [offered])
        yield town


def by_other(town: Town, subject: Client, issuer: str = "other") -> str:
    """A credential about somebody, by a notary."""
    about = {"ada": town["ada"]} | town.people
    return issued(Town(town.house, {"ada": about[issuer]}), subject).credential


def answer(holder: Client, credential: str, asker: Client) -> dict[str, str]:
    """A credential shown by its holder for a question of the asker's."""
    asked = asker.ask_showing()
    return {"presentation": holder.show(credential, [], asked), "nonce": asked.nonce}


def test_a_notary_certifies_with_what_another_one_states_of_it_and_with_nothing_less(strict: Town) -> None:
    ada, other = strict["ada"], strict["other"]
    seen = ada.member(strict.address("member"))
    own = by_other(strict, ada)
    with pytest.raises(Refused, match="1 other notaries state of it; 0 were shown"):
        ada.certify(seen)
    with pytest.raises(Refused, match="0 were shown"):  # of itself
        ada.certify(seen, [answer(ada, by_other(strict, ada, "ada"), ada)])
    with pytest.raises(Refused, match="0 were shown"):  # of another
        ada.certify(seen, [answer(other, by_other(strict, other, "ada"), ada)])
    with pytest.raises(Refused, match="not whom it is about"):  # stolen
        ada.certify(seen, [answer(strict["other"], own, ada)])
    used = answer(ada, own, ada)
    ada.certify(seen, [used])
    assert ada.member(seen.address).certified
    lathe = ada.member(strict.address("lathe"))
    with pytest.raises(Refused, match="answered before"):
        ada.certify(lathe, [used])
    assert not ada.member(lathe.address).certified
    assert reasons(ada, 1) == ["WRONG_NONCE"]
    ada.certify(lathe, [answer(ada, own, ada)])


def test_work_beyond_a_newcomers_goes_to_nobody_below_the_standing_that_the_charter_asks_for(strict: Town) -> None:
    """Both are newcomers at 50 %; the work of one is worth 205.00, of the other 400.00."""
    ada, customer = strict["ada"], strict["customer"]
    ada.add_product("gearbox", "Gearbox", ["milling", "turning"])
    ada.mint(strict.address("customer"), 100_000)
    number = int(customer.place_order(product=1, quantity=1, deposit=10_000, job="J1").result["order"])
    ada.match(number)
    ada.append_block(*planned(question({"J1": ("Customer", None)})), {"J1": number})
    with pytest.raises(Refused, match=r"a standing of 60 %: 0x[0-9a-fA-F]{40} has 50 % for work of 400.00") as refusal:
        ada.propose(number)
    assert "205.00" not in str(refusal.value)
    assert list(ada.agreements()) == []
