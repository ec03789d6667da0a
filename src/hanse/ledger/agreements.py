"""`Agreements`: from an awarded plan to what all parties have signed, as typed actions and reads like `League`.

What the contract does, and why, is in docs/agreements.md; what is signed is in `deal`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from hanse.ledger.deal import Deal
from hanse.ledger.league import NOTHING, League, Sent, hash_bytes, hash_text
from hanse.ledger.signing import sign_typed

AgreementStatus = Literal["none", "open", "declined", "active"]
AGREEMENT_STATUSES: tuple[AgreementStatus, ...] = get_args(AgreementStatus)

Reason = Literal["unsaid", "price", "time", "capacity", "quality", "conditions", "withdrawn"]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""Both in the order of the contract's enums."""

DOMAIN_NAME, DOMAIN_VERSION = "Hanse agreements", "1"

ACCEPTANCE = {
    "Acceptance": [
        {"name": name, "type": kind}
        for kind, name in (
            ("bytes32", "deal"),
            ("bytes32", "plan"),
            ("uint64", "order"),
            ("address", "party"),
            ("bytes32", "operations"),
            ("uint256", "price"),
            ("uint256", "compensation"),
            ("uint40", "deadline"),
            ("uint256", "nonce"),
        )
    ]
}
"""What a wallet shows when a party signs (EIP-712)."""


@dataclass(frozen=True, slots=True)
class AgreementState:
    """An agreement as the contract keeps it. digest: of its present version."""

    digest: str
    proposer: str
    deadline: int
    version: int
    rounds: int
    status: AgreementStatus


@dataclass(frozen=True, slots=True)
class Wish:
    """What a party would sign instead, in one milestone: price and compensation in cents, times in seconds."""

    milestone: int
    price: int
    compensation: int
    start_by: int
    due: int


class Agreements:
    """The agreements of one league. Every action takes the `key` of its intention and the role whose account signs."""

    def __init__(self, league: League) -> None:
        self._league = league

    @property
    def address(self) -> str:
        """Of the contract."""
        return self._league.addresses.agreements

    # The proposer.

    def propose(self, role: str, deal: Deal, *, key: str) -> Sent:
        """A coordinator proposes a deal; the event value `agreement` is its number."""
        return self._send(role, "propose", deal.words(), key=key)

    def propose_as_solver(self, role: str, deal: Deal, round_: int, index: int, claim: bytes, *, key: str) -> Sent:
        """A solver proposes the plan of its accepted claim. claim: its 305 bytes."""
        return self._send(role, "proposeAsSolver", deal.words(), round_, index, claim, key=key)

    def revise(self, role: str, agreement: int, deal: Deal, *, key: str) -> Sent:
        """The proposer puts the next version in the place of the present one, whose signatures are void by that."""
        return self._send(role, "revise", agreement, deal.words(), key=key)

    # The parties.

    def decline(self, role: str, agreement: int, deal: Deal, reason: Reason = "unsaid", *, key: str) -> Sent:
        """A party says no to the present version, or its proposer takes it back."""
        return self._send(role, "decline", agreement, deal.words(), REASONS.index(reason), key=key)

    def counter(self, role: str, agreement: int, deal: Deal, wish: Wish, document: str = NOTHING, *, key: str) -> Sent:
        """A party says what it would sign. document: content hash of more words."""
        words = tuple(asdict(wish).values())
        return self._send(role, "counter", agreement, deal.words(), words, hash_bytes(document), key=key)

    def sign(self, role: str, agreement: int, deal: Deal) -> bytes:
        """The signature by which the role's account accepts a deal; void as soon as there is another version, or
        the role withdraws its signatures. Nothing is sent. Raises InputError if it is no party."""
        return self._signature(role, agreement, deal, self._league.address(role))

    def sign_for(self, role: str, party: str, agreement: int, deal: Deal) -> bytes:
        """The signature by which the role's account accepts a deal for a party: as its new key, if its identity was
        given to it, else as its clerk, whom the contract charges with the party's price and compensation."""
        signature = self._signature(role, agreement, deal, party)
        account = self._league.address(role)
        itself = str(self._league.read("Identities", "identityOwner", party)) == account
        return signature if itself else bytes.fromhex(account[2:]) + signature

    def _signature(self, role: str, agreement: int, deal: Deal, party: str) -> bytes:
        share = deal.share(party)
        message = {
            "deal": deal.digest(agreement),
            "plan": hash_bytes(deal.plan),
            "order": deal.order,
            **asdict(share),
            "deadline": deal.deadline,
            "nonce": self.nonce(share.party),
        }
        domain = {
            "name": DOMAIN_NAME,
            "version": DOMAIN_VERSION,
            "chainId": self._league.chain.chain_id(),
            "verifyingContract": self.address,
        }
        return sign_typed(self._league.keys.account(role), domain, ACCEPTANCE, message)

    def withdraw_signatures(self, role: str, *, key: str) -> Sent:
        """A role makes all its signatures void that nobody has used."""
        return self._send(role, "withdrawSignatures", key=key)

    # Anyone.

    def activate(self, role: str, agreement: int, deal: Deal, signatures: Sequence[bytes], *, key: str) -> Sent:
        """Any role brings the signatures, in the order of `deal.parties()`; the escrow is locked, or nothing is."""
        return self._send(role, "activate", agreement, deal.words(), tuple(signatures), key=key)

    # Reading.

    def count(self) -> int:
        """Number of the newest agreement."""
        return int(self._read("count"))

    def state(self, agreement: int) -> AgreementState:
        """An agreement; status `none` if there is none."""
        digest, proposer, deadline, version, rounds, status = self._read("agreementOf", agreement)
        return AgreementState(hash_text(digest), proposer, deadline, version, rounds, AGREEMENT_STATUSES[status])

    def nonce(self, address: str) -> int:
        """How often an address has withdrawn its signatures."""
        return int(self._read("nonces", address))

    def _send(self, role: str, function: str, *words: Any, key: str) -> Sent:
        return self._league.send(key, role, "Agreements", function, *words)

    def _read(self, function: str, *words: Any) -> Any:
        return self._league.read("Agreements", function, *words)
