"""`Anchors`: an account says once and for ever that a root is its own; and reading that without a ledger."""

from __future__ import annotations

from eth_utils.address import to_checksum_address

from hanse.ledger.chain import Call, Chain
from hanse.ledger.contracts import contract
from hanse.ledger.league import League, Sent
from hanse.model.keccak import keccak

NOTHING = bytes(32)


def topic_of(member: str) -> bytes:
    """What a member's seals of its machines' readings are anchored under."""
    return keccak(b"hanse telemetry/" + member.encode())


class Anchors:
    """The roots of one league's members. Every action takes the `key` of its intention and the role that signs."""

    def __init__(self, league: League) -> None:
        self._league = league

    def anchor(self, role: str, topic: bytes, number: int, root: bytes, *, key: str) -> Sent:
        """Says that `root` is the role's, as number `number` of a topic. There is no taking back."""
        return self._league.send(key, role, "Anchors", "anchor", topic, number, root)

    def root(self, account: str, topic: bytes, number: int) -> bytes:
        """What an account anchored, zeros for nothing."""
        return bytes(self._league.read("Anchors", "rootOf", account, topic, number))


def anchored(chain: Chain, league: str, account: str, topic: bytes, numbers: range) -> dict[int, bytes]:
    """What an account anchored in the league whose address book is at `league`, by number. Raises ChainFault."""
    book, at, who = contract("League"), to_checksum_address(league), to_checksum_address(account)
    anchors = str(book.decode("anchors", chain.call(Call(who, at, book.encode("anchors")))))
    code, found = contract("Anchors"), {}
    for number in numbers:
        answer = chain.call(Call(who, anchors, code.encode("rootOf", who, topic, number)))
        root = bytes(code.decode("rootOf", answer))
        if root != NOTHING:
            found[number] = root
    return found
