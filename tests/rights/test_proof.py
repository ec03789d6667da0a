"""Records of a real chain, shown without it; nothing of a proof can be exchanged."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import rlp  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanse.errors import EvidenceError, InputError
from hanse.ledger.rpc import RpcChain
from hanse.ledger.store import open_ledger
from hanse.rights.proof import MOST_HEADERS, Header, path_to, verify
from hanse.rights.trail import prove
from tests.rights.conftest import Delivered


def test_records_are_those_of_the_chain(delivered: Delivered) -> None:
    shown = verify(delivered.passport["proof"], {delivered.known})
    assert not shown.unknown
    assert shown.head[1] == delivered.known
    assert [one.time for one in shown.records] == sorted(one.time for one in shown.records)
    assert len({one.name for one in shown.records}) == len(shown.records)


def test_a_block_that_comes_after_the_known_one_shows_nothing(delivered: Delivered) -> None:
    proof = delivered.passport["proof"]
    headers = [Header.of(bytes.fromhex(one[2:])) for one in proof["headers"]]
    known = headers[len(headers) // 2]
    shown = verify(proof, {known.hash})
    assert shown.unknown
    assert min(shown.unknown) > known.number
    assert all(one.log.block <= known.number for one in shown.records)


def test_a_gap_between_headers_ends_what_is_known(delivered: Delivered) -> None:
    proof = copy.deepcopy(delivered.passport["proof"])
    wanted = {one["block"] for one in proof["receipts"]}
    headers = [Header.of(bytes.fromhex(one[2:])) for one in proof["headers"]]
    gap = next(one for one in reversed(headers) if one.number not in wanted)
    proof["headers"].remove("0x" + gap.raw.hex())
    unknown = verify(proof, {delivered.known}).unknown
    assert unknown == tuple(sorted(one for one in wanted if one < gap.number))
    # Then the hash of each block is needed.
    every = {one.hash for one in headers if one.number in wanted}
    assert not verify(proof, every).unknown


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_changed_byte_anywhere_is_noticed(delivered: Delivered, data: st.DataObject) -> None:
    proof = copy.deepcopy(delivered.passport["proof"])
    if data.draw(st.booleans()):
        lines = proof["headers"]
        at = data.draw(st.integers(0, len(lines) - 1))
    else:
        lines = data.draw(st.sampled_from(proof["receipts"]))["path"]
        at = data.draw(st.integers(0, len(lines) - 1))
    text = lines[at]
    place = data.draw(st.integers(2, len(text) - 1))
    lines[at] = text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]
    try:
        shown = verify(proof, {delivered.known})
    except (EvidenceError, InputError):
        return
    true = verify(delivered.passport["proof"], {delivered.known})
    assert shown.unknown  # a header of before leads nowhere now
    assert set(shown.records) <= set(true.records)


def test_a_receipt_of_another_place_is_refused(delivered: Delivered) -> None:
    changes: list[dict[str, Any]] = [{"index": 1}, {"block": 10**9}, {"index": -1}, {"path": []}]
    for change in changes:
        proof = copy.deepcopy(delivered.passport["proof"])
        proof["receipts"][0].update(change)
        with pytest.raises(EvidenceError):
            verify(proof, {delivered.known})


@pytest.mark.parametrize(
    "proof",
    [
        {},
        {"format": "hanse-proof/1"},
        {"format": "hanse-proof/1", "headers": []},
        {"format": "hanse-proof/1", "headers": [1]},
        {"format": "hanse-proof/1", "headers": ["0x00"]},
        {"format": "hanse-proof/1", "headers": ["0xc0"] * (MOST_HEADERS + 1)},
    ],
)
def test_what_is_no_proof_is_refused_in_words(proof: dict[str, Any]) -> None:
    with pytest.raises((InputError, EvidenceError)):
        verify(proof, {"0x" + "00" * 32})


def test_a_failed_transaction_shows_nothing(delivered: Delivered) -> None:
    """The tree of a block of one transaction that reverted, with a header that names it, and a reader who was led to
    believe that header."""
    receipt = bytes(rlp.encode([b"", b"\1", b"\0" * 256, []]))
    good = Header.of(bytes.fromhex(delivered.passport["proof"]["headers"][0][2:]))
    nodes = path_to([receipt], 0)
    from hanse.model.keccak import keccak

    fields = rlp.decode(good.raw)
    fields[5] = keccak(nodes[0])
    raw = rlp.encode(fields)
    proof = {
        "format": "hanse-proof/1",
        "headers": ["0x" + raw.hex()],
        "receipts": [{"block": good.number, "index": 0, "path": ["0x" + one.hex() for one in nodes]}],
    }
    with pytest.raises(EvidenceError, match="changed nothing"):
        verify(proof, {Header.of(raw).hash})


def test_a_block_of_many_transactions_shows_each(tmp_path: Any) -> None:
    with open_ledger(tmp_path / "league") as ledger:
        chain = ledger.chain
        assert isinstance(chain, RpcChain)
        ledger.chain._ask("evm_setAutomine", [False])  # type: ignore[attr-defined]
        with ledger.outbox.batch():
            sent = [ledger.league.mint(ledger.league.address(f"p{i}"), i + 1, key=f"m{i}") for i in range(20)]
            ledger.chain._ask("evm_mine", [])  # type: ignore[attr-defined]
            ledger.chain._ask("evm_setAutomine", [True])  # type: ignore[attr-defined]
        del sent
        logs = chain.logs((ledger.league.addresses.token,), 0, chain.height())
        places = {(one.block, one.transaction) for one in logs}
        newest = chain.block(max(one.block for one in logs))
        assert newest is not None
        shown = verify(prove(chain, places), {newest.hash})
        assert sorted((one.log.address, one.log.topics, one.log.data) for one in shown.records) == sorted(
            (one.address, one.topics, one.data)
            for one in chain.logs((ledger.league.addresses.token,), 0, chain.height())
        )
