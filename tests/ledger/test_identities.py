"""Clerks, delegates, changed keys and guardians on a real chain: every action beside its refusal, and the index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hanse.errors import InputError
from hanse.ledger.chain import Reverted
from hanse.ledger.identities import NO_MANDATE, READINGS, Mandate, Used, kind_text, kind_word, readings_of
from hanse.ledger.league import COORDINATOR, NOTARY, hash_bytes
from hanse.ledger.store import open_ledger
from tests.ledger.bargain import WINDOW, Bargain

DAY = 86_400
DIGEST = f"0x{99:064x}"
NOBODY = "0x" + "00" * 20


@pytest.fixture(scope="module")
def bargain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bargain]:
    with open_ledger(tmp_path_factory.mktemp("identities")) as ledger:
        yield Bargain(ledger)


def test_a_clerk_signs_within_its_mandate_and_the_index_tells_what_for(bargain: Bargain) -> None:
    identities, agreements = bargain.ledger.identities, bargain.ledger.agreements
    deal = bargain.deal(bargain.order())
    number = int(agreements.propose(COORDINATOR, deal, key="clerk/propose").value("agreement"))
    customer, clerk = bargain.address("customer"), bargain.address("buyer")
    share = deal.share(customer)
    amount = share.price + share.compensation
    signed = bargain.signatures(number, deal)
    signed[0] = agreements.sign_for("buyer", customer, number, deal)
    too_little = Mandate(amount - 1, 10 * amount, DAY, bargain.now + WINDOW)
    identities.mandate("customer", customer, clerk, too_little, key="clerk/little").wait()
    with pytest.raises(Reverted, match="AboveMandate"):
        agreements.activate("stranger", number, deal, signed, key="clerk/no").wait()
    enough = Mandate(amount, amount, DAY, bargain.now + WINDOW)
    identities.mandate("customer", customer, clerk, enough, key="clerk/enough").wait()
    agreements.activate("stranger", number, deal, signed, key="clerk/yes").wait()
    terms, used = identities.mandate_of(customer, clerk)
    assert (terms, used.spent) == (enough, amount)
    index = bargain.ledger.sync()
    (charge,) = index.charges()
    assert (charge.identity, charge.clerk, charge.amount, charge.spent) == (customer, clerk, amount, amount)
    (row,) = index.mandates()
    assert (row.clerk, row.per_deal, row.valid_to) == (clerk, amount, enough.valid_to)
    identities.mandate("customer", customer, clerk, NO_MANDATE, key="clerk/end").wait()
    assert bargain.ledger.sync().mandates() == ()
    assert identities.mandate_of(customer, clerk) == (NO_MANDATE, Used(0, 0))


def test_after_its_key_was_changed_a_member_signs_with_the_new_one(bargain: Bargain) -> None:
    identities, agreements = bargain.ledger.identities, bargain.ledger.agreements
    deal = bargain.deal(bargain.order())
    number = int(agreements.propose(COORDINATOR, deal, key="rotate/propose").value("agreement"))
    mill = bargain.address("mill")
    signed = bargain.signatures(number, deal)
    identities.change_owner("mill", mill, bargain.address("mill's new key"), key="rotate").wait()
    with pytest.raises(Reverted, match="NotSigned"):
        agreements.activate("stranger", number, deal, signed, key="rotate/old").wait()
    at = deal.parties().index(mill)
    signed[at] = agreements.sign_for("mill's new key", mill, number, deal)
    agreements.activate("stranger", number, deal, signed, key="rotate/new").wait()
    with pytest.raises(Reverted, match="NotTheOwner"):
        identities.change_owner("mill", mill, mill, key="rotate/thief").wait()
    identities.change_owner("mill's new key", mill, mill, key="rotate/back").wait()
    assert identities.owner(mill) == mill
    (row,) = bargain.ledger.sync().owners()
    assert (row.identity, row.owner) == (mill, mill)


def test_an_office_follows_the_identity_and_the_old_key_has_it_no_more(bargain: Bargain) -> None:
    """The notary's key is changed: the old one does nothing on the chain, the new one as soon as it sits."""
    identities, league = bargain.ledger.identities, bargain.ledger.league
    notary, fresh = bargain.address(NOTARY), bargain.address("notary's new key")
    league.register("newcomer", 1, DIGEST, key="office/register").wait()
    newcomer = bargain.address("newcomer")
    identities.change_owner(NOTARY, notary, fresh, key="office/rotate").wait()
    with pytest.raises(Reverted, match="AccessControlUnauthorizedAccount"):
        league.certify(newcomer, 1, DIGEST, key="office/thief").wait()
    certify = ("notary's new key", "MemberRegistry", "certify", newcomer, 1, hash_bytes(DIGEST))
    with pytest.raises(Reverted, match="AccessControlUnauthorizedAccount"):
        league.send("office/early", *certify).wait()
    with pytest.raises(Reverted, match="NotTheOwner"):
        identities.sit(NOTARY, notary, key="office/sits").wait()
    identities.sit("notary's new key", notary, key="office/sit").wait()
    league.send("office/new", *certify).wait()
    assert league.offered(newcomer) == 1
    assert identities.seats(fresh) == (fresh, notary)
    assert identities.seats(notary)[0] == NOBODY
    (seat,) = bargain.ledger.sync().seats()
    assert (seat.key, seat.identity) == (fresh, notary)
    identities.change_owner("notary's new key", notary, notary, key="office/back").wait()
    with pytest.raises(Reverted, match="AccessControlUnauthorizedAccount"):
        league.send("office/late", "notary's new key", "MemberRegistry", "revoke", newcomer, hash_bytes(DIGEST)).wait()


