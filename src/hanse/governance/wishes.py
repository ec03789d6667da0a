"""From what somebody wants to the calls that do it, one sentence of a small language each:

    set TERM VALUE                      pause CONTRACT                  invite ADDRESS
    grant CONTRACT ROLE ADDRESS         restart CONTRACT                expel ADDRESS
    revoke CONTRACT ROLE ADDRESS        announce BOOK BLOCK soft|hard   pay ADDRESS CENTS
    amend [joining=…] [sharing=…] [quorum=…] [delay=…] [period=…]       share CENTS
    timelock SPAN                       cancel PROPOSAL                 contribute COMMUNITY CENTS
    join COMMUNITY                      leave COMMUNITY                 vote PROPOSAL DIGEST for|against|abstain

Spans and values of terms in seconds are seconds, or end in s, m, h or d; money is cents; a quorum is millionths. What
community a wish is of decides whose treasury, members and rules it means. `wording` reads the calls back, for those who
vote; it looks at the calls alone, not at these sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from eth_utils.address import is_address, to_checksum_address

from hanse.errors import InputError
from hanse.governance.charter import term
from hanse.governance.rules import LONGEST, SUPPORTS, Rules, within
from hanse.ledger.contracts import ROLES, contract, role
from hanse.ledger.council import GOVERNED, Action
from hanse.ledger.league import NOTHING, Addresses, hash_bytes

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
MOST_NUMBER = 2**64 - 1
UPDATE_DELAY = bytes.fromhex("64d62353")
"""updateDelay(uint256) of a TimelockController: the one call of a hand to itself that we write."""


class Wishes:
    """What a community can be asked to do. at: where the league's contracts are; community: its number; hand: what acts
    for it; rules: as they are now."""

    def __init__(self, at: Addresses, community: int, hand: str, rules: Rules) -> None:
        self._at, self._community, self._hand, self._rules = at.by_contract(), community, hand, rules

    def action(self, sentence: str) -> Action:
        """The call that does it. Raises InputError for a sentence that says nothing we can do."""
        verb, *words = sentence.split()[:16] or [""]
        do = _VERBS.get(verb)
        if do is None:
            raise InputError(f'"{verb[:40]}" is nothing to do', where="do", hint=f"one of: {', '.join(_VERBS)}")
        count, build = do
        if count is not None and len(words) != count:
            raise InputError(f'"{verb}" takes {count} words, {len(words)} came', where=sentence[:80])
        return build(self, words)

    def actions(self, sentences: Sequence[str]) -> list[Action]:
        """The calls, in order."""
        return [self.action(one) for one in sentences]

    # Of the league.

    def _set(self, words: Sequence[str]) -> Action:
        one = term(words[0])
        value = span(words[1], one.name) if one.unit == "seconds" else number(words[1], one.name)
        return self._call("Charter", "set", one.number, within(one.name, value, one.least, one.most))

    def _grant(self, words: Sequence[str]) -> Action:
        return self._call(governed(words[0]), "grantRole", right(words[1]), address(words[2]))

    def _revoke(self, words: Sequence[str]) -> Action:
        return self._call(governed(words[0]), "revokeRole", right(words[1]), address(words[2]))

    def _pause(self, words: Sequence[str]) -> Action:
        return self._call(governed(words[0]), "pause")

    def _restart(self, words: Sequence[str]) -> Action:
        return self._call(governed(words[0]), "unpause")

    def _announce(self, words: Sequence[str]) -> Action:
        if words[2] not in ("soft", "hard"):
            raise InputError(f'"{words[2][:20]}" is no kind of switch', where="announce", hint="soft or hard")
        book, block = address(words[0]), number(words[1], "block")
        return self._call("Versions", "announce", book, block, words[2] == "hard", hash_bytes(NOTHING))

    # Of any community.

    def _amend(self, words: Sequence[str]) -> Action:
        changes: dict[str, Any] = {}
        for word in words:
            name, _, value = word.partition("=")
            if name in ("delay", "period"):
                changes[name] = span(value, name)
            elif name == "quorum":
                changes[name] = number(value, name)
            elif name in ("joining", "sharing"):
                changes[name] = value
            else:
                raise InputError(
                    f'"{word[:40]}" is no rule that can change', where="amend",
                    hint="joining=, sharing=, quorum=, delay=, period=",
                )  # fmt: skip
        return self._call("Communities", "amend", self._community, replace(self._rules, **changes).words())

    def _timelock(self, words: Sequence[str]) -> Action:
        seconds = within("timelock", span(words[0], "timelock"), 0, LONGEST)
        return Action(self._hand, UPDATE_DELAY + seconds.to_bytes(32))

    def _invite(self, words: Sequence[str]) -> Action:
        return self._call("Communities", "invite", self._community, address(words[0]))

    def _expel(self, words: Sequence[str]) -> Action:
        return self._call("Communities", "expel", self._community, address(words[0]))

    def _pay(self, words: Sequence[str]) -> Action:
        amount = number(words[1], "amount")
        return self._call("Communities", "pay", self._community, address(words[0]), amount, hash_bytes(NOTHING))

    def _share(self, words: Sequence[str]) -> Action:
        return self._call("Communities", "share", self._community, number(words[0], "amount"))

    def _join(self, words: Sequence[str]) -> Action:
        return self._call("Communities", "join", number(words[0], "community"))

    def _leave(self, words: Sequence[str]) -> Action:
        return self._call("Communities", "leave", number(words[0], "community"))

    def _contribute(self, words: Sequence[str]) -> Action:
        return self._call("Communities", "contribute", number(words[0], "community"), number(words[1], "amount"))

    def _vote(self, words: Sequence[str]) -> Action:
        if words[2] not in SUPPORTS:
            raise InputError(f'"{words[2][:20]}" is no vote', where="vote", hint=f"one of: {', '.join(SUPPORTS)}")
        support = SUPPORTS.index(words[2])
        return self._call("Council", "vote", number(words[0], "proposal"), hash_bytes(words[1]), support)

    def _cancel(self, words: Sequence[str]) -> Action:
        return self._call("Council", "cancel", number(words[0], "proposal"))

    def _call(self, name: str, function: str, *values: object) -> Action:
        return Action(self._at[name], contract(name).encode(function, *values))


_Build = Callable[[Wishes, Sequence[str]], Action]
_VERBS: Mapping[str, tuple[int | None, _Build]] = {
    "set": (2, Wishes._set),
    "grant": (3, Wishes._grant),
    "revoke": (3, Wishes._revoke),
    "pause": (1, Wishes._pause),
    "restart": (1, Wishes._restart),
    "announce": (3, Wishes._announce),
    "amend": (None, Wishes._amend),
    "timelock": (1, Wishes._timelock),
    "invite": (1, Wishes._invite),
    "expel": (1, Wishes._expel),
    "pay": (2, Wishes._pay),
    "share": (1, Wishes._share),
    "join": (1, Wishes._join),
    "leave": (1, Wishes._leave),
    "contribute": (2, Wishes._contribute),
    "vote": (3, Wishes._vote),
    "cancel": (1, Wishes._cancel),
}


def address(word: str) -> str:
    """An address with its checksum. Raises InputError."""
    if not is_address(word):
        raise InputError("an address is 0x and 40 hexadecimal digits", where=word[:80])
    return to_checksum_address(word)


def number(word: str, what: str) -> int:
    """A whole number from 0. Raises InputError."""
    if not (word.isascii() and word.isdigit() and int(word[:20]) <= MOST_NUMBER and len(word) <= 20):
        raise InputError(f'"{word[:40]}" is no whole number', where=what, hint="digits only; money is in cents")
    return int(word)


def span(word: str, what: str) -> int:
    """Seconds: `90`, `90s`, `15m`, `12h`, `3d`. Raises InputError."""
    unit = UNITS.get(word[-1:], 0)
    return number(word[:-1], what) * unit if unit else number(word, what)


def governed(word: str) -> str:
    """A contract that has an admin. Raises InputError."""
    if word not in GOVERNED:
        raise InputError(f'"{word[:40]}" is no contract with an admin', where="contract", hint=", ".join(GOVERNED))
    return word


def right(word: str) -> bytes:
    """A role by its name. Raises InputError."""
    if word == "DEFAULT_ADMIN_ROLE":
        return bytes(32)
    if word not in ROLES:
        raise InputError(f'"{word[:40]}" is no role', where="role", hint=", ".join(ROLES))
    return role(word)
