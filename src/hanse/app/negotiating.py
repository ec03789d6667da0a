"""The negotiating agent: answers the open agreements of a service by a declared strategy (`market.negotiation`), as a
party that signs or asks for other terms, or as the proposer that revises. It signs nothing beyond its stance's limits.

    version 1, 2 … k of an agreement are the rounds. In each the proposer has spoken; a party answers by signing, by a
    counter-offer in one of its milestones, or in the last by declining; the proposer answers that with the next version

A side declares the hash of its stance before its first move, by an anchor of its own account; whoever is shown the
stance afterwards replays every move from the ledger (`replay`). What was said of another version is no answer to this
one: the contract takes no counter-offer against a deal that is not the present one, and neither does the agent.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from hanse.app.api.shapes import AgreementNow, MilestoneNow, SaidNow
from hanse.app.client import Client
from hanse.errors import InputError
from hanse.market.negotiation import Move, Offer, Stance, move


@dataclass(frozen=True, slots=True)
class Done:
    """What the agent did: `signed`, `countered`, `declined`, `revised`, or `waits` for the other."""

    agreement: int
    version: int
    what: str
    offer: Offer | None = None


def own_milestone(now: AgreementNow, party: str) -> MilestoneNow:
    """The one milestone of a party. Raises InputError if it has none, or several: what it asks for in one does not say
    what it thinks of all."""
    own = [one for one in now.milestones if one.member == party]
    if len(own) != 1:
        raise InputError(
            f"it has {len(own)} pieces of work in this agreement; the agent negotiates over one",
            where=f"agreement {now.number}",
        )
    return own[0]


def countered(now: AgreementNow, party: str, milestone: int) -> list[Offer]:
    """The counter-offers of a party for a milestone, one a version, the newest of each; without gaps."""
    by_version: dict[int, SaidNow] = {
        one.version: one
        for one in now.said
        if one.party == party and one.what == "countered" and one.milestone == milestone
    }
    return [
        Offer((one.price or 0) + (one.compensation or 0), one.due or 0)
        for _, one in sorted(by_version.items())
    ]  # fmt: skip


def answer(client: Client, number: int, stance: Stance, proposed: Sequence[Offer] = ()) -> Done:
    """A party's answer to the present version of an agreement. proposed: what the versions before offered it, which
    the service does not keep; only who imitates needs them. Raises what the service raises."""
    now, who = client.agreement(number), client.session().address
    one = own_milestone(now, who)
    if now.status != "open" or who in now.signed:
        return Done(number, now.version, "waits")
    own = countered(now, who, one.number)
    if any(said.version == now.version and said.party == who for said in now.said):
        return Done(number, now.version, "waits")
    offered = Offer(one.price + one.compensation, one.due)
    done = move(stance, now.version - 1, now.rounds, own, [*proposed, offered], last=now.version == now.rounds)
    if done.what == "accept":
        client.sign(number)
        return Done(number, now.version, "signed", offered)
    if done.what == "refuse":
        client.decline(number, "price")
        return Done(number, now.version, "declined", offered)
    wish = done.offer
    client.counter(
        number,
        one.number,
        price=min(one.price, wish.price),
        compensation=max(0, wish.price - one.price),
        start_by=min(one.start_by, wish.due),
        due=wish.due,
        key=f"negotiate-{number}-{now.version}",
    )
    return Done(number, now.version, "countered", wish)


def respond(client: Client, number: int, party: str, stance: Stance, offered: Sequence[Offer] = ()) -> Done:
    """The proposer's answer to a party's counter-offer against the present version: the next version, with another
    compensation, or nothing if it would not move. Only money: dates are the plan's. offered: its own offers before."""
    now = client.agreement(number)
    one = own_milestone(now, party)
    fresh = [said for said in now.said if said.party == party and said.version == now.version]
    if now.status not in ("open", "declined") or not fresh or now.version == now.rounds:
        return Done(number, now.version, "waits")
    asked = countered(now, party, one.number)
    present = Offer(one.price + one.compensation, one.due)
    done = move(stance, now.version, now.rounds, [*offered, present], [Offer(wish.price, one.due) for wish in asked])
    amount = max(0, done.offer.price - one.price)
    names = {member.address: member.id for member in client.members()}
    extra = {names[party]: {"amount": amount}} if amount else {}
    client.revise(number, extra, key=f"negotiate-{number}-{now.version}")
    return Done(number, now.version + 1, "revised", Offer(one.price + amount, one.due))


def declare(client: Client, stance: Stance) -> None:
    """Says on the ledger by which stance this account negotiates; once."""
    who = client.session().address
    if stance.hash not in {one.stance for one in client.stances(who).declared}:
        client.declare_stance(stance.hash)


def run(client: Client, number: int, stance: Stance, against: str, *, until: float) -> list[Done]:
    """Plays one side of an agreement to its end: until it has signed or declined, as the proposer until the other has
    or the versions are used up, or the time is over. against: the member, for the proposer. until: by
    `time.monotonic`."""
    done: list[Done] = []
    offers: dict[int, Offer] = {}
    while True:
        now = client.agreement(number)
        one = own_milestone(now, against or client.session().address)
        offers[now.version] = Offer(one.price + one.compensation, one.due)
        before = [offers[version] for version in sorted(offers) if version < now.version]
        told = respond(client, number, against, stance, before) if against else answer(client, number, stance, before)
        if told.what != "waits":
            done.append(told)
        over = now.status == "active" or told.what in ("signed", "declined")
        over |= now.status == "declined" and (not against or told.what == "waits")
        over |= bool(against) and against in now.signed
        if over or time.monotonic() >= until:
            return done
        time.sleep(0.2)


def replay(stance: Stance, rounds: int, offered: Sequence[Offer], own: Sequence[Offer]) -> list[Move]:
    """What a party's stance would have done, version by version. offered: by the proposer; own: what the party asked
    for, as the ledger has it. Whoever compares sees whether the declared strategy was kept."""
    return [
        move(stance, t, rounds, own[:t], offered[: t + 1], last=t == rounds - 1) for t in range(len(offered))
    ]  # fmt: skip
