"""Identities: who acts for them, who guards them, what was taken back."""

from __future__ import annotations

from hanse.ledger import identity_tables
from hanse.ledger.identity_tables import DelegateRow, GuardRow, MandateRow, RevocationRow
from hanse.ledger.lookup.base import Reads


class Identities(Reads):
    def given_away(self, address: str) -> bool:
        """Whether the identity of this account was given to another key, so that its own is nobody's any more."""
        query = "SELECT 1 FROM identity_owners WHERE identity = ? AND owner != ?"
        return self._database.row(query, (address, address)) is not None

    def delegates(self, identity: str) -> list[DelegateRow]:
        """Whoever was ever a delegate of an identity, with its newest end."""
        clause = "identity = ? ORDER BY chain_block, log_index"
        return self._all("identity_delegates", identity_tables.read_delegate, clause, identity)

    def mandates(self, identity: str) -> list[MandateRow]:
        """Of an identity's clerks, those that were not taken back."""
        clause = "identity = ? ORDER BY chain_block, log_index"
        return self._all("identity_mandates", identity_tables.read_mandate, clause, identity)

    def guard(self, identity: str) -> GuardRow | None:
        """Who guards an identity, and what was begun."""
        return self._one("identity_guards", identity_tables.read_guard, "identity = ?", identity)

    def revocations(self, subject: str) -> list[RevocationRow]:
        """Credentials about an account that were taken back, in chain order."""
        clause = "subject = ? ORDER BY chain_block, log_index"
        return self._all("identity_revocations", identity_tables.read_revocation, clause, subject)
