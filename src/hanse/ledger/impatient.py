"""`ImpatientChain`: a chain for whoever cannot wait. An answer comes soon, or not at all for a while."""

from __future__ import annotations

import time
from typing import Any

from hanse.ledger.chain import Unreachable
from hanse.ledger.rpc import RpcChain

ANSWER_SECONDS = 2.0
REST_SECONDS = 5.0
"""A chain that was silent is not asked again for so long: one request waits, the next ones do not."""


class ImpatientChain(RpcChain):
    """As `RpcChain`; local: as there. Raises Unreachable at once while the chain counts as silent."""

    def __init__(self, url: str, *, local: bool) -> None:
        super().__init__(url, answer_seconds=ANSWER_SECONDS, local=local)
        self._silent_until = 0.0

    def _bundle(self, questions: list[tuple[str, list[Any]]]) -> list[Any] | None:  # noqa: ARG002
        return None  # one by one, each as impatiently

    def _ask(self, method: str, params: list[Any]) -> Any:
        if time.monotonic() < self._silent_until:
            raise Unreachable(f"the chain at {self.name} was silent a moment ago", where=method, hint="ask again soon")
        try:
            return super()._ask(method, params)
        except Unreachable:
            self._silent_until = time.monotonic() + REST_SECONDS
            raise
