"""The audit of what sources said: every record that was given as evidence, recomputed from its signatures.

What is no record of a feed, or not in the content store, is evidence for people, and passed over.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hanse.app import oracle
from hanse.errors import HanseError

if TYPE_CHECKING:
    from hanse.app.audit import Check
    from hanse.ledger.content import ContentStore
    from hanse.ledger.index import Index


def audit_oracle(check: Check, index: Index, content: ContentStore, of: oracle.Anchored) -> None:
    """The newest evidence of every milestone, if a feed's record is what it claims to be."""
    for row in index.milestones():
        if not row.evidence or not content.has(row.evidence):  # nothing was said of it yet, or not here
            continue
        if not _claims(data := content.get(row.evidence)):
            continue
        where = f"agreement {row.agreement}, milestone {row.number}, what sources said"
        try:
            oracle.examine(data, content, of)
            found = ""
        except HanseError as wrong:
            found = wrong.message
        check.expect(where, found, "")


def _claims(data: bytes) -> bool:
    if len(data) > oracle.LARGEST:
        return False
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("format") == oracle.RECORD
