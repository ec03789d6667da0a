"""The contract that judges claims, on a chain: asked by calls, which change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from eth_account import Account

from hanse.ledger.certificates.claim import Claim
from hanse.ledger.chain import Call, Reverted
from hanse.ledger.contracts import contract
from hanse.ledger.embedded import CHAIN_ID, EmbeddedChain
from hanse.ledger.signing import Fees, sign
from hanse.model.keccak import keccak

NOBODY = "0x" + "00" * 20


@dataclass
class Judge:
    """The judge at an address. It answers with bytes in and bools out, like `check_witness` and `check_conflict`."""

    chain: EmbeddedChain
    address: str

    @classmethod
    def deployed(cls, chain: EmbeddedChain) -> Judge:
        sender = Account.from_key(b"\2" * 32)
        raw, name = sign(
            sender, chain_id=CHAIN_ID, nonce=0, gas=20_000_000, to=None, value=0,
            data=contract("Challenge").creation(NOBODY), fees=Fees(0, 0),
        )  # fmt: skip
        chain.send_raw(raw)
        receipt = None
        while receipt is None:
            receipt = chain.receipt(name)
        assert receipt.contract is not None
        return cls(chain, receipt.contract)

    def refutes(self, claim: Claim, witness: bytes) -> bool:
        """Whether the contract holds these bytes to contradict the claim; what it cannot read does not."""
        return self._ask("judge", claim.encode(), claim.covered, witness)

    def clash(self, claims: Sequence[Claim], conflict: bytes) -> bool:
        """Whether the contract holds these bytes to show that the claims cannot all be accepted."""
        return self._ask("clash", [claim.encode() + claim.covered for claim in claims], conflict)

    def _ask(self, function: str, *arguments: object) -> bool:
        data = contract("Challenge").encode(function, *arguments)
        try:
            answer = self.chain.call(Call(to=self.address, data=data, sender=NOBODY))
        except Reverted as refusal:
            if refusal.data[:4] not in refusals():
                raise  # a panic or nothing at all is an accident inside
            return False
        return bool(contract("Challenge").decode(function, answer))


@cache
def refusals() -> set[bytes]:
    """Selectors of the errors the contract says in words of its own."""
    return {
        keccak(f"{item['name']}({','.join(one['type'] for one in item['inputs'])})".encode())[:4]
        for item in contract("Challenge").abi
        if item["type"] == "error"
    }
