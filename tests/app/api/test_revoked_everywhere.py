"""What was taken back on the chain is refused at once in every place that asks: credentials, gateways, clerks, old
keys, certificates. Each is taken back past the service, which has not read of it when it is asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount

from hanse.app.client import Client, Refused
from hanse.identity import credential, presentation
from hanse.identity.did import did_of
from hanse.ledger.contracts import contract
from hanse.ledger.identities import kind_word, readings_of
from hanse.ledger.league import hash_bytes
from hanse.ledger.rpc import RpcChain
from hanse.ledger.signing import Fees, sign
from hanse.ledger.standing import standing
from hanse.telemetry.reading import STATE
from tests.app.api.conftest import settle_in
from tests.app.api.hall import Hall
from tests.app.api.house import Town, house, until
from tests.app.api.test_identities import agreed_about_another_order, reasons

DAY = 86_400


class Past:
    """Sends what people with wallets sign straight to the chain."""

    def __init__(self, town: Town, chain: RpcChain) -> None:
        self._town, self._chain = town, chain
        self.contracts = town["ada"].league().contracts

    def wallet(self, who: str) -> LocalAccount:
        found = self._town[who]._wallet
        assert found is not None
        return found

    def send(self, who: str, function: str, *words: Any, name: str = "Identities") -> None:
        """In a block when it returns."""
        account, to = self.wallet(who), self.contracts[name]
        raw, hashed = sign(
            account, chain_id=self._chain.chain_id(), nonce=self._chain.nonce(account.address), gas=500_000, to=to,
            value=0, data=contract(name).encode(function, *words), fees=Fees(0, 0),
        )  # fmt: skip
        self._chain.send_raw(raw)
        until(lambda: self._chain.receipt(hashed))
        receipt = self._chain.receipt(hashed)
        assert receipt is not None
        assert receipt.ok


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    home = tmp_path_factory.mktemp("revoked")
    with standing(home / "chain") as chain, house(home, chain=chain.url) as at:
        made = Town(at)
        settle_in(made, "notary")
        yield made


@pytest.fixture(scope="module")
def past(town: Town) -> Iterator[Past]:
    chain = RpcChain(str(town.house.chain))
    yield Past(town, chain)
    chain.close()


def status_of(refused: Any) -> int:
    """Of the refusal of what is called."""
    with pytest.raises(Refused) as refusal:
        refused()
    return refusal.value.status


def test_a_credential_that_its_notary_took_back(town: Town, past: Past) -> None:
    notary, holder, chain_id = past.wallet("notary"), past.wallet("stranger"), town["ada"].league().chain_id
    about = did_of(holder.address, chain_id)
    text = credential.issue(
        notary, did_of(notary.address, chain_id), "person", about, {"name": "Mia"},
        valid_from=int(time.time()) - 60, seconds=DAY, contract=past.contracts["Identities"],
    )  # fmt: skip

    def shows() -> tuple[str, str]:
        asked, now = town["customer"].ask_showing(), int(time.time())
        made = presentation.present(holder, text, ["name"], audience=asked.audience, nonce=asked.nonce, now=now)
        return made, asked.nonce

    assert town["customer"].judge(*shows()).claims == {"name": "Mia"}
    digest = hash_bytes(credential.read(text).digest)
    past.send("notary", "revokeCredential", notary.address, digest, holder.address, bytes(32))
    with pytest.raises(Refused, match="its issuer took it back"):
        town["customer"].judge(*shows())
    assert reasons(town["notary"]) == ["REVOKED"]


def test_a_gateway_whose_delegation_was_ended(town: Town, past: Past, tmp_path: Path) -> None:
    lathe = Hall(town, "lathe", tmp_path)
    lathe.named()
    assert lathe.client.forward(lathe.says((STATE, "idle"))).stored == 1
    signed = lathe.says((STATE, "running"))
    kind = kind_word(readings_of(lathe.machines[0]))
    past.send("lathe", "revokeDelegate", lathe.to.account, kind, lathe.key.address)
    assert status_of(lambda: lathe.client.forward(signed)) == 403
    lathe.journal.close()


def test_a_clerk_whose_mandate_was_ended(town: Town, past: Past) -> None:
    number = agreed_about_another_order(town)
    party, clerk = town.address("customer"), town.address("stranger")
    venue, until_ = past.contracts["Agreements"], int(time.time()) + 30 * DAY
    past.send("customer", "mandate", party, clerk, venue, (10**7, 10**7, DAY, until_))
    assert party in town["stranger"].sign(number, party).signed
    past.send("customer", "mandate", party, clerk, venue, (0, 0, 0, 0))
    assert status_of(lambda: town["stranger"].sign(number, party)) == 403
    for who in ("member", "lathe"):
        town[who].sign(number)
    time.sleep(1)  # the service tries to activate it; the contract asks for the mandate again
    assert town["ada"].agreement(number).status == "open"


def test_a_certificate_that_was_withdrawn(town: Town, past: Past) -> None:
    firm, ada = town.house.wallet(town["ada"], "Falling", "member"), town["ada"]
    firm.register("E9", "Falling", ["milling"])
    about = firm.session().address
    ada.certify(ada.member(about))
    past.send("notary", "revoke", about, bytes(32), name="MemberRegistry")
    number = int(town["customer"].place_order(product=1, quantity=1, deposit=0, job="AFTER").result["order"])
    ada.match(number)
    answers = {one.member: one.answer for one in ada.order(number).answers}
    assert answers.get(about, "REJECT") == "REJECT"
    assert answers[town.address("member")] == "PARTIAL"


def test_a_key_that_was_given_up(town: Town, past: Past, tmp_path: Path) -> None:
    """It seals no readings, signs no agreement, opens no session, and the one it has is over."""
    number, old = agreed_about_another_order(town, "ROTATED"), past.wallet("member")
    own = Hall(town, "member", tmp_path)
    own.key = old
    assert own.client.forward(own.says((STATE, "idle"))).stored == 1  # a member speaks for its own machines
    signed = own.says((STATE, "running"))
    past.send("member", "changeOwner", old.address, town.address("stranger"))
    assert status_of(lambda: town["member"].sign(number)) in (401, 403)
    assert status_of(lambda: town["ada"].forward(signed)) == 403
    again: Client = town.house.client()
    with pytest.raises(Refused, match="given to another key"):
        again.sign_in_with_key(bytes(old.key).hex())
    until(lambda: town["member"]._http.get("/api/v1/session").status_code == 401)
    own.journal.close()
