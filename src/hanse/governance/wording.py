"""What the calls of a proposal do, in words: read from the calls alone, so that nobody votes on a nice description."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hanse.errors import InputError
from hanse.governance import charter
from hanse.governance.charter import TERMS, span
from hanse.governance.rules import SUPPORTS, Rules
from hanse.governance.wishes import UPDATE_DELAY
from hanse.ledger.contracts import ROLES, contract, role
from hanse.ledger.council import Action
from hanse.ledger.league import Addresses

_ROLES = {role(name): name.removesuffix("_ROLE").lower().replace("_", " ") for name in ROLES} | {bytes(32): "admin"}

Name = Callable[[str], str]
"""What people call an address."""


class Wording:
    """Words for the calls of a league. at: its contracts; terms: values of the charter now, if they are known; name:
    what people call an address."""

    def __init__(self, at: Addresses, terms: Sequence[int] | None = None, name: Name = str) -> None:
        self._names = {address.lower(): one for one, address in at.by_contract().items()}
        self._terms, self._name = terms, name

    def sentence(self, action: Action) -> str:
        """`raise the highest fee of the league from 1 % to 2 %`; a call that cannot be read says so."""
        if action.data[:4] == UPDATE_DELAY and len(action.data) == 36:
            seconds = int.from_bytes(action.data[4:])
            return f"wait {span(seconds)} between a decision and what it does" + self._by(action.target)
        target = self._names.get(action.target.lower())
        call = None if target is None else contract(target).call(action.data)
        if target is None or call is None:
            what = f"0x{action.data[:4].hex()}… ({len(action.data)} bytes)"
            return f"call {action.target} with {what}, which nobody here can read"
        function, values = call
        known = _KNOWN.get((target, function)) or _KNOWN.get(("", function))
        if known is None:
            said = ", ".join(f"{one} {_plain(value)}" for one, value in values.items())
            return f"call {target}.{function}: {said}" if said else f"call {target}.{function}"
        return known(self, target, values)

    def sentences(self, actions: Sequence[Action]) -> list[str]:
        return [self.sentence(one) for one in actions]

    def _by(self, hand: str) -> str:
        return f", in {self._name(hand)}"

    def _term(self, _: str, values: Mapping[str, Any]) -> str:
        if values["term"] >= len(TERMS):
            return f"set parameter {values['term']} to {values['value']}"
        one, value = TERMS[values["term"]], values["value"]
        to = charter.said(one, value)
        if self._terms is None:
            return f"set {one.words} to {to}"
        now = self._terms[one.number]
        verb = "keep" if now == value else "raise" if value > now else "lower"
        return f"keep {one.words} at {to}" if verb == "keep" else (
            f"{verb} {one.words} from {charter.said(one, now)} to {to}"
        )  # fmt: skip

    def _grant(self, target: str, values: Mapping[str, Any]) -> str:
        return f"make {self._name(values['account'])} {_right(values['role'])} of {target}"

    def _revoke(self, target: str, values: Mapping[str, Any]) -> str:
        return f"let {self._name(values['account'])} be {_right(values['role'])} of {target} no more"

    def _pause(self, target: str, _: Mapping[str, Any]) -> str:
        return f"stop {target}: nothing new begins there"

    def _restart(self, target: str, _: Mapping[str, Any]) -> str:
        return f"start {target} again"

    def _announce(self, _: str, values: Mapping[str, Any]) -> str:
        kind = "for good: nothing is begun here any more" if values["hard"] else "beside this one, which goes on"
        return f"move the league to {values['book']} from block {values['from']}, {kind}"

    def _amend(self, _: str, values: Mapping[str, Any]) -> str:
        words = values["rules"]
        try:
            rules = Rules.of(words)
        except (IndexError, InputError):
            return f"set rules of community {values['community']} that the contract refuses"
        return f"set the rules of community {values['community']}: {told(rules)}"

    def _invite(self, _: str, values: Mapping[str, Any]) -> str:
        return f"let {self._name(values['account'])} join community {values['community']}"

    def _expel(self, _: str, values: Mapping[str, Any]) -> str:
        return f"exclude {self._name(values['member'])} from community {values['community']}"

    def _pay(self, _: str, values: Mapping[str, Any]) -> str:
        where = f"the treasury of community {values['community']}"
        return f"pay {money(values['amount'])} from {where} to {self._name(values['to'])}"

    def _share(self, _: str, values: Mapping[str, Any]) -> str:
        return f"share {money(values['amount'])} of the treasury of community {values['community']} among its members"

    def _join(self, _: str, values: Mapping[str, Any]) -> str:
        return f"become a member of community {values['community']}"

    def _leave(self, _: str, values: Mapping[str, Any]) -> str:
        return f"leave community {values['community']}"

    def _contribute(self, _: str, values: Mapping[str, Any]) -> str:
        return f"give {money(values['amount'])} to the treasury of community {values['community']}"

    def _vote(self, _: str, values: Mapping[str, Any]) -> str:
        support = SUPPORTS[values["support"]] if values["support"] < len(SUPPORTS) else "in no known way"
        return f"vote {support} on proposal {values['number']}, as one member"

    def _cancel(self, _: str, values: Mapping[str, Any]) -> str:
        return f"drop proposal {values['number']}"


_KNOWN: Mapping[tuple[str, str], Callable[[Wording, str, Mapping[str, Any]], str]] = {
    ("Charter", "set"): Wording._term,
    ("", "grantRole"): Wording._grant,
    ("", "revokeRole"): Wording._revoke,
    ("", "pause"): Wording._pause,
    ("", "unpause"): Wording._restart,
    ("Versions", "announce"): Wording._announce,
    ("Communities", "amend"): Wording._amend,
    ("Communities", "invite"): Wording._invite,
    ("Communities", "expel"): Wording._expel,
    ("Communities", "pay"): Wording._pay,
    ("Communities", "share"): Wording._share,
    ("Communities", "join"): Wording._join,
    ("Communities", "leave"): Wording._leave,
    ("Communities", "contribute"): Wording._contribute,
    ("Council", "vote"): Wording._vote,
    ("Council", "cancel"): Wording._cancel,
}


def told(rules: Rules) -> str:
    """Rules in words: `open to anyone; one member, one vote; 25 % take part; …`."""
    joining = {"open": "open to anyone", "certified": "for certified members", "invited": "by invitation"}
    weight = {"equal": "one member, one vote", "contribution": "votes weigh what was contributed"}
    sharing = {"equal": "shared alike", "contribution": "shared by contribution"}
    return (
        f"{joining[rules.joining]}; {weight[rules.weight]}; {sharing[rules.sharing]};"
        f" {rules.quorum / 10_000:g} % take part; votes {span(rules.delay)} after a proposal, for {span(rules.period)}"
    )


def money(cents: int) -> str:
    """`1 593.20`."""
    return f"{cents / 100:,.2f}".replace(",", " ")


def _right(word: bytes) -> str:
    return _ROLES.get(word, "0x" + word.hex())


def _plain(value: Any) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
