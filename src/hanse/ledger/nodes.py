"""The nodes behind the address of a chain: which one is asked, and when another one is.

One node is asked until it is silent, or until it has not gone on for a while and another one has: answers of two nodes
in turn would contradict each other. Another node is believed only if it has the same chain id and the same first block.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hanse.errors import ChainFault, InputError
from hanse.ledger.bundles import Question
from hanse.ledger.chain import Unreachable

CONNECT_SECONDS = 5.0

COMPARE_SECONDS = 10.0
"""A node that shows no new block for so long is compared with the others."""

BEHIND = 2
"""So many blocks fewer than another one are not just a moment."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node. name: what may be shown of its address; provider: asks it, and raises `failures` without an answer."""

    name: str
    provider: Any
    failures: tuple[type[Exception], ...]

    def ask(self, method: str, params: list[Any]) -> Any:
        """The whole response to one question. Raises Unreachable, ValueError for what is no JSON."""
        try:
            return self.provider.make_request(method, params)
        except self.failures as failure:
            raise self._silent(method, failure) from None  # the original names the whole address, access key included

    def ask_all(self, questions: list[Question]) -> Any:
        """The whole response to a batch of questions, as `ask`; None from a node that answers with no more than an HTTP
        status: it takes no batches."""
        try:
            return self.provider.make_batch_request(questions)
        except self.failures as failure:
            if getattr(failure, "response", None) is not None:
                return None
            raise self._silent(questions[0][0], failure) from None

    def _silent(self, method: str, failure: Exception) -> Unreachable:
        return Unreachable(
            f"the chain at {self.name} does not answer ({_plain(failure)})",
            where=method,
            hint="is the node running, and is the address right?",
        )


class Nodes:
    """Nodes of one chain, of which one is asked. Threads may share them."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes, self._at = tuple(nodes), 0
        self._highest, self._moved = -1, time.monotonic()
        self._chain: tuple[Any, Any] | None = None

    def __len__(self) -> int:
        return len(self._nodes)

    @property
    def name(self) -> str:
        """Of the one that is asked."""
        return self._nodes[self._at].name

    @property
    def provider(self) -> Any:
        """Of the one that is asked."""
        return self._nodes[self._at].provider

    def close(self) -> None:
        """Lets go of kept connections; others end by themselves."""
        for one in self._nodes:
            if hasattr(one.provider, "close"):
                one.provider.close()

    def ask(self, method: str, params: list[Any]) -> Any:
        """The response of the one that is asked."""
        return self._nodes[self._at].ask(method, params)

    def ask_all(self, questions: list[Question]) -> Any:
        """The response of the one that is asked to a batch."""
        return self._nodes[self._at].ask_all(questions)

    def next(self) -> None:
        """From now on the next one is asked that answers for the same chain, if there is any. Raises ChainFault for one
        that is of another chain."""
        for step in range(1, len(self._nodes)):
            at = (self._at + step) % len(self._nodes)
            if self._is_ours(at):
                self._at, self._moved = at, time.monotonic()
                return

    def move_on(self, height: int) -> bool:
        """Whether another node is asked from now on, because this one, which has just told its height, is behind it."""
        now = time.monotonic()
        if height > self._highest:
            self._highest, self._moved = height, now
            self._chain = self._chain or self._identity(self._at)
            return False
        if len(self._nodes) == 1 or (height == self._highest and now - self._moved < COMPARE_SECONDS):
            return False
        self._moved = now
        heights = {at: self._height(at) for at in range(len(self._nodes)) if at != self._at}
        best = max(heights, key=lambda at: heights[at])
        if heights[best] < height + (BEHIND if height >= self._highest else 1) or not self._is_ours(best):
            return False
        self._at = best
        return True

    def _is_ours(self, at: int) -> bool:
        """Whether a node answers; ChainFault if for another chain."""
        found = self._identity(at)
        if found is not None and self._chain is not None and found != self._chain:
            raise ChainFault(
                f"the node at {self._nodes[at].name} is of another chain than the others",
                where="--chain",
                hint="give addresses of nodes of one chain",
            )
        return found is not None

    def _identity(self, at: int) -> tuple[Any, Any] | None:
        """Chain id and hash of the first block; None without an answer."""
        first = self._told(at, "eth_getBlockByNumber", ["0x0", False])
        return (self._told(at, "eth_chainId", []), first.get("hash")) if isinstance(first, dict) else None

    def _height(self, at: int) -> int:
        told = self._told(at, "eth_blockNumber", [])
        try:
            return int(told, 16)
        except (TypeError, ValueError):
            return -1

    def _told(self, at: int, method: str, params: list[Any]) -> Any:
        try:
            answer = self._nodes[at].ask(method, params)
        except (Unreachable, ValueError):
            return None
        return answer.get("result") if isinstance(answer, dict) else None


def check_address(url: str) -> None:
    """Raises InputError unless it is an http(s) address of a node, or several with commas between."""
    for one in url.split(","):
        try:
            parts = urlsplit(one)
            good = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            good = False
        if not good:
            raise InputError(
                "the address of a chain starts with http:// or https:// and names a host",
                where="--chain",
                hint="for example http://localhost:8545, or several nodes with commas between; leave it out to use "
                "Hanse's own chain",
            )


def public_name(url: str) -> str:
    """Scheme, host and port of an address: all of it that may be shown."""
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.scheme}://{parts.hostname}{port}"


def is_near(url: str) -> bool:
    """Whether an address is of a program on this machine, with nothing between: no encryption, key, path or proxy."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        near = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = False
    return near and parts.scheme == "http" and parts.path in ("", "/") and not parts.query and parts.username is None


def provided(url: str, answer_seconds: float, local: bool) -> Node:
    """The node at an address."""
    if local or is_near(url):
        from urllib3.exceptions import HTTPError

        from hanse.ledger.local import LocalProvider

        parts = urlsplit(url)
        kept = LocalProvider(parts.hostname or "", parts.port or 80, CONNECT_SECONDS, answer_seconds)
        return Node(public_name(url), kept, (HTTPError, OSError))
    # Imported here because web3 takes half a second, and only whoever talks to a foreign chain should wait for it.
    from requests.exceptions import RequestException
    from web3.providers.rpc import HTTPProvider

    provider = HTTPProvider(
        url,
        request_kwargs={"timeout": (CONNECT_SECONDS, answer_seconds)},
        exception_retry_configuration=None,  # repeating is the outbox's business: it knows what is safe to repeat
    )
    return Node(public_name(url), provider, (RequestException, OSError))


def _plain(failure: Exception) -> str:
    """The kind of a network failure, without the address that its own text would give away."""
    name = type(failure).__name__
    words = {
        "ConnectTimeout": "no connection in time",
        "ReadTimeout": "no answer in time",
        "ReadTimeoutError": "no answer in time",
        "SSLError": "the encrypted connection failed",
        "JSONDecodeError": "the answer is not JSON",
    }
    if name == "HTTPError":
        return f"HTTP status {getattr(getattr(failure, 'response', None), 'status_code', 'unknown')}"
    return words.get(name, "no connection")
