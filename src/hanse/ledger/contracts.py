"""The compiled contracts as Python sees them: calls to bytes, bytes to answers, logs to events, reverts to words.

The artefacts are packaged beside this file (`artifacts/<Name>.json`, made from contracts/ by `npm run build`); only
their `abi` and `bytecode` are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError, EncodingError
from eth_hash.auto import keccak
from eth_utils.address import to_checksum_address

from hanse.errors import ChainFault, EnvironmentFault, InputError
from hanse.ledger.chain import Log

NAMES = (
    "LeagueToken",
    "MemberRegistry",
    "OrderBook",
    "ProductCatalogue",
    "Matching",
    "Blocks",
    "Rounds",
    "Challenge",
    "Identities",
    "Settlement",
    "Agreements",
    "Offers",
    "Anchors",
    "Council",
    "Communities",
    "Charter",
    "Versions",
    "Designs",
    "Quotations",
    "League",
)
"""In the order of deployment: each needs only those before it."""

ELSEWHERE = ("Beacon",)
"""What stands on the chains of others, and is no part of a league."""

ROLES = (
    "MINTER_ROLE",
    "NOTARY_ROLE",
    "COORDINATOR_ROLE",
    "SCHEDULER_ROLE",
    "CATALOGUE_ROLE",
    "SETTLEMENT_ROLE",
    "AGREEMENTS_ROLE",
    "ARBITER_ROLE",
    "PAUSER_ROLE",
)


@dataclass(frozen=True, slots=True)
class Event:
    """A decoded log. contract: name of the contract's artefact; values: by the parameter names of the source."""

    contract: str
    name: str
    values: Mapping[str, Any]
    log: Log


@dataclass(frozen=True)
class Contract:
    """One artefact. Values go in and out as Python ints, bools, bytes, checksum addresses and tuples of them."""

    name: str
    abi: tuple[Mapping[str, Any], ...]
    bytecode: bytes

    def creation(self, *arguments: Any) -> bytes:
        """Data of the transaction that deploys it."""
        inputs: list[Any] = next((item["inputs"] for item in self.abi if item["type"] == "constructor"), [])
        return self.bytecode + _encode(f"new {self.name}", inputs, arguments)

    def encode(self, function: str, *arguments: Any) -> bytes:
        """Data of a call. Raises InputError if a value does not fit its type."""
        item = self._function(function)
        return _selector(item) + _encode(f"{self.name}.{function}", item["inputs"], arguments)

    def decode(self, function: str, data: bytes) -> Any:
        """The answer of a call: one value, or a tuple of several. Raises ChainFault if it is not of that form."""
        outputs = self._function(function)["outputs"]
        try:
            values = tuple(_decode(outputs, data))
        except DecodingError:
            raise ChainFault(
                f"the contract's answer is not what {self.name}.{function} returns",
                hint="is another contract at that address?",
            ) from None
        return values[0] if len(values) == 1 else values

    def call(self, data: bytes) -> tuple[str, dict[str, Any]] | None:
        """The function that a call's data names, and its values by the parameters' names; None for none of its own."""
        item = next((one for one in self.abi if one["type"] == "function" and _selector(one) == data[:4]), None)
        if item is None:
            return None
        try:
            values = _decode(item["inputs"], data[4:])
            if _encode(item["name"], item["inputs"], values) != data[4:]:
                return None  # there is more than it says
        except (DecodingError, InputError):
            return None
        return item["name"], dict(zip((one["name"] for one in item["inputs"]), values, strict=True))

    def event(self, log: Log) -> Event | None:
        """The event a log of this contract tells, None for one that is not in its ABI."""
        item = self._events.get(log.topics[0]) if log.topics else None
        if item is None:
            return None
        inputs = item["inputs"]
        try:
            plain = iter(_decode([one for one in inputs if not one["indexed"]], log.data))
            topics = iter(log.topics[1:])
            values = {one["name"]: _decode([one], next(topics))[0] if one["indexed"] else next(plain) for one in inputs}
        except (DecodingError, StopIteration):
            return None  # same name, other meaning: somebody else's contract
        return Event(self.name, item["name"], values, log)

    def topic(self, event: str) -> bytes:
        """The first topic of an event's logs."""
        return next(topic for topic, item in self._events.items() if item["name"] == event)

    def _function(self, name: str) -> Mapping[str, Any]:
        for item in self.abi:
            if item["type"] == "function" and item["name"] == name:
                return item
        raise EnvironmentFault(
            f"the packaged {self.name} has no function {name}", where="artifacts", hint="reinstall Hanse"
        )

    @property
    def _events(self) -> dict[bytes, Mapping[str, Any]]:
        return _events(self.name)


