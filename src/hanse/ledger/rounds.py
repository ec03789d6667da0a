"""`Rounds`: the competition of solvers as typed actions and reads, like `League`, over whose outbox everything goes.

Amounts are cents of the league's token unless they are named otherwise; times are seconds since 1970 by the clock of
the chain. What the contract does, and why, is in docs/rounds.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from eth_abi.abi import encode

from hanse.clock import Clock
from hanse.errors import InputError
from hanse.ledger.chain import Chain
from hanse.ledger.league import COORDINATOR, League, Sent, hash_bytes, hash_text
from hanse.model.keccak import keccak

ClaimStatus = Literal["sealed", "standing", "struck", "dismissed", "accepted", "skipped"]
CLAIM_STATUSES: tuple[ClaimStatus, ...] = get_args(ClaimStatus)
"""In the order of the contract's enum."""

MOST_DEMANDS = 4096
"""A round has at most so many."""

WORD = 32
"""Bytes in a word of the bitmap of covered demands."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a sponsor offers, and for what; field by field the contract's struct.

    problem, targets: Merkle roots. document: content hash, where both can be fetched. baseline, target: sums over all
    demands, in the problem's money, target below baseline. least: a claim improves by at least this, and by one. pot:
    what all rewards together can reach, 1 to 2^96 - 1. bond: what a commitment locks, 2 to 2^96 - 1. The three windows
    follow each other; at most 30 days each, only the last may be 0. demands: 1 to 4096. most: claims, 1 to 64.
    """

    problem: str
    targets: str
    document: str
    baseline: int
    target: int
    pot: int
    bond: int
    commit_seconds: int
    reveal_seconds: int
    challenge_seconds: int
    demands: int
    most: int = 64
    least: int = 1
    first_wins: bool = False

    def words(self) -> tuple[Any, ...]:
        """The contract's struct."""
        hashes = (hash_bytes(one) for one in (self.problem, self.targets, self.document))
        windows = (self.commit_seconds, self.reveal_seconds, self.challenge_seconds)
        return (
            *hashes, self.baseline, self.target, self.least, self.pot, self.bond, *windows, self.demands, self.most,
            self.first_wins,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RoundState:
    """A round as the contract keeps it. judge: whose verdicts it believes, for all its time; accepted: numbers of the
    accepted claims; paid: their rewards so far."""

    commit_end: int
    bond: int
    claims: int
    most: int
    least: int
    demands: int
    first_wins: bool
    judge: str
    reveal_end: int
    challenge_end: int
    finalised: bool
    sponsor: str
    pot: int
    paid: int
    accepted: tuple[int, ...]
    baseline: int
    target: int


@dataclass(frozen=True, slots=True)
class ClaimState:
    """A claim as the contract keeps it. digest: the seal, once revealed the hash of the claim, once struck zeros; the
    rest is empty before it is revealed. solver: who revealed it, once struck whoever showed the lie. value, baseline,
    target: in the problem's money, over the demands it covers."""

    digest: str
    solver: str
    improvement: int
    status: ClaimStatus
    value: int
    baseline: int
    target: int


class Rounds:
    """The rounds of one league. Every action takes the `key` of its intention and the role whose account signs."""

    def __init__(self, league: League) -> None:
        self._league = league

    @property
    def address(self) -> str:
        """Of the contract."""
        return self._league.addresses.rounds

    # Stakes.

    def allow_stake(self, owner: str, amount: int, *, key: str) -> Sent:
        """Lets the contract take up to `amount` from a role as its stake; replaces what was allowed before."""
        return self._league.send(key, owner, "LeagueToken", "approve", self.address, amount)

    def deposit_stake(self, owner: str, amount: int, *, key: str) -> Sent:
        """A role puts money down; it must be allowed before."""
        return self._league.send(key, owner, "Rounds", "deposit", amount)

    def withdraw_stake(self, owner: str, amount: int, *, key: str) -> Sent:
        """A role takes free money back."""
        return self._league.send(key, owner, "Rounds", "withdraw", amount)

    def stake(self, address: str) -> int:
        """What an address has put down and not locked."""
        return int(self._league.read("Rounds", "free", address))

    # Rounds.

    def open_round(self, terms: Terms, *, key: str) -> Sent:
        """The coordinator opens a round out of its stake; the event value `round` is its number."""
        return self._league.send(key, COORDINATOR, "Rounds", "open", terms.words())

    def commit_claim(self, solver: str, round_: int, digest: bytes, evidence: str, salt: bytes, *, key: str) -> Sent:
        """A role commits a sealed claim and locks its bond; the event value `index` is the claim's number.

        digest: of the claim. evidence: content hash of the certificate. salt: 32 bytes that nobody can guess; they are
        needed again to reveal, and without them the bond is lost.
        """
        return self._league.send(
            key, solver, "Rounds", "commit", round_, self.seal(round_, solver, digest, evidence, salt)
        )

    def reveal_claim(
        self,
        solver: str,
        round_: int,
        index: int,
        salt: bytes,
        claim: bytes,
        covered: bytes,
        evidence: str,
        *,
        key: str,
    ) -> Sent:
        """A role opens its sealed claim. claim: its 305 bytes; covered: the bitmap of demands, words of 32 bytes."""
        words = (round_, index, salt, claim, covered_words(covered), hash_bytes(evidence))
        return self._league.send(key, solver, "Rounds", "reveal", *words)

    def dismiss_claim(self, round_: int, index: int, reason: str, *, key: str) -> Sent:
        """The coordinator, as the sponsor, takes a claim out whose evidence nobody can fetch. reason: content hash."""
        return self._league.send(key, COORDINATOR, "Rounds", "dismiss", round_, index, hash_bytes(reason))

    def award(self, role: str, round_: int, order: Sequence[int], *, key: str) -> Sent:
        """Any role has the next claims decided: all that stand or the first of them, in `market.award.ranking`."""
        return self._league.send(key, role, "Rounds", "award", round_, tuple(order))

    def finalise(self, role: str, round_: int, *, key: str) -> Sent:
        """Any role has the sponsor paid what is left, once all claims are decided."""
        return self._league.send(key, role, "Rounds", "finalise", round_)

    # Reading.

    def count(self) -> int:
        """Number of the newest round."""
        return int(self._league.read("Rounds", "count"))

    def round_state(self, round_: int) -> RoundState:
        """A round. Raises InputError if there is none."""
        words = list(self._league.read("Rounds", "roundOf", round_))
        if not words[0]:
            raise InputError(f"there is no round {round_}", where="rounds", hint=f"the newest is {self.count()}")
        words[14] = tuple(number for number in range(64) if words[14] >> number & 1)
        return RoundState(*words[:-1])

    def claim_state(self, round_: int, index: int) -> ClaimState:
        """A claim; one that does not exist is sealed under zeros."""
        digest, solver, improvement, status, *sums = self._league.read("Rounds", "claimOf", round_, index)
        return ClaimState(hash_text(digest), solver, improvement, CLAIM_STATUSES[status], *sums)

    def conflicts(self, round_: int, index: int) -> tuple[tuple[int, ...], ...]:
        """The conflicts in which a claim ranks last: for each, the numbers of the others."""
        sets = self._league.read("Rounds", "conflictsOf", round_, index)
        return tuple(tuple(number for number in range(64) if others >> number & 1) for others in sets)

    def seal(self, round_: int, solver: str, digest: bytes, evidence: str, salt: bytes) -> bytes:
        """The seal of a role's claim. Made here, not asked of the contract: a node that is asked would learn the digest
        of the claim before its time."""
        if len(digest) != 32 or len(salt) != 32:
            raise InputError("a digest and a salt have 32 bytes", where="seal")
        types = ("address", "uint256", "uint256", "address", "bytes32", "bytes32", "bytes32")
        chain_id, address = self._league.chain.chain_id(), self._league.address(solver)
        return keccak(encode(types, (self.address, chain_id, round_, address, digest, hash_bytes(evidence), salt)))


def chain_now(chain: Chain, clock: Clock) -> int:
    """The earliest time the next block can have, in seconds since 1970: what a window is to be compared with.

    The later of the newest block's time and the machine's clock. A chain that mines only when there is something to
    mine stands at the time of its last transaction, perhaps hours ago; and a chain may be ahead of this machine, whose
    clock nobody else looks at. Whoever must not be late leaves room: the next block can be mined later than now.
    """
    newest = chain.block(chain.height())
    return max(0 if newest is None else newest.timestamp, int(clock.now()))


def covered_words(covered: bytes) -> tuple[int, ...]:
    """A bitmap of demands as the contract takes it. Raises InputError if its bytes are no whole words."""
    if not covered or len(covered) % WORD:
        raise InputError(f"{len(covered)} bytes are no words of {WORD}", where="covered demands")
    return tuple(int.from_bytes(covered[at : at + WORD], "big") for at in range(0, len(covered), WORD))


def covered_bits(words: Sequence[int]) -> int:
    """The same as one number: bit d is demand d, as `market.award` takes it."""
    return sum(word << (8 * WORD * place) for place, word in enumerate(words))
