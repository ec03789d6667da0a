"""Nodes that are not there, are something else, or answer strangely."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from hanse.errors import ChainFault, InputError
from hanse.ledger import anvil
from hanse.ledger.bundles import bundles
from hanse.ledger.chain import Call, NonceUsed, Reverted, Unreachable
from hanse.ledger.contracts import contract, explain
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.nodes import is_near, public_name
from hanse.ledger.rpc import RpcChain
from tests.ledger.conftest import RICH_KEY

SECRET = "a1b2c3accesskey"


@contextmanager
def node(*answers: bytes) -> Iterator[str]:
    """A server that gives these answers in turn, the last one for ever; yields its address with a secret in it."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://user:{SECRET}@127.0.0.1:{server.server_port}/v3/{SECRET}?key={SECRET}"
    finally:
        server.shutdown()
        server.server_close()


def result(value: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "result": value}).encode()


def error(code: int, message: str, data: Any = None) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": message, "data": data}}).encode()


def test_a_node_answers_by_its_address() -> None:
    with node(result("0x107b")) as url:
        assert RpcChain(url).chain_id() == 4219


def test_nobody_at_the_address_is_said_without_the_secrets_in_it() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(Unreachable) as caught:
        RpcChain(f"http://user:{SECRET}@127.0.0.1:{port}/{SECRET}").chain_id()
    assert f"http://127.0.0.1:{port}" in str(caught.value)
    assert SECRET not in str(caught.value) + repr(caught.value.__cause__)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("answer", [b"<html>hello</html>", b"[]", b"{}", b"7", b""])
def test_something_that_is_no_node_is_recognised(answer: bytes) -> None:
    with node(answer) as url, pytest.raises(ChainFault) as caught:
        RpcChain(url).chain_id()
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("value", [None, "zz", 12, [], {}])
def test_an_answer_of_the_wrong_form_is_a_fault_of_the_chain(value: Any) -> None:
    with node(result(value)) as url, pytest.raises(ChainFault):
        RpcChain(url).chain_id()


@pytest.mark.parametrize("url", ["", "localhost:8545", "ws://localhost", "file:///etc/passwd", "http://"])
def test_an_address_that_is_not_http_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        RpcChain(url)


def test_only_scheme_host_and_port_of_an_address_are_shown() -> None:
    assert public_name(f"https://u:{SECRET}@node.example:8545/{SECRET}?k={SECRET}") == "https://node.example:8545"
    assert SECRET not in repr(RpcChain(f"https://node.example/{SECRET}"))


def test_a_transaction_the_node_already_has_is_no_error_but_a_used_nonce_is() -> None:
    known = ("already known", "transaction already imported", "Known transaction", "AlreadyKnown")
    with node(*(error(-32000, words) for words in known), error(-32000, "nonce too low")) as url:
        chain = RpcChain(url)
        for _ in known:
            chain.send_raw(b"\x02")
        with pytest.raises(NonceUsed):
            chain.send_raw(b"\x02")


REFUSAL = contract("OrderBook").encode("place", 1, 1, bytes(32), 0, 0)  # any bytes will do
NOT_OPEN = "0x" + next(
    (selector + bytes(31) + b"\x05" + bytes(31) + b"\x02").hex()
    for selector in [__import__("eth_hash.auto", fromlist=["keccak"]).keccak(b"NotOpen(uint256,uint8)")[:4]]
)


@pytest.mark.parametrize("data", [NOT_OPEN, {"data": NOT_OPEN}, {"originalError": 1, "data": {"data": NOT_OPEN}}])
def test_a_contracts_reason_is_found_wherever_a_node_puts_it(data: Any) -> None:
    call = Call("0x" + "11" * 20, None, b"")
    with node(error(3, "execution reverted", data)) as url, pytest.raises(Reverted) as caught:
        RpcChain(url).estimate(call)
    assert caught.value.message == "the contract refused: not open (NotOpen): order 5, status 2"


def test_reasons_of_solidity_itself_are_put_in_words() -> None:
    text = "08c379a0" + (32).to_bytes(32).hex() + (2).to_bytes(32).hex() + b"no".ljust(32, b"\0").hex()
    assert explain(bytes.fromhex(text)) == "the contract refused: no"
    assert "too large" in explain(bytes.fromhex("4e487b71") + (0x11).to_bytes(32))
    assert "without giving a reason" in explain(b"")
    assert "unknown reason (0x01020304" in explain(b"\1\2\3\4\5")
    assert "not open" in explain(bytes.fromhex(NOT_OPEN[2:10]))  # arguments cut off


def test_a_node_without_fee_market_is_asked_for_its_price() -> None:
    block = {"number": "0x1", "hash": "0x" + "00" * 32, "timestamp": "0x0"}
    with node(result(block)) as url:
        assert RpcChain(url).base_fee() is None
    with node(error(-32601, "the method does not exist"), result("0x5"), result(block)) as url:
        assert RpcChain(url).tip() == 5


def test_a_real_chain_tells_of_blocks_it_has_and_has_not(chain: EmbeddedChain) -> None:
    first = chain.block(0)
    assert first is not None
    assert (first.number, first.base_fee, chain.height()) == (0, 0, 0)
    assert chain.block(1) is None
    assert chain.receipt("0x" + "00" * 32) is None
    assert chain.code("0x" + "11" * 20) == b""
    assert chain.logs(("0x" + "11" * 20,), 0, 0) == ()


