"""Documents of the content store, read once."""

from __future__ import annotations

from typing import Any

from hanse.app import documents
from hanse.app.api.service import Service
from hanse.errors import HanseError

MOST_DOCUMENTS = 10_000
"""Kept in memory once they were read."""


def document(service: Service, name: str, kind: str) -> dict[str, Any] | None:
    """A document of the content store; None if we do not have it, or it is none: whoever recorded the hash may be a
    stranger."""
    known = service.documents.get((name, kind))
    if known is None:
        try:
            known = documents.parse(service.content.get(name), kind) if service.content.has(name) else None
        except HanseError:
            return None
        if known is not None and len(service.documents) < MOST_DOCUMENTS:
            service.documents[name, kind] = known
    return known
