"""Following a league that moves: its register of versions names another address book, from a block on.

*Soft*: the new one is beside the old, which goes on; whoever opens the old one is warned. *Hard*: nothing new is begun
in the old one from that block; what was begun there ends there, and money can always be taken out. The contracts cannot
know of each other, so it is clients that refuse; a hard decision pauses the old contracts as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hanse.errors import ChainFault, HanseError

if TYPE_CHECKING:
    from hanse.ledger.league import League

FOLLOW_SECONDS = 5.0
"""How long an answer of the register is good."""

WAYS_OUT = frozenset((
    "withdraw", "cancel", "refund", "revoke", "retire", "revokeRole", "renounceRole", "pause", "transfer",
    "approve", "reveal", "strike", "conflict", "refute", "dismiss", "award", "finalise", "decline",
    "withdrawSignatures", "start", "deliver", "giveUp", "accept", "dispute", "rule", "appeal", "settle",
    "closeBook", "confirm", "takeBack", "collect", "release", "decide", "expire", "lapse", "leave", "vote",
    "voteBySig", "queue", "execute", "anchor", "giveBack", "open", "report", "settleMany", "fund",
    "changeOwner", "changeOwnerSigned", "revokeDelegate", "revokeDelegateSigned", "revokeAttribute",
    "revokeAttributeSigned", "revokeCredential", "support", "recover", "cancelRecovery",
))  # fmt: skip
"""Functions of contracts that end something, or take something out."""

BEGINNINGS = frozenset((("Rounds", "open"),))
"""Of those names, whose contract means the opposite."""


def ends(name: str, function: str) -> bool:
    """Whether calling this function of a contract ends something, or takes something out."""
    return function in WAYS_OUT and (name, function) not in BEGINNINGS


class LeagueMoved(HanseError):
    """The league goes on elsewhere, and this would begin something in the old one."""

    exit_code = 2


class LeagueHasSuccessor(UserWarning):
    """The league goes on elsewhere as well, or soon."""


@dataclass(frozen=True, slots=True)
class Successor:
    """Where a league goes on. book: address; start: block from which it holds; hard: the old one is left."""

    book: str
    start: int
    hard: bool

    def said(self, height: int) -> str:
        """For people."""
        when = f"since block {self.start}" if self.start <= height else f"from block {self.start} (now {height})"
        if self.hard:
            return f"the league goes on at {self.book}, {when}; nothing is begun here any more then"
        return f"the league goes on at {self.book} too, {when}"

    def refuse(self, name: str, function: str, height: int) -> None:
        """Raises LeagueMoved if calling this function would begin something where the league is no more."""
        if self.hard and height >= self.start and not ends(name, function):
            raise LeagueMoved(
                self.said(height),
                where=function,
                hint=f"another data directory, --league {self.book}; here, end what was begun and take money out",
            )


def successor(league: League) -> Successor | None:
    """What the league's register of versions says, None for nothing."""
    book, start, hard, _ = league.read("Versions", "latest")
    return Successor(book, int(start), bool(hard)) if int(book, 16) else None


class Follower:
    """Looks at the register before something is begun, at most every few seconds."""

    def __init__(self, ask: Callable[[], Successor | None], height: Callable[[], int]) -> None:
        self._ask, self._height = ask, height
        self._until = 0.0
        self._known: Successor | None = None

    def check(self, name: str, function: str) -> None:
        """Raises LeagueMoved. A chain that does not answer changes nothing of what is known."""
        if ends(name, function):
            return
        now = time.monotonic()
        try:
            if now >= self._until:
                self._known, self._until = self._ask(), now + FOLLOW_SECONDS
            if self._known is not None and self._known.hard:
                self._known.refuse(name, function, self._height())
        except ChainFault:
            return
