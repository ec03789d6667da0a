"""Instalments of customers, and advances on what work will pay its members."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from eth_utils.address import to_checksum_address
from fastapi import Response
from pydantic import BaseModel

from hanse.app.api import reading, shapes
from hanse.app.api.callers import Caller, Coordinator, Key, SignedIn
from hanse.app.api.problems import Conflict, NotThere
from hanse.app.api.routes.base import TAKEN, Numbered, taken
from hanse.app.api.routes.base import router as made
from hanse.app.api.routes.money import put_down
from hanse.app.api.routes.settlement import MILESTONE, Milestoned, active_agreement, only, work_of
from hanse.app.loyal import TOPIC, conduct, policy_document
from hanse.errors import InputError
from hanse.ledger.finance_tables import AdvanceRow
from hanse.ledger.league import hash_bytes, hash_text
from hanse.ledger.rounds import chain_now
from hanse.ledger.settlement import Advance
from hanse.ledger.settlement_tables import AgreementRow
from hanse.value.loyalty import LoyaltyPolicy, loyalty
from hanse.value.settlement import escrow_of

router = made("financing")

DONE_AFTER_DEPOSIT_GAS = 400_000
"""What comes after a deposit cannot be asked before it."""


@router.post("/agreements/{number}/instalments", **TAKEN)
def fund(who: SignedIn, key: Key, number: Numbered, body: shapes.Fund, response: Response) -> shapes.ActionNow:
    """The customer pays instalments in, from what it has in the settlement and then in hand."""
    row = active_agreement(who, number)
    only(who, [row.deal.customer], "the customer")
    if max(body.milestones) >= len(row.deal.milestones):
        raise InputError(f"agreement {number} has {len(row.deal.milestones)} milestones", where="milestones")

    def build() -> list[Any]:
        paid_in = who.service.lookup.instalments(number)
        for one in body.milestones:
            if row.deal.milestones[one].fund_by == 0 or one in paid_in:
                raise Conflict("there is nothing to pay in for it", where=f"milestone {one}")
        whole = sum(escrow_of(row.deal.milestones[one], row.deal.conditions)[0] for one in body.milestones)
        return _after_deposit(who, whole, "fund", number, row.deal.words(), tuple(body.milestones))

    return taken(who, response, key, "pay instalments in", number, body, build)


@router.get("/advances", response_model=list[shapes.AdvanceNow])
def advances(who: SignedIn) -> list[shapes.AdvanceNow]:
    """Advances that you may give, have given, or have asked."""
    return [now for row in who.service.lookup.advances_for(who.address) if (now := _now(who, row)) is not None]


@router.get("/loyalty", response_model=shapes.LoyaltyNow)
def own_loyalty(who: SignedIn) -> shapes.LoyaltyNow:
    """Your points for good conduct, and what they take off the league's fee."""
    from hanse.app.api.proposing import loyalty_policy, points_taken  # a plan's words come with drawing and solvers

    service = who.service
    name, policy = loyalty_policy(service)
    known, gone = conduct(service.lookup.settled_with(who.address)), points_taken(service, who.address)
    found = loyalty(known, who.address, chain_now(service.quick(), service.clock), gone, policy)
    return shapes.LoyaltyNow(**asdict(found), **asdict(policy), policy=name)


@router.put("/loyalty/policy", **TAKEN)
def set_policy(who: Coordinator, key: Key, body: shapes.LoyaltyRule, response: Response) -> shapes.ActionNow:
    """Set by which rule good conduct earns points. Points are counted anew by it; agreements keep what they took, by
    the rule they name."""
    service, data = who.service, policy_document(LoyaltyPolicy(**body.model_dump()))

    def build() -> list[Any]:
        topic = hash_text(TOPIC)
        number = 1 + max((row.number for row in service.lookup.anchors(topic, who.address)), default=0)
        root = hash_bytes(who.put(data))
        return [service.message("Anchors", "anchor", TOPIC, number, root)]

    return taken(who, response, key, "set the rule of loyalty", None, body, build)