@cache
def contract(name: str) -> Contract:
    """The artefact of that name. Raises EnvironmentFault if it is missing or damaged."""
    file = resources.files("hanse.ledger") / "artifacts" / f"{name}.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        code = found["bytecode"]
        code = code["object"] if isinstance(code, dict) else code
        return Contract(name, tuple(found["abi"]), bytes.fromhex(code.removeprefix("0x")))
    except (OSError, ValueError, KeyError, TypeError):
        raise EnvironmentFault(
            f"the compiled contract {name} is missing or damaged",
            where=f"hanse/ledger/artifacts/{name}.json",
            hint="npm install && npm run build, or reinstall Hanse",
        ) from None


def role(name: str) -> bytes:
    """The identifier of a role such as MINTER_ROLE in the contracts' access control."""
    return bytes(keccak(name.encode()))


def explain(data: bytes) -> str:
    """What a revert's data says, in words: `not the head (NotTheHead): previous 0x…, head 0x…`."""
    if not data:
        return "the contract refused without giving a reason"
    selector, body = data[:4], data[4:]
    item = _errors().get(selector)
    if item is None:
        return f"the contract refused for an unknown reason (0x{data[:36].hex()})"
    try:
        values = _decode(item["inputs"], body)
    except DecodingError:
        values = ()
    if item["name"] == "Error":
        return f"the contract refused: {values[0] if values else ''}"
    if item["name"] == "Panic":
        return f"the contract refused: {_PANICS.get(values[0] if values else 0, 'an internal check failed')}"
    shown = ", ".join(_shown(one["name"], value) for one, value in zip(item["inputs"], values, strict=False))
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", item["name"]).lower().replace("erc20 ", "")
    return f"the contract refused: {words} ({item['name']}){': ' if shown else ''}{shown}"


_PANICS = {0x11: "a number is too large or would be negative", 0x12: "division by zero", 0x32: "index out of range"}


def _shown(name: str, value: Any) -> str:
    if "role" in name.lower() and value == bytes(32):
        return f"{name} DEFAULT_ADMIN_ROLE"
    if isinstance(value, bytes):
        return f"{name} {next((one for one in ROLES if role(one) == value), '0x' + value.hex())}"
    return f"{name} {value}"


@cache
def _events(name: str) -> dict[bytes, Mapping[str, Any]]:
    return {bytes(keccak(_signature(item))): item for item in contract(name).abi if item["type"] == "event"}


@cache
def _errors() -> dict[bytes, Mapping[str, Any]]:
    """Every custom error of every contract, and Solidity's own two, by selector."""
    own: list[Mapping[str, Any]] = [
        {"type": "error", "name": "Error", "inputs": [{"name": "reason", "type": "string"}]},
        {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
    ]
    for name in (*NAMES, *ELSEWHERE):
        own.extend(item for item in contract(name).abi if item["type"] == "error")
    return {_selector(item): item for item in own}


def _type(parameter: Mapping[str, Any]) -> str:
    kind: str = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    return "(" + ",".join(map(_type, parameter["components"])) + ")" + kind.removeprefix("tuple")


def _signature(item: Mapping[str, Any]) -> bytes:
    return f"{item['name']}({','.join(map(_type, item['inputs']))})".encode()


def _selector(item: Mapping[str, Any]) -> bytes:
    return bytes(keccak(_signature(item)))[:4]


def _encode(where: str, parameters: Any, values: tuple[Any, ...]) -> bytes:
    if len(parameters) != len(values):
        raise InputError(f"{where} takes {len(parameters)} values, {len(values)} were given", where=where)
    try:
        return encode([_type(one) for one in parameters], values)
    except EncodingError as failure:
        raise InputError(f"a value does not fit the contract's type: {failure}", where=where) from None


def _decode(parameters: Any, data: bytes) -> tuple[Any, ...]:
    # Not strict: a contract that packs an event by hand need not fill up its last word.
    return tuple(map(_plain, decode([_type(one) for one in parameters], data, strict=False)))


def _plain(value: Any) -> Any:
    """eth_abi gives addresses in lower case; everywhere else they carry their checksum."""
    if isinstance(value, tuple | list):
        return tuple(map(_plain, value))
    if isinstance(value, str) and re.fullmatch(r"0x[0-9a-f]{40}", value):
        return to_checksum_address(value)
    return value