def test_guardians_recover_a_lost_key_after_a_wait_in_which_the_owner_can_object(bargain: Bargain) -> None:
    identities = bargain.ledger.identities
    firm, fresh = bargain.address("forgetful"), bargain.address("found again")
    guardians = [bargain.address(one) for one in ("bank", "chamber", "partner")]
    identities.guard("forgetful", firm, guardians, 2, 3600, key="guard").wait()
    identities.support("bank", firm, guardians[0], fresh, key="g/bank").wait()
    with pytest.raises(Reverted, match="NotRecoverable"):
        identities.recover("stranger", firm, key="g/alone").wait()
    identities.support("partner", firm, guardians[2], fresh, key="g/partner").wait()
    with pytest.raises(Reverted, match="NotRecoverable"):
        identities.recover("stranger", firm, key="g/early").wait()
    (row,) = bargain.ledger.sync().guards()
    assert (row.identity, set(row.guardians), row.threshold, row.candidate) == (firm, set(guardians), 2, fresh)
    identities.cancel_recovery("forgetful", firm, key="g/object").wait()
    assert bargain.ledger.sync().guards()[0].candidate == ""
    for one in ("bank", "partner"):
        identities.support(one, firm, bargain.address(one), fresh, key=f"g/again/{one}").wait()
    ready = identities.guardians(firm)[1].ready_at
    bargain.until(ready)
    identities.recover("stranger", firm, key="g/done").wait()
    assert identities.owner(firm) == fresh
    assert bargain.ledger.sync().guards()[0].candidate == ""


def test_delegates_and_revocations_are_listed(bargain: Bargain) -> None:
    identities = bargain.ledger.identities
    lathe, gateway = bargain.address("lathe"), bargain.address("gateway")
    identities.add_delegate("lathe", lathe, readings_of("M1"), gateway, DAY, key="d").wait()
    assert identities.is_delegate(lathe, readings_of("M1"), gateway)
    assert not identities.is_delegate(lathe, readings_of("M2"), gateway)
    assert not identities.is_delegate(lathe, READINGS, gateway)
    identities.revoke_delegate("lathe", lathe, readings_of("M1"), gateway, key="d/end").wait()
    assert not identities.is_delegate(lathe, readings_of("M1"), gateway)
    notary = bargain.address(NOTARY)
    block = identities.revoke_credential(NOTARY, notary, DIGEST, lathe, key="r").wait().block
    assert identities.revoked_in(notary, DIGEST) == block
    with pytest.raises(Reverted, match="NotTheOwner"):
        identities.revoke_credential("lathe", notary, DIGEST[:-1] + "1", lathe, key="r/thief").wait()
    index = bargain.ledger.sync()
    (delegate,) = index.delegates()
    assert (delegate.delegate, kind_text(hash_bytes(delegate.kind))) == (gateway, readings_of("M1"))
    assert delegate.valid_to <= bargain.now
    (revoked,) = index.revocations()
    assert (revoked.issuer, revoked.digest, revoked.subject) == (notary, DIGEST, lathe)


def test_the_index_made_anew_says_the_same(bargain: Bargain) -> None:
    index = bargain.ledger.sync()
    reads = (index.owners, index.seats, index.delegates, index.mandates, index.charges, index.guards, index.revocations)
    before = [read() for read in reads]
    index.rebuild()
    assert [read() for read in reads] == before


def test_kinds_are_texts_of_at_most_32_bytes() -> None:
    assert kind_text(kind_word("sigAuth")) == "sigAuth"
    assert kind_text(bytes(31) + b"\xff").startswith("0x")
    for wrong in ("", "x" * 33):
        with pytest.raises(InputError, match="1 to 32 bytes"):
            kind_word(wrong)
    assert readings_of("M1") != readings_of("M2")
    kind_word(readings_of("a machine with a very long name indeed"))
