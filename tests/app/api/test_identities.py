"""Identities over HTTP: credentials judged once and by whom they were shown to, clerks within their mandates, keys that
were given up. Every refusal is on the list, with its reason."""

from __future__ import annotations

import pytest

from hanse.app.api import shapes
from hanse.app.client import Client, Refused
from tests.app.api.house import SERVICES, Town, planned, question, until

CLAIMS = {"name": "Mueller GmbH", "employees": 12}


@pytest.fixture(scope="module")
def holder(town: Town) -> Client:
    return town.house.managed(town["ada"], "Holder", "customer")


def issued(town: Town, subject: Client) -> shapes.CredentialNow:
    """A credential of the notary Ada."""
    return town["ada"].issue_credential("organisation", subject.session().address, CLAIMS)


def reasons(who: Client, most: int = 1) -> list[str]:
    return [one.reason for one in who.refusals(most)]


def test_who_asked_learns_what_was_shown_and_once(town: Town, holder: Client) -> None:
    reader = town["customer"]
    kept, asked = issued(town, holder), reader.ask_showing()
    text = holder.show(kept.credential, ["name"], asked)
    found = reader.judge(text, asked.nonce)
    assert (found.claims, found.kind, found.subject) == ({"name": "Mueller GmbH"}, "organisation", kept.subject)
    with pytest.raises(Refused, match="answered before"):
        reader.judge(text, asked.nonce)
    other = town["member"].ask_showing()
    with pytest.raises(Refused, match="answered before"):
        reader.judge(holder.show(kept.credential, ["name"], other), other.nonce)
    assert town["member"].judge(holder.show(kept.credential, ["name"], other), other.nonce).claims
    assert reasons(town["notary"], 2) == ["WRONG_NONCE", "WRONG_NONCE"]


def test_a_thief_and_a_credential_that_was_taken_back_are_refused_and_listed(town: Town, holder: Client) -> None:
    reader, ada = town["customer"], town["ada"]
    kept = issued(town, holder)
    thief = town.house.managed(ada, "Thief", "customer")
    asked = reader.ask_showing()
    with pytest.raises(Refused, match="not whom it is about"):
        reader.judge(thief.show(kept.credential, ["name"], asked), asked.nonce)
    asked = reader.ask_showing()
    text = holder.show(kept.credential, ["name"], asked)
    ada.revoke_credential(kept.credential, reason="closed")
    with pytest.raises(Refused, match="took it back"):
        reader.judge(text, asked.nonce)
    assert reasons(town["notary"], 2) == ["REVOKED", "STOLEN"]
    assert reasons(holder, 2) == ["REVOKED", "STOLEN"], "what is about me"
    assert reasons(town["stranger"], 2) == [], "and not about others"
    until(lambda: ada.identity(holder.session().address).revoked)


def test_only_its_issuer_takes_a_credential_back(town: Town, holder: Client) -> None:
    kept = issued(town, holder)
    with pytest.raises(Refused, match="only its issuer"):
        town["notary"].revoke_credential(kept.credential)


def test_a_members_certificate_falls_with_its_credential(town: Town) -> None:
    ada = town["ada"]
    firm = town.house.wallet(ada, "Falling", "member")
    firm.register("E9", "Falling", ["milling"])
    ada.certify(ada.member(firm.session().address))
    kept = issued(town, firm)
    action = ada.revoke_credential(kept.credential)
    assert len(action.steps) == 2
    until(lambda: not ada.member(firm.session().address).certified)


def test_a_delegate_acts_until_it_is_dismissed_and_names_no_other(town: Town, holder: Client) -> None:
    member, to = town["member"], holder.session().address
    at = member.session().address
    member.name_delegate(at, to, machines=["M1"], days=1)

    def kinds() -> list[str]:
        return [one.kind for one in member.identity(at).delegates if one.delegate == to]

    until(lambda: len(kinds()) == 1)
    with pytest.raises(Refused, match="not yours"):
        holder.name_delegate(at, to)
    told = member.network()
    ties = [one.tie for one in told.links if (one.source, one.target) == (to, at)]
    assert ties == ["reads"]
    assert next(one.kind for one in told.nodes if one.address == at) == "enterprise"
    around = member.network(to.lower())
    assert [(one.source, one.tie) for one in around.links] == [(to, "reads")]
    assert {one.address for one in around.nodes} == {to, at}
    assert not around.more
    nobody = "0x" + "77" * 20
    assert [one.address for one in member.network(nobody).nodes] == [nobody]
    some = member.network(limit=1)
    assert some.more
    assert len(some.nodes) < len(told.nodes)
    for whom, most in ((None, 0), (None, 1_001), ("somebody", 200)):
        with pytest.raises(Refused):
            member.network(whom, limit=most)
    member.name_delegate(at, to, machines=["M1"], days=0)
    until(lambda: kinds() == [])


def test_a_clerk_signs_for_a_customer_up_to_its_mandate(town: Town, holder: Client) -> None:
    """An agreement about order 2, of which nobody else needs anything."""
    ada, customer = town["ada"], town["customer"]
    number = agreed_about_another_order(town)
    party, clerk = customer.session().address, holder.session().address
    with pytest.raises(Refused, match="has not let you act"):
        signed(holder, number, party)
    customer.give_mandate(party, clerk, per_deal=1, per_period=10**9, days=1)
    with pytest.raises(Refused, match="mandate is not enough"):
        signed(holder, number, party)
    assert reasons(town["notary"], 2) == ["ABOVE_MANDATE", "NO_MANDATE"]
    customer.give_mandate(party, clerk, per_deal=10**7, per_period=10**7, days=1)
    assert number in [one.number for one in holder.agreements(waiting=True, party=party)]
    assert holder.agreement(number, party).customer == party
    assert party in signed(holder, number, party).signed
    for who in ("member", "lathe"):
        town[who].sign(number)
    until(lambda: ada.agreement(number).status == "active")
    (given,) = ada.identity(party).mandates
    assert given.spent == ada.agreement(number).escrow
    customer.give_mandate(party, clerk, per_deal=0, per_period=0, days=0)
    with pytest.raises(Refused, match="has not let you act"):
        signed(holder, number, party)


