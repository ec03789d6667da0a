"""Machines: readings that gateways hand on, who speaks for which machines, and what it means for agreed work."""

from __future__ import annotations

from typing import Annotated

from eth_utils.address import to_checksum_address
from fastapi import Query, Request

from hanse.app.api import gateways, outlook, reading, shapes
from hanse.app.api.callers import Caller, SignedIn, TheService
from hanse.app.api.machines import Said
from hanse.app.api.problems import NotThere, TooOften
from hanse.app.api.routes.base import Addressed, Cursor, Limit
from hanse.app.api.routes.base import router as made
from hanse.ledger.lookup.changes import Change
from hanse.telemetry.reading import FINISHED, STARTED, STATE

router = made("machines")

PER_MINUTE = 240
"""Parcels of one member."""

Named = Annotated[str, Query(min_length=1, max_length=128)]


@router.post("/readings", response_model=shapes.ForwardedNow)
def forward(request: Request, service: TheService, body: shapes.Forwarded) -> shapes.ForwardedNow:
    """Hand on a seal with its readings. Nobody is signed in for it: the gateway's signature says whose it is, for which
    member of which league. The same again changes nothing."""
    account = to_checksum_address(body.account)
    # Of one address: a stranger must not use up what a member may send.
    if not service.tries.hit(PER_MINUTE, "readings", account, request.state.client):
        raise TooOften("too many parcels for this member", where=account, hint="seal less often")
    told = gateways.take(service, body.model_copy(update={"account": account}))
    if told.stored:
        service.say(Change("machine", ""))
    return told


@router.get("/members/{address}/machines", response_model=shapes.MachinesNow)
def machines(who: SignedIn, address: Addressed) -> shapes.MachinesNow:
    """What a member's machines say now: for the member itself and coordinators."""
    service, account = who.service, _own(who, address)
    now = int(1000 * service.clock.now())
    return shapes.MachinesNow(
        member=account,
        now=now,
        machines=[_machine(one) for one in service.machines.said(account, now)],
        gateways=gateways.shown(service, account),
    )


@router.get("/members/{address}/readings", response_model=shapes.Page[shapes.ReadingNow])
def readings(
    who: SignedIn, address: Addressed, machine: Named, metric: Named, cursor: Cursor = None, limit: Limit = 100
) -> shapes.Page[shapes.ReadingNow]:
    """What a machine said of a metric, the newest first: for the member itself and coordinators."""
    account, store = _own(who, address), who.service.machines

    def rows(after: int, most: int) -> list[tuple[int, shapes.ReadingNow]]:
        found = store.series(account, machine, metric, after, most)
        return [
            (after + i, shapes.ReadingNow(measured=at, value=value)) for i, (at, value) in enumerate(found, start=1)
        ]

    return reading.pages.page(rows, lambda one: one[0], lambda one: one[1], cursor, limit)


@router.get("/outlook", response_model=list[shapes.WorkNow])
def seen(
    request: Request,
    who: SignedIn,
    order: Annotated[int | None, Query(ge=1, le=2**32 - 1, description="Only this order.")] = None,
) -> list[shapes.WorkNow]:
    """How agreed work gets on by what machines said, and what will be late: of agreements you are in."""
    return outlook.works(who, request.app.state.papers, order)


def _own(who: Caller, address: str) -> str:
    """The member's account. Raises NotThere for somebody else's machines, as for none."""
    account = to_checksum_address(address)
    allowed = account == who.address or "coordinator" in who.offices
    if not allowed or who.service.lookup.member(account) is None:
        raise NotThere("there are no machines that you can see", where=address)
    return account


def _machine(one: Said) -> shapes.MachineNow:
    last = {at.metric: at for at in one.last}
    state, began, ended = last.get(STATE), last.get(STARTED), last.get(FINISHED)
    open_ = began is not None and (ended is None or (ended.value != began.value and ended.measured <= began.measured))
    return shapes.MachineNow(
        id=one.machine,
        state="" if state is None else str(state.value),
        since=None if state is None else state.measured,
        operation=str(began.value) if began is not None and open_ else "",
        began=began.measured if began is not None and open_ else None,
        heard=max(at.measured for at in one.last),
        energy=one.energy,
        metrics=[shapes.MetricNow(**at._asdict()) for at in one.last],
    )
