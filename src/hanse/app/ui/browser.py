"""What only a visitor's browser knows, or its wallet can sign: asked of it, and waited for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nicegui import ui

from hanse.app.ui.texts import Common
from hanse.errors import EnvironmentFault, HanseError

SECONDS = 30.0
"""So long a browser may take to answer: on an old phone, in a train."""

WALLET_SECONDS = 300.0
"""So long somebody may read what a wallet shows."""


async def asked(code: str, *, seconds: float = SECONDS) -> Any:
    """What a piece of JavaScript gives in the browser of the page that the context is in; None if that was closed.

    Raises EnvironmentFault if there is no answer in time."""
    try:
        return await ui.run_javascript(code, timeout=seconds)
    except TimeoutError:
        raise EnvironmentFault(Common.silent, hint=Common.silent_hint) from None


async def signature(typed: Mapping[str, Any], by: str) -> str:
    """Of typed data (EIP-712), by the visitor's wallet. by: address of its account.

    Raises HanseError if the wallet does not sign."""
    code = f"hanse.wallet.typed({json.dumps(typed)}, {json.dumps(by)})"
    told = await asked(code, seconds=WALLET_SECONDS)
    if not isinstance(told, dict):
        raise HanseError(str(told), hint=Common.wallet_hint)
    return str(told["signature"])