def test_a_key_that_was_given_up_is_out_at_once_and_does_not_get_in(town: Town) -> None:
    ada = town["ada"]
    old = town.house.wallet(ada, "Rotating", "customer")
    new = town.house.wallet(ada, "Rotated", "customer")
    assert old._wallet is not None
    rotate(old, new.session().address)
    until(lambda: old._http.get("/api/v1/session").status_code == 401)
    with pytest.raises(Refused, match="given to another key"):
        town.house.client().sign_in_with_key(bytes(old._wallet.key).hex())
    assert "KEY_CHANGED" in reasons(town["notary"], 3)


def test_guardians_give_an_account_another_key_unless_its_owner_objects(town: Town) -> None:
    ada, house = town["ada"], town.house
    owner, fresh = (house.wallet(ada, name, "customer") for name in ("Lost its key", "Its new key"))
    first, second = (house.managed(ada, name, "customer") for name in ("First guardian", "Second guardian"))
    at, new = owner.session().address, fresh.session().address
    those = [one.session().address for one in (first, second)]
    with pytest.raises(Refused, match="not yours"):
        first.set_guardians(at, those)
    owner.set_guardians(at, those, threshold=2, hours=1)
    with pytest.raises(Refused) as refusal:  # no guardian
        fresh.support_recovery(at, new)
    assert refusal.value.status == 409

    def guard() -> shapes.GuardNow:
        found = owner.identity(at).guard
        assert found is not None
        return found

    first.support_recovery(at, new)
    assert guard().candidate is None
    second.support_recovery(at, new)
    assert (guard().candidate, guard().threshold, guard().delay) == (new, 2, 3600)
    with pytest.raises(Refused) as refusal:  # the wait is not over
        first.end_recovery(at)
    assert refusal.value.status == 409
    with pytest.raises(Refused, match="not yours"):
        first.object_to_recovery(at)
    owner.object_to_recovery(at)
    assert guard().candidate is None
    owner.set_guardians(at, [])
    assert owner.identity(at).guard is None


def test_an_offices_new_key_is_heard_once_it_has_taken_its_seat(town: Town) -> None:
    house, ada = town.house, town["ada"]
    old = house.wallet(ada, "Changing", "coordinator")
    new = house.wallet(ada, "Changed", "customer")
    at = old.session().address
    old.set_services([*SERVICES, "polishing"])
    rotate(old, new.session().address)
    until(lambda: ada.identity(at).owner == new.session().address)
    with pytest.raises(Refused) as refusal:
        new.set_services([*SERVICES, "polishing", "engraving"])
    assert refusal.value.status == 403
    until(lambda: "polishing" not in ada.league().services)  # nobody acts for it now
    new.sit(at)
    until(lambda: "coordinator" in new.session().offices)
    until(lambda: "polishing" in ada.league().services)  # what the identity said is its word still
    new.set_services([*SERVICES, "polishing", "engraving"])
    until(lambda: "engraving" in ada.league().services)


def test_a_notarys_new_key_signs_and_takes_back_credentials_in_its_seat(town: Town, holder: Client) -> None:
    """They are the identity's: what it stated before its key was changed stays believed, and can be taken back."""
    house, ada, reader = town.house, town["ada"], town["lathe"]
    old, new = house.managed(ada, "First notary", "notary"), house.managed(ada, "Second notary", "customer")
    at, about, claims = old.session().address, holder.session().address, {"name": "Pump & Co"}
    before = old.issue_credential("organisation", about, claims)
    rotate(old, new.session().address)
    until(lambda: ada.identity(at).owner == new.session().address)
    with pytest.raises(Refused) as refusal:
        new.issue_credential("organisation", about, claims)
    assert (refusal.value.status, new.session().seat) == (403, None)
    new.sit(at)
    until(lambda: "notary" in new.session().offices)
    assert new.session().seat == at
    after = new.issue_credential("organisation", about, claims)
    assert after.issuer.endswith(at)
    asked = reader.ask_showing()
    assert reader.judge(holder.show(after.credential, ["name"], asked), asked.nonce).claims == claims
    for one in (before, after):
        new.revoke_credential(one.credential, reason="closed")
    until(lambda: len(ada.identity(about).revoked) >= 2)
    asked = reader.ask_showing()
    with pytest.raises(Refused, match="took it back"):
        reader.judge(holder.show(after.credential, ["name"], asked), asked.nonce)


def rotate(who: Client, to: str) -> None:
    who.change_owner(who.session().address, to, wait=False)


def agreed_about_another_order(town: Town, job: str = "CLERK") -> int:
    """An agreement for the customer to sign, with its money there."""
    customer, ada = town["customer"], town["ada"]
    order = int(customer.place_order(product=1, quantity=1, deposit=80_000, job=job).result["order"])
    ada.match(order)
    ada.append_block(*planned(question({job: ("Customer", None)})), {job: order})
    number = int(ada.propose(order).result["agreement"])
    lacks = ada.agreement(number).lacks
    if lacks:
        customer.deposit("settlement", lacks)
    return number


def signed(who: Client, number: int, party: str) -> shapes.AgreementNow:
    return who.sign(number, party)
