"""`Identities`: whose key speaks for whom, as typed actions and reads like `League`.

What the contract does, and why, is in docs/identity.md. Whoever decides about an identity sends: itself, or the key it
was given to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from hanse.errors import InputError
from hanse.ledger.founding import NOBODY
from hanse.ledger.league import NOTHING, League, Sent, hash_bytes, hash_text
from hanse.model.keccak import keccak

DOMAIN_NAME, DOMAIN_VERSION = "Hanse identities", "1"
"""Of signed changes (EIP-712)."""

READINGS = "hanse/readings"
"""Kind of a delegate that seals readings of all machines of a member."""

AUTHENTICATES, ASSERTS = "sigAuth", "veriKey"
"""Kinds of delegates of did:ethr: may show that it is the identity; may sign statements of it."""

LONGEST = 3650 * 86_400
"""Seconds; no delegate and no mandate lasts longer."""


def holder(seats: Iterable[str | None], has: Callable[[str], bool]) -> str | None:
    """The identity whose office a key uses, as `Offices.sol` decides: its own before the one whose seat it took; None
    if neither `has` the office. seats: of the key, in that order; nothing or the zero address for none."""
    return next((one for one in seats if one not in (None, NOBODY) and has(one)), None)


def kind_word(kind: str) -> bytes:
    """The 32 bytes of a kind of delegate: its text, as ERC-1056 has it. Raises InputError above 32 bytes."""
    word = kind.encode()
    if not 0 < len(word) <= 32:
        raise InputError("a kind of delegate has 1 to 32 bytes", where=kind[:80])
    return word.ljust(32, b"\0")


def kind_text(word: bytes) -> str:
    """The text of a kind; `0x…` where it is none."""
    text = word.rstrip(b"\0")
    return text.decode() if text and text.isascii() and text.decode().isprintable() else hash_text(word)


def readings_of(machine: str) -> str:
    """Kind of a delegate that seals readings of one machine only, however long its name."""
    return f"{READINGS}/{keccak(machine.encode()).hex()[:16]}"  # 31 bytes


def is_readings(kind: str) -> bool:
    """Whether a delegate of this kind seals readings, of all machines or of one."""
    return kind == READINGS or kind.startswith(f"{READINGS}/")


def kinds_of(kind: str, machines: Sequence[str]) -> list[str]:
    """Kinds of a delegate of this kind for these machines, each once; for none of them, the kind itself."""
    return list(dict.fromkeys(map(readings_of, machines))) or [kind]


@dataclass(frozen=True, slots=True)
class Mandate:
    """What a clerk may commit an identity to: cents of one deal and of a period of seconds, before a time. All zero
    for nothing."""

    per_deal: int
    per_period: int
    period: int
    valid_to: int


@dataclass(frozen=True, slots=True)
class Used:
    """Cents of a mandate's present period, and when that began (0: never)."""

    spent: int
    since: int


@dataclass(frozen=True, slots=True)
class Guard:
    """How guardians decide: so many, after so many seconds. candidate: who is to be the owner from `ready_at` on; the
    zero address for nobody. round: grows whenever what was said before became void."""

    threshold: int
    delay: int
    round: int
    candidate: str
    ready_at: int


NO_MANDATE = Mandate(0, 0, 0, 0)


