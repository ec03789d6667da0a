"""Words for a ledger that does not go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Chain:
    """What is said on every page for as long as it is so."""

    kept = "You see what was known before; what you do is kept, and goes on by itself."
    states: ClassVar[Mapping[str, str]] = {
        "silent": f"The ledger does not answer at the moment. {kept}",
        "stalled": f"The ledger stands still: too few of its nodes run. {kept}",
        "behind": f"The ledger's node is behind the others. {kept}",
        "waiting": "What was done lately waits for the ledger longer than usual. It is kept, and goes on by itself.",
    }
