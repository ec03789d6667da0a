"""DID documents as of a named block: keys, delegates and services as long as they last, no key that was given up."""

from __future__ import annotations

import pytest

from hanse.errors import ChainFault, InputError
from hanse.identity.did import Did
from hanse.identity.document import Resolved, resolve
from hanse.identity.registry import Registry
from hanse.ledger.identities import kind_word
from tests.identity.firm import DAY, Firm


def document(firm: Firm, role: str, block: int | None = None) -> Resolved:
    return resolve(firm.did(role), firm.registry(block))


def test_an_account_nobody_ever_spoke_of_is_its_own_key(firm: Firm) -> None:
    found = document(firm, "newcomer")
    (method,) = found.document["verificationMethod"]
    assert method["blockchainAccountId"] == f"eip155:{firm.chain_id}:{firm.address('newcomer')}"
    assert found.document["authentication"] == found.document["assertionMethod"] == [method["id"]]
    assert found.metadata["blockHash"] == firm.registry().at.hash


def test_delegates_have_their_place_as_long_as_they_last(firm: Firm) -> None:
    mill, identities = firm.address("mill"), firm.identities
    identities.add_delegate("mill", mill, "veriKey", firm.address("press office"), DAY, key="d/1").wait()
    before = firm.registry().at.number
    identities.add_delegate("mill", mill, "sigAuth", firm.address("desk"), 2 * DAY, key="d/2").wait()
    identities.add_delegate("mill", mill, "hanse/readings", firm.address("gateway"), DAY, key="d/3").wait()
    found = document(firm, "mill")
    assert found.assertion == {mill, firm.address("press office"), firm.address("desk")}
    assert found.authentication == {mill, firm.address("desk")}, "a gateway speaks for machines and not for the firm"
    names = [one["id"].partition("#")[2] for one in found.document["verificationMethod"]]
    assert names == ["controller", "delegate-1", "delegate-2"]
    identities.revoke_delegate("mill", mill, "veriKey", firm.address("press office"), key="d/4").wait()
    names = [one["id"].partition("#")[2] for one in document(firm, "mill").document["verificationMethod"]]
    assert names == ["controller", "delegate-2"], "others keep their names"
    assert document(firm, "mill", before).assertion == {mill, firm.address("press office")}, "as it was"


def test_a_delegate_ends_by_the_readers_clock_where_no_block_was_made_since(firm: Firm) -> None:
    lathe, desk = firm.address("lathe"), firm.address("lathe's desk")
    firm.identities.add_delegate("lathe", lathe, "sigAuth", desk, DAY, key="edge").wait()
    end = firm.registry().delegate_until(lathe, "sigAuth", desk)

    def at(now: int) -> frozenset[str]:
        registry = Registry.of(firm.ledger.chain, firm.ledger.league.addresses, now=now)
        return resolve(firm.did("lathe"), registry).authentication

    assert at(end - 1) == {lathe, desk}
    assert at(end) == {lathe}


def test_services_are_told_and_taken_back(firm: Firm) -> None:
    role, at = "shop", firm.address("shop")
    name, value = kind_word("did/svc/HanseShop"), b"https://shop.example"
    send = firm.ledger.league.send
    send("svc", role, "Identities", "setAttribute", at, name, value, DAY).wait()
    (service,) = document(firm, role).document["service"]
    assert (service["type"], service["serviceEndpoint"]) == ("HanseShop", "https://shop.example")
    send("svc/end", role, "Identities", "revokeAttribute", at, name, value).wait()
    assert "service" not in document(firm, role).document


def test_a_key_that_was_given_up_lives_under_no_name(firm: Firm) -> None:
    old, new = firm.address("given up"), firm.address("its heir")
    plain = Did("pkh", firm.chain_id, old)
    assert resolve(plain, firm.registry()).authentication == {old}
    before = firm.registry().at.number
    firm.identities.change_owner("given up", old, new, key="give").wait()
    found = resolve(plain, firm.registry())
    assert (found.authentication, found.assertion, found.metadata["deactivated"]) == (frozenset(), frozenset(), True)
    assert document(firm, "given up").authentication == {new}
    assert resolve(plain, firm.registry(before)).authentication == {old}


def test_a_stranger_needs_a_node_and_the_leagues_address(firm: Firm) -> None:
    registry = Registry.of_league(firm.ledger.chain, firm.ledger.league.addresses.league)
    assert resolve(firm.did("mill"), registry) == document(firm, "mill")
    with pytest.raises(InputError, match="40 hexadecimal digits"):
        Registry.of_league(firm.ledger.chain, "0x12")


def test_what_is_not_there_is_said(firm: Firm) -> None:
    with pytest.raises(InputError, match="of chain 1,"):
        resolve(Did("ethr", 1, firm.address("mill")), firm.registry())
    with pytest.raises(ChainFault, match="no such block"):
        firm.registry(10**9)
