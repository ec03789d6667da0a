"""One audit at a time, beside the service."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from hanse.app.api import logs
from hanse.app.api.shapes import AuditCheck, AuditNow
from hanse.clock import SystemClock
from hanse.errors import ChainFault, HanseError

if TYPE_CHECKING:
    from hanse.app.api.service import Service

AGAIN = 3
"""Tries: a node that forgets old states soon, while many blocks are made, may have to be asked about newer ones."""

NOTHING = AuditNow(state="none", ok=None, block=None, seconds=None, reason="", checks=[])


class Auditing:
    """Audits of a service's ledger, and what the newest found."""

    def __init__(self, service: Service) -> None:
        self._service, self._lock, self._now = service, threading.Lock(), NOTHING
        self._thread: threading.Thread | None = None

    def now(self) -> AuditNow:
        return self._now

    def begin(self, block: int) -> AuditNow:
        """Begins one, if there is anything new to audit."""
        with self._lock:
            known = self._now
            if known.state == "running" or (known.state == "done" and known.block == block):
                return known
            self._now = known.model_copy(update={"state": "running", "reason": ""})
            self._thread = threading.Thread(target=self._run, name="hanse-audit", daemon=True)
            self._thread.start()
            return self._now

    def close(self) -> None:
        """Waits a moment for one that is running."""
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        clock = SystemClock()
        begun = clock.elapsed()
        try:
            block, checks = self._audited()
        except HanseError as error:
            logs.warn("an audit failed", failure=error, said=error.message)
            self._now = NOTHING.model_copy(update={"state": "failed", "reason": error.message})
            return
        except Exception as error:  # noqa: BLE001 - a bug must not leave an audit that runs for ever
            logs.warn("an audit failed", failure=error)
            self._now = NOTHING.model_copy(update={"state": "failed", "reason": "a fault of ours; it is in the log"})
            return
        seconds, ok = round(clock.elapsed() - begun, 3), all(check.ok for check in checks)
        self._now = AuditNow(state="done", ok=ok, block=block, seconds=seconds, reason="", checks=checks)

    def _audited(self) -> tuple[int, list[AuditCheck]]:
        from hanse.app.audit import audit_open

        for attempt in range(AGAIN):
            try:
                with tempfile.TemporaryDirectory(prefix="hanse-audit-") as scratch:
                    report, block = audit_open(self._service.ledger, self._service.content, Path(scratch))
                break
            except ChainFault:
                if attempt == AGAIN - 1:
                    raise
        return block, [
            AuditCheck(what=one.what, count=one.count, ok=one.ok, differences=one.differences[:100])
            for one in report.checks
        ]
