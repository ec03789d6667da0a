"""The audit of prices that divide by contribution: what the parties signed is what the rule gives, to the cent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hanse.app import documents
from hanse.errors import EvidenceError, HanseError
from hanse.instances import hanse_json

if TYPE_CHECKING:
    from hanse.app.audit import Check
    from hanse.ledger.content import ContentStore
    from hanse.ledger.index import Index
    from hanse.ledger.settlement_tables import AgreementRow
    from hanse.ledger.tables import BlockRow


def audit_divisions(check: Check, index: Index, content: ContentStore) -> None:
    """Every active agreement whose document says that its prices divide a sum."""
    blocks = {row.plan: row for row in index.blocks()}
    for row in index.agreements():
        told = _division(row, content) if row.status == "active" else None
        if told is None:
            continue
        where = f"agreement {row.number}, division"
        try:
            true = _recounted(told, blocks[row.deal.plan], content)
        except (KeyError, HanseError) as error:
            check.expect(f"{where}, counted again", str(error) or "not a plan of the league", "")
            continue
        check.expect(f"{where}, prices", {one.operations: one.price for one in row.deal.milestones}, true)
        check.expect(f"{where}, sum", told["division"].get("amount"), sum(one.price for one in row.deal.milestones))


def _division(row: AgreementRow, content: ContentStore) -> dict[str, Any] | None:
    """The document, if it says so; deals of other programs may have any document."""
    if not content.has(row.deal.document):
        return None
    try:
        told = documents.parse(content.get(row.deal.document), "hanse-deal/1")
    except EvidenceError:
        return None
    return told if "division" in told else None


def _recounted(told: dict[str, Any], block: BlockRow, content: ContentStore) -> dict[str, int]:
    from hanse.app.voyage.dividing import recounted  # a plan's words come with drawing and solvers

    evidence = json.loads(content.get(block.evidence))
    problem = hanse_json.read_problem(content.get(evidence["problem"]))
    plan = hanse_json.read_plan(content.get(evidence["plan"]))
    return recounted(problem, plan, told["job"], told["division"])
