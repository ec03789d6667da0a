"""What a member's shop looks like now: its work with other words than the ledger's, its machines' days, what it is owed
and how it has done. Read through the API, drawn by pages/shop.py."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from hanse.app.api import shapes
from hanse.app.ui.dossier import Dossier, dossier, member_ids
from hanse.app.ui.papers import Machine, Papers, Planned, free
from hanse.app.ui.screens import Visit
from hanse.app.ui.texts import Shop as say
from hanse.app.ui.week import Bar, Kind, Row, View
from hanse.app.ui.zones import MINUTE
from hanse.planning.preferences.glance import Glance, Operation, Request, Wishes, glances

RECENT = 5
"""Works that the trend compares with all before."""


@dataclass(frozen=True, slots=True)
class Shop:
    """Now. cases: agreements that are open or in work, of this member; settled: its ended pieces of work, oldest
    first; credit: standing of customers; services: of the league; next: when its next work begins, seconds;
    wishes: what satisfies it, as it says; glances: how much each agreement does, by its number."""

    member: shapes.MemberNow | None
    cases: tuple[Dossier, ...]
    settled: tuple[shapes.MilestoneNow, ...]
    credit: dict[str, shapes.Reputation]
    standing: shapes.Reputation
    money: shapes.Money
    offers: tuple[shapes.OfferNow, ...]
    services: tuple[str, ...]
    rows: tuple[Row, ...]
    next: int | None
    view: View
    wishes: Wishes | None
    glances: Mapping[str, Glance]

    @property
    def idle(self) -> bool:
        """Whether no machine has anything in the days shown."""
        view = self.view
        return not any(
            row.free or any(bar.end > view.start and bar.start < view.end for bar in row.bars) for row in self.rows
        )


class Past:
    """What is over, asked for once a visit: it never changes. What runs is asked for each time."""

    def __init__(self) -> None:
        self._over: dict[int, shapes.AgreementNow] = {}
        self._ran: set[int] | None = None

    async def deals(self, at: Visit) -> list[shapes.AgreementNow]:
        """Agreements that run and that the visitor works for."""
        own, first = at.who.address, self._ran is None
        asked = {"own": True, "running": not first}
        found = await at.door.all("agreements", shapes.AgreementNow, most=100_000, **asked)
        found = [one for one in found if any(work.member == own for work in one.milestones)]
        numbers = {one.number for one in found}
        for number in sorted((self._ran or set()) - numbers):
            found.append(await at.door.get(f"agreements/{number}", shapes.AgreementNow))
        self._over |= {one.number: one for one in found if _over(one)}
        running = [one for one in found if not _over(one)]
        self._ran = {one.number for one in running}
        return running

    def ended(self, own: str) -> list[shapes.MilestoneNow]:
        """Pieces of work of a member that ended with their agreement."""
        over = [one for one in self._over.values() if one.status == "active"]
        return [work for one in over for work in one.milestones if work.member == own]


def _over(one: shapes.AgreementNow) -> bool:
    return one.status != "open" and all(work.ended or one.status == "declined" for work in one.milestones)


async def shop(at: Visit, papers: Papers, past: Past, view: View, wishes: Wishes | None) -> Shop:
    """Asks for all of it."""
    own, door = at.who.address, at.door
    ids = await member_ids(at)
    deals = await past.deals(at)
    ended = past.ended(own)
    ended += [work for one in deals for work in one.milestones if work.member == own and work.ended]
    running = [one for one in deals if any(not work.ended for work in one.milestones if work.member == own)]
    now = int(time.time())
    running = [one for one in running if one.status == "active" or one.deadline > now]
    cases = tuple([await dossier(at, papers, one, ids) for one in running])
    offers = tuple(await door.all("offers", shapes.OfferNow, host=own))
    services = tuple((await door.get("league", shapes.LeagueNow)).services)
    rows = await _rows(papers, cases, ids.get(own, ""), own, offers, view, now)
    begins = [bar.start for row in rows for bar in row.bars if bar.kind in ("work", "asked") and bar.end > now]
    customers = {case.deal.customer for case in cases}
    credit = {one: await door.get(f"members/{one}/reputation", shapes.Reputation) for one in sorted(customers)}
    return Shop(
        await door.maybe(f"members/{own}", shapes.MemberNow),
        cases,
        tuple(sorted(ended, key=lambda one: one.ended or 0)),
        credit,
        await door.get(f"members/{own}/reputation", shapes.Reputation),
        await door.get("money", shapes.Money),
        offers,
        services,
        rows,
        min(begins, default=None),
        view,
        wishes,
        {} if wishes is None else glances(wishes, _requests(own, cases, credit)),
    )


def _requests(own: str, cases: Sequence[Dossier], credit: Mapping[str, shapes.Reputation]) -> list[Request]:
    """What a member was asked for and holds, as it weighs it."""
    return [
        Request(
            str(case.number),
            tuple(Operation(one.service, round(one.seconds / MINUTE)) for one in case.tasks.get(own, ())),
            sum(one.price + one.compensation for one in case.own(own)),
            credit[case.deal.customer].credit,
        )
        for case in cases
    ]


async def _rows(
    papers: Papers,
    cases: Sequence[Dossier],
    id: str,
    own: str,
    offers: Sequence[shapes.OfferNow],
    view: View,
    now: int,
) -> tuple[Row, ...]:
    """Its machines as the newest plans have them. A plan's time 0 is the deadline of its agreement."""
    plans: dict[int, tuple[int, Planned]] = {}
    bars: dict[str, list[Bar]] = defaultdict(list)
    for case in cases:
        block = None if case.story is None else case.story.block
        plan = None if block is None else await papers.planned(block)
        if block is None or plan is None:
            continue
        plans[block.number] = case.deal.deadline, plan
        kind: Kind = "work" if case.deal.status == "active" else "asked"
        done = all(one.ended for one in case.own(own))
        for task in () if done else case.tasks.get(own, ()):
            start, end = (case.deal.deadline + one * task.second for one in (task.start, task.end))
            words = say.bar.format(case.deal.order, task.service)
            bars[task.machine].append(Bar(start, end, words, kind, f"/agreements/{case.number}"))
    machines: dict[str, tuple[int, int, Machine]] = {}
    for _, (zero, plan) in sorted(plans.items(), reverse=True):  # numbered as the newest plan lists them
        for one in plan.machines:
            if one.owner == id:
                machines.setdefault(one.id, (zero, plan.second, one))
    found = []
    for number, (name, (zero, second, machine)) in enumerate(machines.items()):
        mine = [*bars[name], *_windows(number, offers)]
        busy = [(bar.start, bar.end) for bar in mine]
        windows = machine.available
        hours = None if windows is None else tuple((zero + a * second, zero + b * second) for a, b in windows)
        idle = free(busy, hours, max(view.start, now), view.end)
        wide = tuple(one for one in idle if one[1] - one[0] >= 15 * MINUTE)
        found.append(Row(name, number, machine.services, tuple(mine), wide, machine.offers))
    return tuple(found)