class Identities:
    """The identities of one league. Every action takes the `key` of its intention and the role whose account sends."""

    def __init__(self, league: League) -> None:
        self._league = league

    @property
    def address(self) -> str:
        """Of the contract."""
        return self._league.addresses.identities

    # Owners and delegates.

    def change_owner(self, role: str, identity: str, owner: str, *, key: str) -> Sent:
        """Gives an identity to another key. What this one signed is worth nothing from then on."""
        return self._send(role, "changeOwner", identity, owner, key=key)

    def sit(self, role: str, identity: str, *, key: str) -> Sent:
        """A role's key acts for an identity of its own wherever that holds an office; for itself, to end that."""
        return self._send(role, "sit", identity, key=key)

    def add_delegate(self, role: str, identity: str, kind: str, delegate: str, seconds: int, *, key: str) -> Sent:
        """Makes a delegate, for so many seconds from its block on."""
        return self._send(role, "addDelegate", identity, kind_word(kind), delegate, seconds, key=key)

    def revoke_delegate(self, role: str, identity: str, kind: str, delegate: str, *, key: str) -> Sent:
        """Ends a delegate at once."""
        return self._send(role, "revokeDelegate", identity, kind_word(kind), delegate, key=key)

    def nonce(self, identity: str) -> int:
        """The number that the next signed change of an identity carries."""
        return int(self._read("nonces", identity))

    def bring(self, role: str, function: str, words: Sequence[Any], *, key: str) -> Sent:
        """Sends a change that the owner has signed; see `identity.paper`."""
        return self._send(role, function, *words, key=key)

    # Clerks.

    def mandate(self, role: str, identity: str, clerk: str, mandate: Mandate, *, key: str) -> Sent:
        """Lets a clerk sign agreements for an identity, instead of what it could before; `NO_MANDATE` ends it."""
        venue = self._league.addresses.agreements
        return self._send(role, "mandate", identity, clerk, venue, astuple(mandate), key=key)

    # Guardians.

    def guard(
        self, role: str, identity: str, guardians: Sequence[str], threshold: int, delay: int, *, key: str
    ) -> Sent:
        """Says who guards an identity; nobody ends it. What was begun is void."""
        ordered = tuple(sorted(guardians, key=lambda one: int(one, 16)))
        return self._send(role, "guard", identity, ordered, threshold, delay, key=key)

    def support(self, role: str, identity: str, guardian: str, candidate: str, *, key: str) -> Sent:
        """A guardian wants `candidate` to be the owner."""
        return self._send(role, "support", identity, guardian, candidate, key=key)

    def cancel_recovery(self, role: str, identity: str, *, key: str) -> Sent:
        """The owner objects."""
        return self._send(role, "cancelRecovery", identity, key=key)

    def recover(self, role: str, identity: str, *, key: str) -> Sent:
        """Anyone makes the change that enough guardians agreed on."""
        return self._send(role, "recover", identity, key=key)

    # Credentials.

    def revoke_credential(
        self, role: str, issuer: str, digest: str, subject: str, reason: str = NOTHING, *, key: str
    ) -> Sent:
        """An issuer takes a credential back. reason: content hash."""
        words = (issuer, hash_bytes(digest), subject, hash_bytes(reason))
        return self._send(role, "revokeCredential", *words, key=key)

    # Reading.

    def owner(self, identity: str) -> str:
        """Who decides about an identity."""
        return str(self._read("identityOwner", identity))

    def seats(self, key: str) -> tuple[str, str]:
        """For whom a key acts in offices: itself, unless it gave its identity up, and whose seat it took. The zero
        address for nobody."""
        own, other = self._read("seatsOf", key)
        return str(own), str(other)

    def is_delegate(self, identity: str, kind: str, delegate: str) -> bool:
        """Whether it acts for the identity now, by the clock of the chain."""
        return bool(self._read("validDelegate", identity, kind_word(kind), delegate))

    def mandate_of(self, identity: str, clerk: str) -> tuple[Mandate, Used]:
        """What a clerk may sign, and how much of it is used."""
        terms, used = self._read("mandateOf", identity, clerk, self._league.addresses.agreements)
        return Mandate(*terms), Used(*used)

    def guardians(self, identity: str) -> tuple[tuple[str, ...], Guard]:
        """Who guards an identity, and where a recovery stands."""
        return tuple(self._read("guardiansOf", identity)), Guard(*self._read("guardOf", identity))

    def revoked_in(self, issuer: str, digest: str) -> int:
        """The block in which an issuer took a credential back, 0 for never."""
        return int(self._read("revokedIn", issuer, hash_bytes(digest)))

    def _send(self, role: str, function: str, *words: Any, key: str) -> Sent:
        return self._league.send(key, role, "Identities", function, *words)

    def _read(self, function: str, *words: Any) -> Any:
        return self._league.read("Identities", function, *words)
