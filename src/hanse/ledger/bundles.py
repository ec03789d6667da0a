"""Many questions to a node in one request: JSON-RPC batches, in pieces that nodes take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Question = tuple[str, list[Any]]
"""Method and parameters."""

MOST, MOST_LENGTH = 200, 1_000_000
"""Questions in one batch, and the length of what they ask: geth takes 1,000 and 5 MB, Besu 1,024 and 5 MB."""


def bundles(questions: list[Question]) -> Iterator[list[Question]]:
    """Neither too many nor too long ones."""
    bundle: list[Question] = []
    size = 0
    for question in questions:
        length = sum(len(str(word)) for word in question[1])
        if bundle and (len(bundle) == MOST or size + length > MOST_LENGTH):
            yield bundle
            bundle, size = [], 0
        bundle.append(question)
        size += length
    if bundle:
        yield bundle
