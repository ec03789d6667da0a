"""One audit at a time, beside the service."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hanse
from hanse.app.api import logs
from hanse.app.api.problems import Conflict
from hanse.app.api.shapes import AskReport, AuditCheck, AuditNow
from hanse.clock import SystemClock
from hanse.errors import ChainFault, HanseError

if TYPE_CHECKING:
    from hanse.app.api.callers import Caller
    from hanse.app.api.service import Service
    from hanse.app.audit import Check

AUDITOR = "auditor"
"""The service's account that signs reports. It has no right on the chain, and signs nothing else."""

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
            self._now = NOTHING.model_copy(update={"state": "running"})
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
            self._now = self._now.model_copy(update={"checks": []})
            try:
                with tempfile.TemporaryDirectory(prefix="hanse-audit-") as scratch:
                    report, block = audit_open(self._service.ledger, self._service.content, Path(scratch), self._hear)
                break
            except ChainFault:
                if attempt == AGAIN - 1:
                    raise
        return block, list(map(_shown, report.checks))

    def _hear(self, check: Check) -> None:
        """How far it is."""
        self._now = self._now.model_copy(update={"checks": [*self._now.checks, _shown(check)]})


def reported(who: Caller, now: AuditNow, body: AskReport) -> dict[str, Any]:
    """The newest audit as a file signed by the service, for a period. Raises Conflict if there is none."""
    from hanse.app import audit_report

    if now.state != "done" or now.block is None:
        raise Conflict("nothing was audited yet", where="audit", hint="POST /api/v1/audit, and wait for it")
    service = who.service
    chain = service.quick()
    of = audit_report.period(chain, now.block, (body.first_block, body.last_block), (body.since, body.until))
    said = audit_report.report(
        league=service.league.name, chain_id=service.ledger.chain_id, contract=service.league.addresses.blocks,
        version=hanse.__version__, chain=chain, of=of, made=int(service.clock.now()), by=who.name,
        checks=[one.model_dump() for one in now.checks], listed=audit_report.happened(service.index, of),
    )  # fmt: skip
    signatures = [audit_report.signature(said, service.league.keys.account(AUDITOR), "service")]
    key = who.key() if body.sign else None
    if key is not None:
        signatures.append(audit_report.signature(said, key, "auditor"))
    return audit_report.signed(said, signatures)


def _shown(check: Check) -> AuditCheck:
    return AuditCheck(what=check.what, count=check.count, ok=check.ok, differences=check.differences[:100])
