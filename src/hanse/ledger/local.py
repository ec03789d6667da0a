"""JSON-RPC to a chain on this machine: kept connections, and nothing else.

What web3.py's provider does for any address on earth (proxies, encryption, redirects) costs it a millisecond a question
and half a second to load. Hanse's own chain is asked some thousand questions a voyage and needs none of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from urllib3 import HTTPConnectionPool, Timeout

CONNECTIONS = 8
"""So many are kept, for as many threads that ask at once."""


class LocalProvider:
    """Asks the chain at `host` and `port`; threads may share it. Raises urllib3's HTTPError without a whole answer,
    ValueError if it is not JSON. connect, answer: seconds."""

    def __init__(self, host: str, port: int, connect: float, answer: float) -> None:
        patience = Timeout(connect=connect, read=answer)
        # Repeating is the outbox's business: it knows what is safe to repeat.
        self._pool = HTTPConnectionPool(host, port, maxsize=CONNECTIONS, timeout=patience, retries=False)

    def close(self) -> None:
        """Closes all connections."""
        self._pool.close()

    def make_request(self, method: str, params: Any) -> Any:
        """The response to one question."""
        return self._post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})

    def make_batch_request(self, questions: Sequence[tuple[str, Any]]) -> list[Any]:
        """The responses to many, in their order."""
        asked = [{"jsonrpc": "2.0", "id": i, "method": m, "params": p} for i, (m, p) in enumerate(questions)]
        return sorted(self._post(asked), key=lambda response: int(response["id"]))

    def _post(self, body: Any) -> Any:
        return json.loads(self._pool.request("POST", "/", json=body).data)
