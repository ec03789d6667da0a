"""Records of a chain with all that shows them offline: a log is in a receipt, a receipt in its block's receipts (a
Merkle-Patricia proof), a block's header is named by the next header, and the last by a hash that the reader knows.

Nobody needs to be asked and nobody believed but for that hash: it comes from any node, or from a paper.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import rlp  # type: ignore[import-untyped]
from eth_utils.address import to_checksum_address

from hanse.errors import EvidenceError, InputError
from hanse.ledger.chain import Log
from hanse.model.keccak import keccak

FORMAT = "hanse-proof/1"

MOST_HEADERS, MOST_RECEIPTS, MOST_NODES = 20_000, 5_000, 64
"""So much is read of a file from a stranger; nodes: of one path."""

_PARENT, _RECEIPTS, _NUMBER, _TIME = 0, 5, 8, 11
"""Where a header names these (Yellow Paper, 4.3)."""

_FAILED = b""
"""The status of a transaction that reverted; one that did not has 1."""


@dataclass(frozen=True, slots=True)
class Record:
    """A log that was shown. name: `block/transaction/log`, counted in each other; time: of its block."""

    name: str
    time: int
    log: Log


@dataclass(frozen=True, slots=True)
class Header:
    """hash: of the block; raw: what it is the hash of."""

    hash: str
    raw: bytes
    parent: str
    receipts: bytes
    number: int
    time: int

    @classmethod
    def of(cls, raw: bytes) -> Header:
        """Raises EvidenceError if this is no header."""
        try:
            fields = rlp.decode(raw)
            parent, receipts = bytes(fields[_PARENT]), bytes(fields[_RECEIPTS])
            number, time = int.from_bytes(fields[_NUMBER]), int.from_bytes(fields[_TIME])
            if (len(parent), len(receipts)) != (32, 32):
                raise ValueError
        except (rlp.exceptions.RLPException, ValueError, IndexError, TypeError):
            raise EvidenceError("this is no header of a block", where="headers") from None
        return cls("0x" + keccak(raw).hex(), raw, "0x" + parent.hex(), receipts, number, time)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a proof shows to whoever knows some hashes. records: in chain order; unknown: blocks that no known hash
    leads to, whose records are not among them; head: number and hash of the newest block shown."""

    records: tuple[Record, ...]
    unknown: tuple[int, ...]
    head: tuple[int, str]


def verify(proof: Mapping[str, Any], known: Collection[str]) -> Shown:
    """What a proof shows. known: hashes of blocks of the right chain. Raises InputError if it is no proof,
    EvidenceError if a part of it is not what it says, or no block of it is known."""
    headers = _headers(proof)
    trusted = _reached(headers, {one.lower() for one in known})
    if not trusted:
        newest = max(headers.values(), key=lambda one: one.number)
        raise EvidenceError(
            "no block of this file is known to you",
            where=f"block {newest.number}, {newest.hash}",
            hint="compare this hash with the one that any node gives for the block, then pass it as --known",
        )
    records: list[Record] = []
    unknown: set[int] = set()
    for one in _list(proof, "receipts", MOST_RECEIPTS):
        header, index, logs = _receipt(one, headers)
        if header.number in trusted:
            records += [Record(f"{header.number}/{index}/{at}", header.time, log) for at, log in enumerate(logs)]
        else:
            unknown.add(header.number)
    last = headers[max(trusted)]
    records.sort(key=lambda one: (one.log.block, int(one.name.split("/")[1]), one.log.index))
    return Shown(tuple(records), tuple(sorted(unknown)), (last.number, last.hash))


def proof(headers: Iterable[bytes], receipts: Iterable[tuple[int, int, Iterable[bytes]]]) -> dict[str, Any]:
    """The document. receipts: block, index of the transaction in it, and the nodes from the root to it."""
    return {
        "format": FORMAT,
        "headers": ["0x" + raw.hex() for raw in headers],
        "receipts": [
            {"block": block, "index": index, "path": ["0x" + node.hex() for node in nodes]}
            for block, index, nodes in receipts
        ],
    }


def path_to(receipts: list[bytes], index: int) -> list[bytes]:
    """The nodes from the root over all receipts of a block to one of them."""
    from trie.hexary import HexaryTrie

    tree = HexaryTrie({})
    for at, one in enumerate(receipts):
        tree[rlp.encode(at)] = one
    return [rlp.encode(node) for node in tree.get_proof(rlp.encode(index))]  # type: ignore[no-untyped-call]


def _headers(proof: Mapping[str, Any]) -> dict[int, Header]:
    if not isinstance(proof, Mapping) or proof.get("format") != FORMAT:
        raise InputError("this is no proof", where="proof", hint=f"a file with the format {FORMAT}")
    found: dict[int, Header] = {}
    for text in _list(proof, "headers", MOST_HEADERS):
        header = Header.of(_bytes(text, "headers"))
        if found.setdefault(header.number, header) != header:
            raise EvidenceError("two headers of one block", where=f"block {header.number}")
    if not found:
        raise InputError("a proof has headers", where="headers")
    return found


def _reached(headers: Mapping[int, Header], known: Collection[str]) -> set[int]:
    """Blocks whose hash is known, and those before them by name."""
    reached: set[int] = set()
    expected = ""
    for number in sorted(headers, reverse=True):
        header = headers[number]
        if header.hash in known or (header.hash == expected and number + 1 in reached):
            reached.add(number)
            expected = header.parent
        else:
            expected = ""
    return reached


def _receipt(said: Any, headers: Mapping[int, Header]) -> tuple[Header, int, list[Log]]:
    from trie.exceptions import BadTrieProof, InvalidNibbles, InvalidNode, ValidationError
    from trie.hexary import HexaryTrie

    if not isinstance(said, Mapping) or type(said.get("block")) is not int or type(said.get("index")) is not int:
        raise InputError("a receipt names its block and its index", where="receipts")
    number, index = said["block"], said["index"]
    where = f"block {number}, transaction {index}"
    header = headers.get(number)
    if header is None or index < 0:
        raise EvidenceError("a receipt of a block that is not here", where=where)
    nodes = [_bytes(one, where) for one in _list(said, "path", MOST_NODES)]
    try:
        path = [rlp.decode(one) for one in nodes]
        raw = HexaryTrie.get_from_proof(header.receipts, rlp.encode(index), path)  # type: ignore[no-untyped-call]
        status, _, _, logs = rlp.decode(raw if raw[:1] >= b"\xc0" else raw[1:])
        found = [_log(one, number, at) for at, one in enumerate(logs)]
    except (
        BadTrieProof,
        InvalidNode,
        InvalidNibbles,
        ValidationError,
        rlp.exceptions.RLPException,
        ValueError,
        TypeError,
        IndexError,
        KeyError,
    ):
        raise EvidenceError("the receipt is not in its block", where=where) from None
    if status == _FAILED:
        raise EvidenceError("this transaction changed nothing", where=where)
    return header, index, found


def _log(said: Any, block: int, at: int) -> Log:
    address, topics, data = said
    return Log(to_checksum_address("0x" + bytes(address).hex()), tuple(map(bytes, topics)), bytes(data), block, at, "")


def _list(said: Mapping[str, Any], name: str, most: int) -> list[Any]:
    found = said.get(name)
    if not isinstance(found, list) or len(found) > most:
        raise InputError(f"{name} is a list of at most {most:,}", where=name)
    return found


def _bytes(text: Any, where: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except (AttributeError, ValueError):
        raise InputError("bytes are 0x and hexadecimal digits", where=where) from None
