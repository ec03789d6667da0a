"""An agreement with all that makes it readable: whose work it is, for which order, and who everybody is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from hanse.app.api import shapes
from hanse.app.ui.papers import Papers, Task
from hanse.app.ui.pieces import money, percent
from hanse.app.ui.screens import Visit
from hanse.app.ui.texts import Agreements as say
from hanse.app.ui.zones import HOUR, each, span, when
from hanse.units import MILLION


@dataclass(frozen=True, slots=True)
class Dossier:
    """tasks: by member's address, what it does, as planned; empty if the visitor may not read the plan. names: by
    address; ids: of members by address."""

    deal: shapes.AgreementNow
    story: shapes.OrderStory | None
    product: str
    tasks: Mapping[str, tuple[Task, ...]]
    names: Mapping[str, str]
    ids: Mapping[str, str]

    @property
    def number(self) -> int:
        return self.deal.number

    @property
    def expired(self) -> bool:
        """Whether it was not signed in time."""
        return self.deal.status == "open" and self.deal.deadline <= time.time()

    def own(self, member: str) -> list[shapes.MilestoneNow]:
        """The milestones of a member."""
        return [one for one in self.deal.milestones if one.member == member]

    def in_order(self) -> list[shapes.MilestoneNow]:
        """All milestones as they come in time."""
        return sorted(self.deal.milestones, key=lambda one: (one.start_by, one.due, one.number))

    def parties(self) -> list[str]:
        """Who signs: the customer, then members."""
        return [self.deal.customer, *dict.fromkeys(one.member for one in self.deal.milestones)]

    def what(self) -> str:
        """The order in words."""
        if self.story is None:
            return say.order.format(self.deal.order)
        return say.order_of.format(self.deal.order, self.story.order.quantity, self.product)

    def title(self) -> str:
        """The same, at the beginning of a line."""
        words = self.what()
        return words[:1].upper() + words[1:]

    def work(self, member: str) -> str:
        """What a member does, in words."""
        tasks = sorted(self.tasks.get(member, ()), key=lambda one: (one.start, one.end))
        return "; ".join(say.task.format(one.service, one.machine, span(one.seconds)) for one in tasks) or say.work

    def hours(self, member: str) -> int:
        """Seconds that a member's machines work for it."""
        return sum(one.seconds for one in self.tasks.get(member, ()))

    def hourly(self, member: str) -> int | None:
        """Cents an hour of a machine's time that a member is paid, compensation included; None if unknown."""
        seconds = self.hours(member)
        pay = sum(one.price + one.compensation for one in self.own(member))
        return pay * HOUR // seconds if seconds else None

    def onto(self, rate: int) -> int:
        """Cents that come on top of all prices at a rate in millionths, rounded down piece by piece."""
        return sum(one.price * rate // MILLION for one in self.deal.milestones)


async def dossier(at: Visit, papers: Papers, deal: shapes.AgreementNow, ids: Mapping[str, str]) -> Dossier:
    """ids: of members, by address."""
    story = await at.door.maybe(f"orders/{deal.order}", shapes.OrderStory)
    product, tasks = "", dict[str, tuple[Task, ...]]()
    if story is not None:
        its = await at.door.maybe(f"products/{story.order.product}", shapes.ProductNow)
        product = "" if its is None else its.name
        work = await papers.work(deal)
        plan = None if story.block is None else await papers.planned(story.block)
        known = {} if plan is None else {(one.job, one.operation, one.machine): one for one in plan.tasks}
        for member in dict.fromkeys(one.member for one in deal.milestones):
            named = work.get(ids.get(member, ""), [])
            tasks[member] = tuple(known[place] for place in named if place in known)
    conditions = deal.conditions
    people = {deal.customer, deal.proposer, conditions.arbiter, conditions.second_arbiter, conditions.solver}
    people |= {one.member for one in deal.milestones} | {one.party for one in deal.said}
    return Dossier(deal, story, product, tasks, await at.known(people), ids)


async def member_ids(at: Visit) -> dict[str, str]:
    """Ids of all members, by address."""
    return {one.address: one.id for one in await at.door.all("members", shapes.MemberNow, most=10_000)}


def promise(case: Dossier, party: str, zone: tzinfo) -> list[str]:
    """What a party promises by signing, and what happens if it does not keep it."""
    deal, ends = case.deal, case.deal.conditions
    if party == deal.customer:
        work = sum(one.price for one in deal.milestones)
        extra = sum(one.compensation - one.subsidy for one in deal.milestones)
        onto = case.onto(ends.reward) + case.onto(ends.fee)
        return [
            say.promise_pay.format(case.what(), money(deal.escrow), money(work), money(extra), money(onto)),
            say.promise_held.format(span(ends.review)),
            say.promise_customer_missed.format(when(deal.deadline, zone)),
        ]
    lines = []
    for one in case.own(party):
        pay = money(one.price) + (say.promise_extra.format(money(one.compensation)) if one.compensation else "")
        times = when(one.start_by, zone), when(one.due, zone)
        lines.append(say.promise_work.format(case.work(party), case.what(), *times, pay))
    return [
        *lines,
        say.promise_paid.format(span(ends.review)),
        say.promise_late.format(
            span(ends.grace), percent(ends.per_unit), each(ends.unit), percent(ends.cap), span(ends.patience)
        ),
    ]