# --- many questions at once -------------------------------------------------------------------------------------


def test_many_questions_have_the_answers_of_each(foreign_chain: str) -> None:
    one_by_one, together = RpcChain(foreign_chain), RpcChain(foreign_chain)
    one_by_one._takes_bundles = False
    rich = Account.from_key(RICH_KEY)
    fields = {"chainId": 31337, "gas": 21_000, "to": rich.address, "value": 1, "data": b""}
    fees = {"maxFeePerGas": 10**10, "maxPriorityFeePerGas": 10**9}
    signed = [rich.sign_transaction({**fields, **fees, "nonce": nonce}) for nonce in range(20)]
    raw = [bytes(one.raw_transaction) for one in signed]
    assert together.send_all(raw[:10]) == [None] * 10
    assert one_by_one.send_all(raw[10:]) == [None] * 10
    names = ["0x" + bytes(one.hash).hex() for one in signed]
    while None in together.receipts(names):
        pass
    assert all(isinstance(one, NonceUsed) for one in together.send_all(raw[:2]))
    unknown = "0x" + "77" * 32
    for asked in (names, [unknown, *names], [*names, unknown], names[:3], [unknown], []):
        found = together.receipts(asked)
        assert found == [together.receipt(one) for one in asked] == one_by_one.receipts(asked)
    people = [rich.address, "0x" + "11" * 20]
    assert together.nonces(people) == one_by_one.nonces(people) == [20, 0]
    calls = [
        Call(rich.address, people[1], b"", 1),
        Call(rich.address, None, bytes.fromhex("60006000fd")),  # a constructor that refuses
        Call(rich.address, None, b""),
    ]
    told = together.estimates(calls)
    assert isinstance(told[1], Reverted)
    assert told[0] == one_by_one.estimates(calls)[0] == together.estimate(calls[0])


def test_receipts_of_one_block_are_asked_for_together(tmp_path: Path) -> None:
    words = ["--port", "0", "--accounts", "1", "--no-mining"]
    process = anvil.spawn(anvil.find_anvil(), words, tmp_path / "log")
    try:
        chain = RpcChain(f"http://127.0.0.1:{anvil.wait_for_port(process, tmp_path / 'log', 15)}")
        rich = Account.from_key(RICH_KEY)
        fields = {"chainId": 31337, "gas": 21_000, "to": rich.address, "value": 1, "data": b"", "gasPrice": 10**10}
        signed = [rich.sign_transaction({**fields, "nonce": nonce}) for nonce in range(30)]
        names = ["0x" + bytes(one.hash).hex() for one in signed]
        assert chain.send_all([bytes(one.raw_transaction) for one in signed]) == [None] * 30
        assert chain.receipts(names) == [None] * 30
        chain._ask("evm_mine", [])
        assert chain.receipts(names) == [chain.receipt(one) for one in names]
        assert {one.block for one in chain.receipts(names) if one is not None} == {1}
    finally:
        anvil.stop(process)


def test_a_node_that_takes_no_batches_is_asked_one_by_one_from_then_on() -> None:
    with node(error(-32600, "batches are not allowed"), result("0x1"), result("0x2"), result("0x3")) as url:
        chain = RpcChain(url)
        assert chain.nonces(["0x" + "11" * 20, "0x" + "22" * 20]) == [1, 2]
        assert chain.nonces(["0x" + "11" * 20]) == [3]


def test_an_answer_to_a_batch_with_too_few_or_strange_answers_is_not_believed() -> None:
    some = json.dumps([{"jsonrpc": "2.0", "id": 0, "result": "0x7"}]).encode()
    with node(some, result("0x1"), result("0x2")) as url:
        assert RpcChain(url).nonces(["0x" + "11" * 20, "0x" + "22" * 20]) == [1, 2]
    with node(json.dumps([{"id": 0}, {"id": 1}]).encode()) as url, pytest.raises(ChainFault):
        RpcChain(url).nonces(["0x" + "11" * 20, "0x" + "22" * 20])


def test_nobody_there_is_unreachable_for_many_too() -> None:
    with pytest.raises(Unreachable):
        RpcChain("http://127.0.0.1:9").send_all([b"1", b"2"])


def test_bundles_are_neither_too_many_nor_too_long() -> None:
    short, long = [("m", ["0x1"])] * 450, [("m", ["0x" + "1" * 400_000])] * 5
    assert [len(one) for one in bundles(short)] == [200, 200, 50]
    assert [len(one) for one in bundles(long)] == [2, 2, 1]
    assert list(bundles([])) == []


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://localhost:8545", True), ("http://127.0.0.1:8545/", True), ("http://[::1]:8545", True),
        ("https://localhost:8545", False), ("http://127.0.0.1:8545/key", False), ("http://me:word@127.0.0.1", False),
        ("http://127.0.0.1:8545?key=1", False), ("http://10.0.1.5:8545", False), ("http://node.example", False),
    ],
)  # fmt: skip
def test_only_a_program_on_this_machine_is_asked_without_what_lies_between(url: str, near: bool) -> None:
    assert is_near(url) is near
