"""Enterprises, people and devices as nodes, and what ties them, as one document: who may do what for whom, and who
guards whom. Read from what contracts told; a tie that has ended is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from hanse.ledger.identities import is_readings, kind_text
from hanse.ledger.identity_tables import DelegateRow, GuardRow, MandateRow, OwnerRow
from hanse.ledger.league import hash_bytes

Kind = Literal["enterprise", "person", "device"]
Tie = Literal["decides", "reads", "shows", "signs", "acts", "commits", "guards"]


@dataclass(frozen=True, slots=True)
class Node:
    """An account. kind: enterprise for members, device for whatever only seals readings, else a person."""

    address: str
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """source does this for target: decides (its key), reads (seals its readings), shows or signs (its credentials),
    acts (as a delegate of another kind), commits (signs agreements), guards. until: seconds since 1970, None for no
    end. most: cents of one deal, where that is limited."""

    source: str
    target: str
    tie: Tie
    until: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes by address; links by target and source. No link leads to what is no node."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]


def network(
    members: Mapping[str, str],
    people: Mapping[str, str],
    owners: Iterable[OwnerRow],
    delegates: Iterable[DelegateRow],
    mandates: Iterable[MandateRow],
    guards: Iterable[GuardRow],
    now: int,
) -> Network:
    """The network at a time, seconds since 1970. members, people: names by address."""
    links = [Link(one.owner, one.identity, "decides") for one in owners if one.owner != one.identity]
    links += [Link(one.delegate, one.identity, _tie(one.kind), one.valid_to) for one in delegates if one.valid_to > now]
    links += [
        Link(one.clerk, one.identity, "commits", one.valid_to, one.per_deal) for one in mandates if one.valid_to > now
    ]
    links += [Link(guardian, one.identity, "guards") for one in guards for guardian in one.guardians]
    does: dict[str, set[Tie]] = {}
    for link in links:
        does.setdefault(link.source, set()).add(link.tie)
    known = {**{link.source: "" for link in links}, **{link.target: "" for link in links}, **people, **members}
    nodes = []
    for address, name in known.items():
        device = does.get(address) == {"reads"} and address not in people
        kind: Kind = "enterprise" if address in members else "device" if device else "person"
        nodes.append(Node(address, kind, name))
    nodes.sort(key=lambda node: node.address)
    links.sort(key=lambda link: (link.target, link.source, link.tie, link.until or 0))
    return Network(tuple(nodes), tuple(links))


def _tie(kind: str) -> Tie:
    text = kind_text(hash_bytes(kind))
    if is_readings(text):
        return "reads"
    ties: Mapping[str, Tie] = {"sigAuth": "shows", "veriKey": "signs"}
    return ties.get(text, "acts")
