"""What the study of a round's outcome needs of the ledger."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import msgspec

from hanse.app.api.callers import Caller
from hanse.app.api.problems import Conflict, NotThere
from hanse.app.rounds import question
from hanse.instances import hanse_json


def material(who: Caller, number: int) -> tuple[bytes, dict[str, Any]]:
    """Of a round that is over: its problem, and what the study of its outcome needs. Raises NotThere, Conflict;
    EvidenceError for a document that is another."""
    service = who.service
    row = service.lookup.round(number)
    if row is None:
        raise NotThere(f"there is no round {number}", where=f"round {number}")
    if row.refund is None:
        raise Conflict("the round is not over", where=f"round {number}", hint="its page says when it is")
    asked = question.fetch(row, service.content)
    claims = [asdict(one) for one in service.index.claims(number)]
    told = {"round": asdict(row), "claims": claims, "content": str(service.content.directory)}
    return hanse_json.write_problem(asked.problem), msgspec.to_builtins(told)
