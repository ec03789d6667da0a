"""Audits: everything recomputed from the ledger, and the signed report of it."""

from __future__ import annotations

import time
from typing import Any

from hanse.app.api import shapes
from hanse.app.client import signing
from hanse.app.client.connection import Connection
from hanse.errors import EnvironmentFault


class Audit(Connection):
    def audit(self, *, seconds: float = 600.0) -> shapes.AuditNow:
        """Has everything recomputed, and waits for what is found."""
        told, until = self._post("audit", None, shapes.AuditNow), time.monotonic() + seconds
        while told.state == "running" and time.monotonic() < until:
            time.sleep(0.1)
            told = self._get("audit", shapes.AuditNow)
        if told.state != "done":
            raise EnvironmentFault(f"the audit is {told.state}: {told.reason or 'it takes longer'}", where=self.url)
        return told

    def audit_report(self, *, sign: bool = False, **period: int) -> dict[str, Any]:
        """The newest audit as a signed report. sign: also as you. period: since, until (seconds since 1970), or
        first_block, last_block."""
        told = self._post("audit/report", {"sign": sign, **period}, shapes.ReportNow)
        if sign and self._wallet is not None:
            own = {"role": "auditor", "by": self._wallet.address, "signature": signing.typed(self._wallet, told.typed)}
            return {**told.file, "signatures": [*told.file["signatures"], own]}
        return told.file
