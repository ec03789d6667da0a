"""What a record of the league can vouch for: a plan, a reading of a machine, a certificate, or itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
from eth_utils.address import is_address

from hanse.errors import EvidenceError, InputError
from hanse.instances import read_bytes
from hanse.ledger.anchors import topic_of
from hanse.ledger.chain import Log
from hanse.ledger.contracts import Event
from hanse.model import merkle
from hanse.telemetry.reading import Reading
from hanse.telemetry.seal import Seal, SignedSeal

Wanted = Callable[[Event, Log], bool]

_Hash = Annotated[str, msgspec.Meta(pattern="^0x[0-9a-f]{64}$")]


class _Step(msgspec.Struct):
    left: bool
    sibling: _Hash


class _Seal(msgspec.Struct):
    number: int
    first: int
    count: int
    root: _Hash
    previous: _Hash
    sealed: int


class _Shown(msgspec.Struct):
    """What `hanse telemetry show` prints."""

    member: str
    chain_id: int
    reading: tuple[str, str, str, int, bool | int | float | str]
    path: Annotated[list[_Step], msgspec.Meta(max_length=merkle.DEEPEST)]
    seal: _Seal
    signature: Annotated[str, msgspec.Meta(pattern="^0x[0-9a-f]{130}$")]


def certificate(member: str) -> Wanted:
    """The newest certification of a member. Raises InputError for no address."""
    if not is_address(member):
        raise InputError("a member is named by its address, 0x and 40 hexadecimal digits", where=member[:80])
    return lambda event, _: event.name == "Certified" and str(event.values["member"]).lower() == member.lower()


def transaction(name: str) -> Wanted:
    """The last event of a transaction."""
    return lambda _, log: log.transaction.lower() == name.lower()


def of_file(path: Path) -> tuple[Wanted, str]:
    """Which record vouches for a file, and what is in it, in words: a plan, or a reading as `hanse telemetry show`
    prints it. Raises InputError for anything else, EvidenceError for a reading that is not under its own seal."""
    data = read_bytes(path)
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict) and str(said.get("format", "")).startswith("hanse-plan/"):
        from hanse.instances import hanse_json

        root = bytes.fromhex(hanse_json.read_plan(data).root[2:])
        return (lambda event, _: event.name == "Appended" and event.values["plan"][2] == root), f"the plan {path.name}"
    if isinstance(said, dict) and "reading" in said:
        return _reading(path, data)
    raise InputError("this is neither a plan nor a reading", where=str(path), hint="a reading: hanse telemetry show N")


def _reading(path: Path, data: bytes) -> tuple[Wanted, str]:
    try:
        shown = msgspec.json.decode(data, type=_Shown)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"this is no reading with its evidence: {error}", where=str(path)) from None
    one, seal = Reading(*shown.reading), shown.seal
    steps = tuple((step.left, bytes.fromhex(step.sibling[2:])) for step in shown.path)
    root = bytes.fromhex(seal.root[2:])
    if not merkle.verify(one.content, steps, root):
        raise EvidenceError("the reading is not under the seal's root", where=str(path), hint="it was changed")
    sealed = Seal(seal.number, seal.first, seal.count, root, bytes.fromhex(seal.previous[2:]), seal.sealed)
    signer = SignedSeal(sealed, bytes.fromhex(shown.signature[2:])).signer(shown.member, shown.chain_id)
    if signer is None:
        raise EvidenceError("the seal is not signed", where=str(path))
    topic, digest = topic_of(shown.member), sealed.digest(shown.member, shown.chain_id)

    def wanted(event: Event, _: Log) -> bool:
        told = event.values
        return event.name == "Anchored" and (told["topic"], told["root"]) == (topic, digest)

    return wanted, f"the reading {one.metric} of {one.machine}, sealed by {signer}"
