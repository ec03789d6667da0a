"""What becomes of a product after it was delivered: used, serviced, repaired, passed on, taken back, recycled, disposed
of. Each is a document whose hash somebody anchored under the order's topic; a passport lists it with who said it.

Who counts is the passport's reader's to recompute, from its records: the order's customer, whoever made it, and members
that held a notary's certificate when they said it. What anybody else anchors is not listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from hanse.errors import InputError
from hanse.model.canonical import canonical
from hanse.model.keccak import keccak

FORMAT = "hanse-life/1"

Kind = Literal["used", "serviced", "repaired", "passed on", "taken back", "recycled", "disposed of"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MOST_MATERIALS, LONGEST_MATERIAL, LONGEST_WORDS = 32, 64, 2_000
HEAVIEST = 10**12
"""Grams of one material."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a product's life. order: that it was made for; materials: grams by name, that were won back, put in
    or thrown away, as `kind` says. Raises InputError."""

    order: int
    kind: Kind
    words: str = ""
    materials: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        where = f"life of order {self.order}"
        if self.kind not in KINDS:
            raise InputError(f"{str(self.kind)[:40]!r} is no turn of a life", where=where, hint=", ".join(KINDS))
        if not 0 < self.order < 2**63 or len(self.words) > LONGEST_WORDS or len(self.materials) > MOST_MATERIALS:
            raise InputError(
                f"at most {LONGEST_WORDS:,} signs and {MOST_MATERIALS} materials, of an order", where=where
            )
        for name, grams in self.materials.items():
            if not (0 < len(name) <= LONGEST_MATERIAL and name.isprintable()) or not 0 < grams <= HEAVIEST:
                raise InputError(f"{name[:64]!r}: {grams} g is no material", where=where, hint="steel = 1200, in grams")

    def document(self) -> bytes:
        """As what is hashed and anchored."""
        said = {"order": self.order, "kind": self.kind, "words": self.words, "materials": dict(self.materials)}
        return canonical({"format": FORMAT, **said})


def topic(order: int) -> bytes:
    """What the turns of an order's product are anchored under."""
    return keccak(f"hanse life/{order}".encode())


def read(document: Any, order: int) -> Turn | None:
    """A turn of this order's product; None for anything else."""
    if not isinstance(document, dict) or document.get("format") != FORMAT or set(document) != _FIELDS:
        return None
    its = document["materials"]
    if not isinstance(its, dict) or not all(type(one) is int for one in its.values()) or document["order"] != order:
        return None
    try:
        return Turn(order, document["kind"], str(document["words"]), its)
    except (InputError, TypeError):
        return None


_FIELDS = {"format", "order", "kind", "words", "materials"}
