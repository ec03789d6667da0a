"""Several nodes of one chain: silent ones, ones that stay behind, one of another chain; and patience with a single
one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from hanse.errors import ChainFault, InputError
from hanse.ledger.chain import NonceUsed, Underpriced, Unreachable
from hanse.ledger.rpc import RpcChain
from tests.ledger.test_rpc import SECRET, error, node

GENESIS, OTHER = "0x" + "11" * 32, "0x" + "22" * 32


class FakeNode:
    """Tells a height and a first block, and can be silent; an HTTP server, as real ones are."""

    def __init__(self, height: int, first: str = GENESIS) -> None:
        self.height, self.first, self.silent, self.asked = height, first, False, 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked += 1
                body = json.dumps({"jsonrpc": "2.0", "id": 1, "result": outer.answer(asked["method"])}).encode()
                self.send_response(503 if outer.silent else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://user:{SECRET}@127.0.0.1:{self.server.server_port}/{SECRET}"

    def answer(self, method: str) -> Any:
        first = {"number": "0x0", "hash": self.first, "timestamp": "0x0"}
        return {"eth_blockNumber": hex(self.height), "eth_chainId": "0x7", "eth_getBlockByNumber": first}[method]


@pytest.fixture
def pair() -> Iterator[tuple[FakeNode, FakeNode]]:
    with two() as made:
        yield made


@contextmanager
def two(first: str = GENESIS) -> Iterator[tuple[FakeNode, FakeNode]]:
    made = FakeNode(10), FakeNode(10, first)
    try:
        yield made
    finally:
        for one in made:
            one.server.shutdown()
            one.server.server_close()


def chain_of(*nodes: FakeNode, **more: Any) -> RpcChain:
    return RpcChain(",".join(one.url for one in nodes), **more)


def test_one_node_is_asked_as_long_as_it_answers(pair: tuple[FakeNode, FakeNode]) -> None:
    chain = chain_of(*pair)
    assert [chain.height() for _ in range(5)] == [10] * 5
    assert pair[1].asked == 0


def test_when_it_is_silent_the_next_one_is_asked(pair: tuple[FakeNode, FakeNode]) -> None:
    chain = chain_of(*pair)
    chain.height()
    name = chain.name
    pair[0].silent = True
    assert chain.height() == 10
    assert chain.name != name
    pair[0].silent, pair[1].silent = False, True
    assert chain.height() == 10
    pair[0].silent = True
    with pytest.raises(Unreachable) as caught:
        chain.height()
    assert SECRET not in str(caught.value)


def test_a_node_with_fewer_blocks_than_it_had_is_left_for_one_that_has_them(pair: tuple[FakeNode, FakeNode]) -> None:
    chain = chain_of(*pair)
    pair[0].height = 12
    assert chain.height() == 12
    pair[0].height, pair[1].height = 3, 12
    assert chain.height() == 12
    pair[1].height = 13
    assert chain.height() == 13


def test_a_node_that_stands_still_is_left_for_one_that_goes_on(
    pair: tuple[FakeNode, FakeNode], monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = chain_of(*pair)
    chain.height()
    pair[1].height = 15
    assert chain.height() == 10
    monkeypatch.setattr("hanse.ledger.nodes.COMPARE_SECONDS", 0.0)
    assert chain.height() == 15
    pair[1].height = 16
    assert chain.height() == 16


def test_a_node_of_another_chain_is_refused() -> None:
    with two(OTHER) as pair:
        chain = chain_of(*pair)
        chain.height()
        pair[0].silent = True
        with pytest.raises(ChainFault, match="of another chain") as caught:
            chain.height()
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("urls", ["http://a,", "http://a,ws://b", ",http://a", "http://a, ftp://b"])
def test_each_of_several_addresses_is_checked(urls: str) -> None:
    with pytest.raises(InputError, match="starts with http"):
        RpcChain(urls)


def test_a_chain_that_has_answered_before_is_waited_for_and_that_is_said(
    pair: tuple[FakeNode, FakeNode], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanse.ledger.rpc.SAY_SECONDS", 0.05)
    said: list[str] = []
    chain = chain_of(pair[0], patience=30.0, say=said.append)
    chain.height()
    pair[0].silent = True
    threading.Timer(0.6, setattr, (pair[0], "silent", False)).start()
    assert chain.height() == 10
    assert [bool(words) for words in said] == [True, False]
    assert "does not answer" in said[0]
    assert SECRET not in said[0]


@pytest.mark.parametrize(("met", "patience"), [(False, 30.0), (True, 0.2)])
def test_patience_is_for_chains_that_were_there_and_has_an_end(
    pair: tuple[FakeNode, FakeNode], met: bool, patience: float
) -> None:
    chain = chain_of(pair[0], patience=patience)
    if met:
        chain.height()
    pair[0].silent = True
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        chain.height()
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("transaction underpriced: gas tip cap 0", Underpriced),
        ("max fee per gas less than block base fee", Underpriced),
        ("Gas price below configured minimum gas price", Underpriced),
        ("replacement transaction underpriced", NonceUsed),
        ("Replacement transaction underpriced", NonceUsed),
    ],
)
def test_what_nodes_say_of_fees_is_understood(words: str, kind: type[ChainFault]) -> None:
    with node(error(-32000, words)) as url, pytest.raises(kind):
        RpcChain(url).send_raw(b"\x02")


def test_a_refusal_is_no_silence(pair: tuple[FakeNode, FakeNode]) -> None:
    """What one node refuses is not put to the next."""
    asked: list[Callable[[], int]] = []
    with node(error(-32000, "I will not")) as url:
        chain = RpcChain(f"{url},{pair[0].url}")
        with pytest.raises(ChainFault, match="I will not"):
            chain.height()
    assert pair[0].asked == len(asked) == 0