@router.post(MILESTONE + "/advance", **TAKEN)
def ask(
    who: SignedIn,
    key: Key,
    number: Numbered,
    milestone: Milestoned,
    body: shapes.AskAdvance,
    response: Response,
) -> shapes.ActionNow:
    """The member asks money now for a part of what its work will pay; it may ask other terms until it is given."""
    row, one = work_of(who, number, milestone)
    only(who, [one.member], "its member")
    most = one.price + one.compensation
    if not 0 < body.amount <= body.repay <= most:
        raise InputError(
            f"{body.repay / 100:.2f} for {body.amount / 100:.2f} is no advance on {most / 100:.2f}",
            where="amount, repay",
            hint="what is repaid is at least what is given, and at most what the work can pay",
        )
    financier = "" if body.financier is None else to_checksum_address(body.financier)
    words = Advance(body.amount, body.repay, body.until, financier).words()
    return _send(who, response, key, "ask an advance", row, milestone, body, "askAdvance", words)


@router.delete(MILESTONE + "/advance", **TAKEN)
def take_back(who: SignedIn, key: Key, number: Numbered, milestone: Milestoned, response: Response) -> shapes.ActionNow:
    """The member asks no more."""
    row, one = work_of(who, number, milestone)
    only(who, [one.member], "its member")
    words = Advance(0, 0, 0).words()
    return _send(who, response, key, "ask no advance", row, milestone, None, "askAdvance", words)


@router.post("/advances/{number}/{milestone}", **TAKEN)
def give(
    who: SignedIn,
    key: Key,
    number: Numbered,
    milestone: Milestoned,
    body: shapes.AskAdvance,
    response: Response,
) -> shapes.ActionNow:
    """Give an advance, exactly as it is asked. It is repaid out of what the work pays its member, and from nothing
    else: if the work fails, it is lost."""
    service = who.service
    row, asked = service.lookup.agreement(number), _asked(who, number, milestone)
    if row is None or asked is None:
        raise NotThere("nobody asks you for an advance there", where=f"agreement {number}, milestone {milestone}")

    def build() -> list[Any]:
        wanted = "" if body.financier is None else to_checksum_address(body.financier)
        same = (asked.amount, asked.repay, asked.until, asked.financier) == (
            *(body.amount, body.repay, body.until, wanted),
        )
        if asked.state != "asked" or not same:
            raise Conflict("that is not what is asked now", where="amount, repay, until", hint="look at it again")
        words = Advance(body.amount, body.repay, body.until, wanted).words()
        return _after_deposit(who, body.amount, "giveAdvance", number, row.deal.words(), milestone, words)

    return taken(who, response, key, "give an advance", [number, milestone], body, build)


def _asked(who: Caller, number: int, milestone: int) -> AdvanceRow | None:
    """What is asked there of the caller, of anyone, or was given by the caller."""
    found = who.service.lookup.advances_of(number)
    return next((one for one in found if one.milestone == milestone and one.financier in ("", who.address)), None)


def _now(who: Caller, row: AdvanceRow) -> shapes.AdvanceNow | None:
    agreement = who.service.lookup.agreement(row.agreement)
    if agreement is None:
        return None  # the chain has just turned
    one = agreement.deal.milestones[row.milestone]
    stage = next(
        (its.stage for its in who.service.lookup.milestones(row.agreement) if its.number == row.milestone), "agreed"
    )
    names = ("agreement", "milestone", "member", "financier", "amount", "repay", "until", "state", "repaid")
    return shapes.AdvanceNow(
        **{name: getattr(row, name) for name in names},
        order=agreement.deal.order,
        most=one.price + one.compensation,
        due=one.due,
        stage=stage,
    )


def _after_deposit(who: Caller, amount: int, function: str, *words: Any) -> list[Any]:
    """What puts down the rest of an amount, and then takes it."""
    service = who.service
    lacks = amount - reading.money.purse(service, who.address, "settlement")
    down = put_down(who, "settlement", lacks)
    gas = DONE_AFTER_DEPOSIT_GAS if down else None
    return [*down, service.message("Settlement", function, *words, gas=gas)]


def _send(
    who: Caller, response: Response, key: str, what: str, row: AgreementRow, milestone: int, body: BaseModel | None,
    function: str, words: tuple[Any, ...],
) -> shapes.ActionNow:  # fmt: skip
    message = who.service.message
    return taken(
        who, response, key, what, [row.number, milestone], body,
        lambda: [message("Settlement", function, row.number, row.deal.words(), milestone, words)],
    )  # fmt: skip
