"""JSON-RPC to a chain on this machine: one kept connection a thread, and nothing that the standard library lacks.

What web3.py's provider does for any address on earth (proxies, encryption, redirects) costs it a millisecond a question
and half a second to load. Hanse's own chain is asked some thousand questions a voyage and needs none of it.
"""

from __future__ import annotations

import json
import socket
import threading
import weakref
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from typing import Any

JSON = {"Content-Type": "application/json"}


class LocalProvider:
    """Asks the chain at `host` and `port`; threads may share it. Raises OSError if there is no whole answer, ValueError
    if it is not JSON. connect, answer: seconds."""

    def __init__(self, host: str, port: int, connect: float, answer: float) -> None:
        self._at, self._connect, self._answer = (host, port), connect, answer
        self._kept, self._open = threading.local(), set[HTTPConnection]()
        self.close = weakref.finalize(self, _hang_up, self._open)
        """Closes the connections of all threads; so does forgetting the provider."""

    def make_request(self, method: str, params: Any) -> Any:
        """The response to one question."""
        return self._post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})

    def make_batch_request(self, questions: Sequence[tuple[str, Any]]) -> list[Any]:
        """The responses to many, in their order."""
        asked = [{"jsonrpc": "2.0", "id": i, "method": m, "params": p} for i, (m, p) in enumerate(questions)]
        return sorted(self._post(asked), key=lambda response: int(response["id"]))

    def _post(self, body: Any) -> Any:
        connection = self._connection()
        try:
            connection.request("POST", "/", json.dumps(body), JSON)
            answer = connection.getresponse().read()
        except BaseException as failure:
            self._hang_up(connection)  # half a conversation must not be heard by the next question
            if isinstance(failure, HTTPException) and not isinstance(failure, OSError):
                raise ConnectionError("the answer broke off") from failure
            raise
        return json.loads(answer)

    def _connection(self) -> HTTPConnection:
        """The thread's own, made anew if the chain has closed it."""
        kept: HTTPConnection | None = getattr(self._kept, "connection", None)
        if kept is not None:
            if kept.sock is not None and _silent(kept.sock):
                kept.sock.settimeout(self._answer)
                return kept
            self._hang_up(kept)
        made = HTTPConnection(*self._at, timeout=self._connect)
        made.connect()
        made.sock.settimeout(self._answer)
        self._kept.connection = made
        self._open.add(made)
        return made

    def _hang_up(self, connection: HTTPConnection) -> None:
        self._kept.connection = None
        self._open.discard(connection)
        connection.close()


def _silent(sock: socket.socket) -> bool:
    """Whether there is nothing to read: nothing was asked, so all that could be read is the connection's end."""
    sock.settimeout(0)
    try:
        sock.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def _hang_up(connections: set[HTTPConnection]) -> None:
    while connections:
        connections.pop().close()
