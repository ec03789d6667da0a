"""The other chain: what counts there of this league, and proofs to take there (docs/bridge.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hanse.app.api import shapes
from hanse.app.client.connection import Connection, said


class Bridge(Connection):
    def bridge(self) -> shapes.BridgeNow:
        """Where this league is shown, and up to which block."""
        return self._get("bridge", shapes.BridgeNow)

    def bridge_statement(self, number: int) -> shapes.StatementChecked:
        """A statement that counts there, computed again from this league's own chain."""
        return self._get(f"bridge/statements/{number}", shapes.StatementChecked)

    def bridge_proof(
        self, *, block: int | None = None, member: str | None = None, transaction: str | None = None
    ) -> dict[str, Any]:
        """A proof, hanse-bridge-proof/1, of one of these: a recorded plan, a member's certificate, or, for holders of
        an office, the last event of a transaction. Anybody verifies it, also offline (`hanse bridge verify`)."""
        return self._document("bridge/proof", said(block=block, member=member, transaction=transaction))

    def verify_proof(self, proof: Mapping[str, Any]) -> shapes.ProofChecked:
        """A proof, looked at step by step."""
        return self._post("bridge/verification", {"proof": dict(proof)}, shapes.ProofChecked)