def _windows(number: int, offers: Sequence[shapes.OfferNow]) -> list[Bar]:
    """What a machine's offered windows hold: guests, and what nobody has taken."""
    found = []
    for one in offers:
        if one.machine != number or one.state == "over":
            continue
        if one.guest:
            start = one.guest_start * MINUTE
            found.append(Bar(start, start + one.guest_length * MINUTE, say.guest, "guest", "/free-time"))
        else:
            found.append(Bar(one.start * MINUTE, one.end * MINUTE, say.offered, "offered", "/free-time"))
    return found


def trend(settled: Sequence[shapes.MilestoneNow]) -> tuple[int, int] | None:
    """Share of work on time among the last ones and among all before, in percent; None if there are too few."""
    before, last = settled[:-RECENT], settled[-RECENT:]
    if len(before) < RECENT:
        return None
    return _on_time(last), _on_time(before)


def _on_time(those: Sequence[shapes.MilestoneNow]) -> int:
    kept = [one for one in those if not one.late and not one.ending.startswith(("never", "given"))]
    return 100 * len(kept) // len(those)


def comes(case: Dossier, one: shapes.MilestoneNow) -> int | None:
    """When a piece of work is paid at the latest if it is delivered in time and nobody disputes it; None if that is for
    an arbiter to say."""
    if one.stage in ("disputed", "ruled", "appealed"):
        return None
    return one.due + case.deal.conditions.review


def default_view(zone: tzinfo) -> View:
    """This week, from today."""
    return View.of(int(time.time()), zone, 7)
