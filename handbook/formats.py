"""The formats of problems and plans, as JSON Schema."""

from __future__ import annotations

import json

from hanse.instances import wire

INTRODUCTION = """# Formats

Times, money, energy and distances are integers in the unit a file declares; ratios are decimals of at most six digits.
`hanse schema problem` and `hanse schema plan` print what is below; [examples](../../examples/README.md) show it in use.

"""


def page() -> str:
    """Both schemas."""
    parts = [
        f"## hanse-{which}/1\n\n```json\n{json.dumps(wire.schema(which), ensure_ascii=False, indent=1)}\n```\n"
        for which in ("problem", "plan")
    ]
    return INTRODUCTION + "\n".join(parts)
