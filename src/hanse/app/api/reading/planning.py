"""Recorded plans, and rounds of solvers."""

from __future__ import annotations

import json

from hanse.app.api import shapes
from hanse.app.api.service import Service
from hanse.errors import HanseError
from hanse.ledger.round_tables import RoundRow
from hanse.ledger.tables import BlockRow


def block(row: BlockRow) -> shapes.BlockNow:
    return shapes.BlockNow(
        **{name: getattr(row, name) for name in shapes.BlockNow.model_fields if name not in ("orders", "transaction")},
        orders=list(row.orders),
        transaction=row.place.transaction,
    )


def round_(row: RoundRow) -> shapes.RoundNow:
    names = [name for name in shapes.RoundNow.model_fields if name != "over"]
    return shapes.RoundNow(**{name: getattr(row, name) for name in names}, over=row.refund is not None)


def question_of(service: Service, row: RoundRow) -> str | None:
    """Content hash of the problem that a round is about, if we have its document."""
    try:
        said = json.loads(service.content.get(row.document)) if service.content.has(row.document) else {}
    except (HanseError, ValueError, RecursionError):
        return None
    return said.get("problem") if isinstance(said, dict) else None
