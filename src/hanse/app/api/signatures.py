"""Signatures under agreements, kept until all are there; then anyone may activate, and the service does (`duties.py`).

A signature is for one version of one agreement and one nonce of its party; the rest is made void by the contract, not
by us.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hanse.app.api.problems import Conflict
from hanse.errors import InputError
from hanse.ledger.agreements import ACCEPTANCE, DOMAIN_NAME, DOMAIN_VERSION
from hanse.ledger.database import Database
from hanse.ledger.deal import Deal
from hanse.ledger.league import hash_bytes, hash_text
from hanse.ledger.lookup import Lookup
from hanse.ledger.signers import Signer, signed_by
from hanse.ledger.signing import sign_typed

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hanse.ledger.settlement_tables import AgreementRow

PAGE = 500
"""Open agreements looked at in one question."""


class Signatures:
    """Signatures in `database`, under agreements that `lookup` knows, for the contract at `address`. chain: where
    parties that are contracts are asked whether they signed."""

    def __init__(self, database: Database, lookup: Lookup, chain_id: int, address: str, chain: Signer) -> None:
        self._database, self._lookup, self._chain = database, lookup, chain
        self._domain = {
            "name": DOMAIN_NAME,
            "version": DOMAIN_VERSION,
            "chainId": chain_id,
            "verifyingContract": address,
        }

    def to_sign(self, number: int, deal: Deal, party: str, nonce: int) -> dict[str, Any]:
        """What a party's wallet shows and signs (EIP-712), hashes as `0x…`. Raises InputError if it is no party."""
        share = asdict(deal.share(party))
        message = {
            "deal": hash_text(deal.digest(number)),
            "plan": deal.plan,
            "order": deal.order,
            **share,
            "operations": hash_text(share["operations"]),
            "deadline": deal.deadline,
            "nonce": nonce,
        }
        domain = [("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")]
        types = {"EIP712Domain": [{"name": name, "type": kind} for name, kind in domain], **ACCEPTANCE}
        return {"types": types, "primaryType": "Acceptance", "domain": self._domain, "message": message}

    def by_key(self, key: LocalAccount, number: int, deal: Deal, party: str, nonce: int) -> bytes:
        """The signature of a managed key, for a party."""
        asked = self.to_sign(number, deal, party, nonce)
        return sign_typed(key, asked["domain"], ACCEPTANCE, _message(asked))

    def put(
        self, row: AgreementRow, party: str, nonce: int, signature: bytes, signer: str, *, clerk: bool = False
    ) -> None:
        """Keeps a party's signature under the present version. signer: who must have signed, by key or as a contract;
        clerk: not as the party, but as a clerk of it. Raises InputError if it is not one, Conflict if the agreement is
        not to be signed, ChainFault if a contract cannot be asked."""
        from eth_account.messages import encode_typed_data

        if row.status != "open":
            raise Conflict(f"the agreement is {row.status}", where=f"agreement {row.number}")
        asked = self.to_sign(row.number, row.deal, party, nonce)
        message = encode_typed_data(asked["domain"], ACCEPTANCE, _message(asked))
        if not signed_by(self._chain, signer, message, signature):
            raise InputError(
                "this is not your signature under the present version",
                where=f"agreement {row.number}, version {row.deal.version}",
                hint="ask again what is to be signed",
            )
        signature = bytes.fromhex(signer[2:]) + signature if clerk else signature
        values = (row.number, hash_text(row.deal.digest(row.number)), party, signature)
        self._database.put("api_signatures", values)

    def drop(self, party: str) -> None:
        """A party withdrew all its signatures."""
        self._database.change("DELETE FROM api_signatures WHERE party = ?", (party,))

    def of(self, number: int, deal: Deal) -> dict[str, bytes]:
        """By party, what is signed of the present version."""
        rows = self._database.rows(
            "SELECT party, signature FROM api_signatures WHERE agreement = ? AND digest = ?",
            (number, hash_text(deal.digest(number))),
        )
        return {str(party): bytes(signature) for party, signature in rows}

    def complete(self) -> Iterator[tuple[int, Deal, list[bytes]]]:
        """Open agreements that all parties have signed, with the signatures in the order the contract wants."""
        after = 0
        while rows := self._lookup.agreements(after, PAGE, status="open"):
            for row in rows:
                signed = self.of(row.number, row.deal)
                if all(party in signed for party in row.deal.parties()):
                    yield row.number, row.deal, [signed[party] for party in row.deal.parties()]
            after = rows[-1].number


def _message(asked: dict[str, Any]) -> dict[str, Any]:
    """The message with its hashes as bytes."""
    return {
        name: hash_bytes(value) if name in ("deal", "plan", "operations") else value
        for name, value in asked["message"].items()
    }
