"""Wallets that are contracts (ERC-1271): two of three owners sign in together, and sign an agreement that the chain
then takes; one alone does nothing, and neither does a contract that says yes to nobody."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_account import Account
from eth_account.messages import SignableMessage, encode_defunct, encode_typed_data
from eth_hash.auto import keccak

from hanse.app.api import shapes
from hanse.app.client import Client, Refused
from hanse.ledger.rpc import RpcChain
from hanse.ledger.signing import Fees, sign
from hanse.ledger.standing import standing
from tests.app.api.conftest import settle_in
from tests.app.api.house import Town, house, planned, question, until

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[3]
COMPILE = """const solc = require("solc"), fs = require("fs");
const input = {language: "Solidity", sources: {a: {content: fs.readFileSync(process.argv[1], "utf8")}},
  settings: {evmVersion: "paris", outputSelection: {"*": {"*": ["evm.bytecode.object"]}}}};
const out = JSON.parse(solc.compile(JSON.stringify(input)));
process.stdout.write(out.contracts.a.SharedWallet.evm.bytecode.object);"""


class Shared:
    """A wallet of three owners on a chain."""

    def __init__(self, chain: RpcChain) -> None:
        self.chain, self.owners = (
            chain,
            sorted((Account.create() for _ in range(3)), key=lambda one: one.address.lower()),
        )
        code = subprocess.run(
            ["node", "-e", COMPILE, HERE / "SharedWallet.sol"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout
        owners = encode(["address"] * 3, [one.address for one in self.owners])
        self.address = str(self._send(None, bytes.fromhex(code) + owners)["contract"])

    def signed(self, message: SignableMessage, *who: int) -> str:
        """By these owners, in the order of their addresses unless said otherwise."""
        return "0x" + b"".join(bytes(self.owners[i].sign_message(message).signature) for i in who).hex()

    def execute(self, to: str, data: bytes) -> None:
        """Sends something, as the first owner asks it to."""
        call = keccak(b"execute(address,bytes)")[:4] + encode(["address", "bytes"], [to, data])
        self._send(self.address, call)

    def _send(self, to: str | None, data: bytes) -> dict[str, Any]:
        payer, fee = self.owners[0], 2 * (self.chain.base_fee() or 0)
        nonce = self.chain.nonce(payer.address)
        raw, name = sign(
            payer,
            chain_id=self.chain.chain_id(),
            nonce=nonce,
            gas=3_000_000,
            to=to,
            value=0,
            data=data,
            fees=Fees(fee, 0),
        )
        self.chain.send_raw(raw)
        until(lambda: self.chain.receipt(name) is not None)
        receipt = self.chain.receipt(name)
        assert receipt is not None
        assert receipt.ok
        return {"contract": receipt.contract}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Shared]]:
    home = tmp_path_factory.mktemp("wallets")
    with standing(home / "chain") as chain, house(home, chain=chain.url) as at:
        town = Town(at)
        settle_in(town)
        yield town, Shared(RpcChain(chain.url))


def asked(town: Town, address: str) -> tuple[Client, str]:
    """Somebody at the door, and what it is to sign."""
    client = town.house.client()
    told = client._post("session/wallet/message", {"address": address}, shapes.WalletMessage)
    return client, told.message


def sign_in(town: Town, shared: Shared, sign_: Callable[[str], str], invitation: str | None = None) -> Client:
    client, message = asked(town, shared.address)
    body = {"message": message, "signature": sign_(message), "invitation": invitation, "name": invitation and "Shared"}
    client._begun(client._post("session/wallet", body, shapes.SessionNow))
    return client


def both(shared: Shared, *who: int) -> Callable[[str], str]:
    return lambda message: shared.signed(encode_defunct(text=message), *who)


def test_one_owner_or_one_twice_or_strangers_do_not_sign_in(place: tuple[Town, Shared]) -> None:
    town, shared = place
    stranger = Account.create()
    invitation = town["ada"].invite("customer")
    attempts: tuple[Callable[[str], str], ...] = (
        both(shared, 0),
        both(shared, 1, 1),
        both(shared, 2, 0),  # not in the order of addresses
        lambda message: "0x" + bytes(stranger.sign_message(encode_defunct(text=message)).signature).hex(),
        lambda message: shared.signed(encode_defunct(text=message + "."), 0, 1),
        lambda _: "0x00",
        lambda _: "0x" + "ff" * 4096,
    )
    for attempt in attempts:
        with pytest.raises(Refused) as refused:
            sign_in(town, shared, attempt, invitation)
        assert refused.value.status == 401
    # Contracts that know nothing of signatures, and accounts that are none, say yes to nobody.
    for address in (town["ada"].league().contracts["Blocks"], stranger.address):
        client, message = asked(town, address)
        signature = shared.signed(encode_defunct(text=message), 0, 1)
        with pytest.raises(Refused) as refused:
            client._post("session/wallet", {"message": message, "signature": signature}, shapes.SessionNow)
        assert refused.value.status == 401


def test_owners_sign_in_together_and_sign_an_agreement_that_the_chain_takes(place: tuple[Town, Shared]) -> None:
    town, shared = place
    ada = town["ada"]
    client = sign_in(town, shared, both(shared, 0, 2), ada.invite("customer"))
    assert client.session().address == shared.address
    assert sign_in(town, shared, both(shared, 1, 2)).session().name == "Shared"
    ada.mint(shared.address, 100_000)

    # What it writes it sends itself, as its owners agree: the service says what.
    placed = client.place_order(product=1, quantity=1, deposit=80_000, job="S1", wait=False)
    assert placed.state == "to sign"
    for one in placed.sign:
        shared.execute(one.to, bytes.fromhex(one.data[2:]))
    until(lambda: any(row.customer == shared.address for row in client.orders()))
    order = next(row.number for row in client.orders() if row.customer == shared.address)
    ada.match(order)
    ada.append_block(*planned(question({"S1": ("Shared", None)})), {"S1": order})
    number = int(ada.propose(order).result["agreement"])
    for who in ("member", "lathe"):
        town[who].sign(number)

    typed = client._get(f"agreements/{number}/acceptance", shapes.AcceptanceToSign).typed
    message = encode_typed_data(full_message=json.loads(json.dumps(typed)))
    with pytest.raises(Refused, match="not your signature"):
        client._post(f"agreements/{number}/signature", {"signature": shared.signed(message, 1)}, shapes.AgreementNow)
    client._post(f"agreements/{number}/signature", {"signature": shared.signed(message, 0, 1)}, shapes.AgreementNow)
    until(lambda: ada.agreement(number).status == "active")
