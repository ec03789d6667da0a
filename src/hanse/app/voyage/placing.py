"""Members register, products are listed, customers order, and the contract says who can take part in what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hanse.app import documents
from hanse.app.cases.case import CaseOrder
from hanse.app.phrases import many
from hanse.app.record import Match, Member, Order, Product
from hanse.app.report import words
from hanse.app.voyage.aboard import Aboard, customer, member, phase
from hanse.errors import InputError
from hanse.governance.charter import said, term
from hanse.ledger.league import Sent
from hanse.market.matching import service_set
from hanse.units import money_text


def members(aboard: Aboard) -> tuple[tuple[Member, ...], tuple[int, ...]]:
    """Members register what they offer; the notary certifies exactly that. Returns them and their numbers."""
    who = aboard.case.members
    with aboard.story.stage(f"register {len(who)} members") as chapter:
        catalogue = aboard.ledger.content.put(documents.services(aboard.case.services))
        sets = {m.id: service_set(m.services, aboard.case.services) for m in who}
        profiles = {m.id: aboard.ledger.content.put(documents.member(m, catalogue)) for m in who}
        roles = {m.id: member(m.id) for m in who}
        with aboard.ledger.together(phase(chapter, 0, 2), len(who)):
            sent = {
                m.id: aboard.league.register(roles[m.id], sets[m.id], profiles[m.id], key=f"register/{m.id}")
                for m in who
            }
        with aboard.ledger.together(phase(chapter, 1, 2), len(who)):
            for m in who:
                address = aboard.league.address(roles[m.id])
                aboard.league.certify(address, sets[m.id], profiles[m.id], key=f"certify/{m.id}")
        chapter.done(f"registered and certified {many(len(who), 'member')}, {len(aboard.case.services)} services")
        members = tuple(
            Member(m.id, m.name, aboard.league.address(roles[m.id]), m.services, profiles[m.id], sent[m.id].gas)
            for m in who
        )
        return members, tuple(int(sent[m.id].value("number")) for m in who)


def products(aboard: Aboard) -> dict[str, Product]:
    """The coordinator lists the products; by the case's own ids."""
    with aboard.story.stage(f"list {many(len(aboard.case.products), 'product')}") as chapter:
        hashes = {p.id: aboard.ledger.content.put(documents.product(p)) for p in aboard.case.products}
        with aboard.ledger.together(chapter.step, len(hashes)):
            sent = {
                p.id: aboard.league.add_product(
                    service_set(p.required, aboard.case.services), hashes[p.id], key=f"product/{p.id}"
                )
                for p in aboard.case.products
            }
        numbers = {name: int(one.value("product")) for name, one in sent.items()}
        chapter.done(f"listed {many(len(numbers), 'product')}")
    return {p.id: Product(numbers[p.id], p.name, p.required, hashes[p.id]) for p in aboard.case.products}


def orders(aboard: Aboard, products: dict[str, Product]) -> tuple[Order, ...]:
    """Customers get their money, allow the deposit, and order."""
    asked = aboard.case.orders
    _check_deposits(aboard)
    with aboard.story.stage(f"place {many(len(asked), 'order')}") as chapter:
        roles = {o.job: customer(aboard.jobs[o.job]) for o in asked}
        specifications = {o.job: aboard.ledger.content.put(documents.order(o, aboard.jobs[o.job])) for o in asked}
        sent: dict[str, Sent] = {}
        for turn in _turns(asked, roles):
            # Exactly the deposit is allowed, turn by turn: nothing stays allowed, and placing is cheapest.
            with aboard.ledger.together(None, 2 * len(turn)):
                for o in turn:
                    aboard.league.mint(aboard.league.address(roles[o.job]), o.deposit, key=f"mint/{o.job}")
                    aboard.league.approve(roles[o.job], o.deposit, key=f"approve/{o.job}")
            with aboard.ledger.together(None, len(turn)):
                for o in turn:
                    sent[o.job] = aboard.league.place(
                        roles[o.job],
                        products[o.product].number,
                        o.quantity,
                        specifications[o.job],
                        aboard.jobs[o.job].due or 0,
                        o.deposit,
                        key=f"order/{o.job}",
                    )
                    chapter.step(len(sent), len(asked))
        held = sum(o.deposit for o in asked)
        chapter.done(f"placed {many(len(asked), 'order')}, payment held {money_text(held, words.LEAGUE)}")
        return tuple(
            Order(
                int(sent[o.job].value("order")),
                o.job,
                aboard.jobs[o.job].customer,
                aboard.league.address(roles[o.job]),
                products[o.product].number,
                o.quantity,
                specifications[o.job],
                o.deposit,
                sent[o.job].gas,
            )
            for o in asked
        )


def _check_deposits(aboard: Aboard) -> None:
    """Raises InputError if the charter asks for more than what orders that are not placed yet put down."""
    one = term("deposit")
    least = aboard.ledger.council.terms()[one.number]
    short = [
        o.job for o in aboard.case.orders if o.deposit < least and aboard.ledger.outbox.entry(f"order/{o.job}") is None
    ]
    if short:
        raise InputError(
            f"the league's charter forbids: {one.words} is {said(one, least)}",
            where=f"orders {', '.join(short[:5])}",
            hint="hanse run in another --data, or hanse govern propose a lower one",
        )


def matches(
    aboard: Aboard, members: tuple[Member, ...], numbers: tuple[int, ...], orders: tuple[Order, ...]
) -> tuple[Match, ...]:
    """The contract answers for every order and member."""
    with aboard.story.stage(f"match {many(len(orders), 'order')} with {many(len(members), 'member')}") as chapter:
        with aboard.ledger.together(chapter.step, len(orders)):
            for order in orders:
                aboard.league.match_many(order.number, numbers, key=f"match/{order.job}")
        index, ids = aboard.ledger.sync(), {one.address: one.id for one in members}
        ours = {order.number for order in orders}
        matches = tuple(
            Match(row.order, ids[row.member], row.answer, row.required, row.offered)
            for row in index.matches()
            if row.order in ours and row.member in ids and row.answer != "NONE"
        )
        count = {name: sum(m.answer == name for m in matches) for name in ("ACCEPT", "PARTIAL", "REJECT")}
        chapter.done(
            f"matched: {count['ACCEPT']} accept, {count['PARTIAL']} partially accept, {count['REJECT']} reject"
        )
    return matches


def _turns(orders: Sequence[CaseOrder], roles: Mapping[str, str]) -> list[list[CaseOrder]]:
    """The orders in turns, each with at most one order of any customer."""
    turns: list[list[CaseOrder]] = []
    seen: dict[str, int] = {}
    for order in orders:
        turn = seen.get(roles[order.job], 0)
        seen[roles[order.job]] = turn + 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append(order)
    return turns
