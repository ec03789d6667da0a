"""The audit: everything recomputed from the chain and the content store, by a thread of its own."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from hanse.app import audit_report
from hanse.app.api import shapes
from hanse.app.api.auditing import Auditing, reported
from hanse.app.api.callers import SignedIn
from hanse.app.api.routes.base import router as made

router = made("audit")


@router.post("/audit", status_code=202, response_model=shapes.AuditNow)
def run(request: Request, who: SignedIn) -> shapes.AuditNow:
    """Begin one, unless one is running or the newest is of this very block."""
    auditing: Auditing = request.app.state.auditing
    return auditing.begin(who.service.lookup.height())


@router.get("/audit", response_model=shapes.AuditNow)
def result(request: Request, who: SignedIn) -> shapes.AuditNow:
    """How far it is, and what it found: what differs, check by check."""
    del who
    auditing: Auditing = request.app.state.auditing
    return auditing.now()


@router.post("/audit/report", response_model=shapes.ReportNow)
def report(request: Request, who: SignedIn, body: shapes.AskReport) -> Any:
    """The newest audit as a report of a period, signed by the service, and by your managed key if you say so. A wallet
    signs `typed` and puts its signature beside the others; `hanse audit --verify-report` tells who signed."""
    auditing: Auditing = request.app.state.auditing
    file = reported(who, auditing.now(), body)
    return shapes.ReportNow(file=file, typed=audit_report.to_sign(file["report"]))
