"""A firm, its notary and whoever would like to be one of them, in a league on a real chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eth_account.signers.local import LocalAccount

from hanse.identity import credential, presentation
from hanse.identity.credential import Kind
from hanse.identity.did import Did, did_of
from hanse.identity.presentation import Reason, Refused, Verified
from hanse.identity.registry import Registry
from hanse.ledger.league import NOTARY
from hanse.ledger.store import Ledger

DAY = 86_400
CLAIMS: Mapping[str, Any] = {"name": "Müller GmbH", "vat": "DE136695976", "employees": 12}
AUDIENCE, NONCE = "https://league.example", "n-0S6_WzA2Mj"


class Firm:
    """Sentences over one ledger. Every test names the firm's key, so that tests share a chain and nothing else."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.identities = ledger, ledger.identities
        self.chain_id = ledger.chain_id

    @property
    def now(self) -> int:
        head = self.ledger.chain.block(self.ledger.chain.height())
        assert head is not None
        return head.timestamp

    def key(self, role: str) -> LocalAccount:
        return self.ledger.keys.account(role)

    def address(self, role: str) -> str:
        return self.ledger.league.address(role)

    def did(self, role: str) -> Did:
        return did_of(self.address(role), self.chain_id)

    def registry(self, block: int | None = None) -> Registry:
        return Registry.of(self.ledger.chain, self.ledger.league.addresses, block)

    def issued(self, subject: str, *, by: str = NOTARY, kind: Kind = "organisation", **changes: Any) -> str:
        """A credential of the notary, valid for a day."""
        said: dict[str, Any] = {
            "claims": CLAIMS,
            "valid_from": self.now,
            "seconds": DAY,
            "contract": self.identities.address,
            "identity": self.did(by),
            "about": self.did(subject),
        } | changes
        about, identity = said.pop("about"), said.pop("identity")
        return credential.issue(self.key(by), identity, kind, about, **said)

    def shown(self, text: str, by: str, show: tuple[str, ...] = ("name",), **changes: Any) -> str:
        said: dict[str, Any] = {"audience": AUDIENCE, "nonce": NONCE, "now": self.now} | changes
        return presentation.present(self.key(by), text, show, **said)

    def judged(self, shown: str, block: int | None = None, **changes: Any) -> Verified:
        said: dict[str, Any] = {"audience": AUDIENCE, "nonce": NONCE, "now": self.now} | changes
        return presentation.verify(shown, self.registry(block), **said)

    def refusal(self, shown: str, **changes: Any) -> Reason:
        """Why it is not believed."""
        try:
            self.judged(shown, **changes)
        except Refused as refused:
            return refused.reason
        raise AssertionError("it was believed")
