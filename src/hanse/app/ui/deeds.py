"""What people do with an agreement, each with its question: sign, decline, ask for other terms, put money down, begin,
deliver, accept and rate, dispute, rule, appeal, give back, revise. Used by My shop, orders and agreements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import browser, forms, zones
from hanse.app.ui.dossier import Dossier, promise
from hanse.app.ui.forms import Read, filled
from hanse.app.ui.pieces import complain, money
from hanse.app.ui.screens import Again, Visit
from hanse.app.ui.texts import Agreements as say
from hanse.app.ui.texts import Financing as funds
from hanse.errors import HanseError
from hanse.units import MILLION


class Deed(NamedTuple):
    """A button. main: what most people came for."""

    label: str
    do: Callable[[], Awaitable[None]]
    main: bool = False


def buttons(deeds: Sequence[Deed]) -> None:
    """Buttons beside each other."""
    if deeds:
        with ui.row().classes("actions"):
            for deed in deeds:
                ui.button(deed.label, on_click=deed.do).props("no-caps" if deed.main else "outline no-caps")


def answers(at: Visit, case: Dossier, again: Again, wish: int | None = None, party: str = "") -> list[Deed]:
    """What the visitor can say to a proposal. wish: cents on top that it would ask for; party: for whom it is a clerk
    here, which can sign and nothing else; empty for itself."""
    deal, own = case.deal, at.who.address
    if deal.status != "open" or case.expired:
        return []
    if party not in ("", own):
        label = say.sign_for.format(case.names.get(party, party))
        return [Deed(label, lambda: _sign(at, case, again, party), main=True)] if party in deal.waiting else []
    involved = own in case.parties()
    found = []
    if own in deal.waiting:
        found += [Deed(say.sign, lambda: _sign(at, case, again), main=True)]
    if involved:
        found += [Deed(say.counter, lambda: _counter(at, case, wish))]
    if involved or own == deal.proposer:
        found += [Deed(say.decline, lambda: _decline(at, case))]
    if own == deal.proposer and deal.version < deal.rounds and at.is_("coordinator"):
        found += [Deed(say.revise, lambda: _revise(at, case))]
    for who, lacks in ((deal.customer, deal.lacks), (deal.proposer, deal.proposer_lacks)):
        if own == who and lacks:
            found += [Deed(say.put_down.format(money(lacks)), partial(_put_down, at, lacks, again), main=True)]
    return found


def works(at: Visit, case: Dossier, one: shapes.MilestoneNow) -> list[Deed]:
    """What the visitor can do about a piece of work now."""
    own, stage, ends = at.who.address, one.stage, case.deal.conditions
    found = []
    if own == one.member:
        if stage in ("agreed", "started") and one.funded and not one.advanced:
            found.append(Deed(funds.ask, lambda: _ask_advance(at, case, one)))
        if stage == "agreed" and one.funded:
            found.append(Deed(say.start, lambda: _start(at, case, one), main=True))
        if stage == "started":
            found.append(Deed(say.deliver, lambda: _words(at, case, one, "delivery", DELIVER), main=True))
        if stage in ("agreed", "started", "disputed"):
            found.append(Deed(say.give_up, lambda: _give_up(at, case, one)))
    if own == case.deal.customer and stage == "agreed" and not one.funded:
        found.append(Deed(funds.pay.format(money(instalment(case, one))), lambda: _pay(at, case, one), main=True))
    if own == case.deal.customer and stage in ("delivered", "disputed"):
        found.append(Deed(say.accept, lambda: _accept(at, case, [one]), main=True))
        if stage == "delivered":
            found.append(Deed(say.dispute, lambda: _words(at, case, one, "dispute", DISPUTE)))
    if own in (case.deal.customer, one.member) and stage == "ruled":
        found.append(Deed(say.appeal, lambda: _words(at, case, one, "appeal", APPEAL)))
    judge = {"disputed": ends.arbiter, "appealed": ends.second_arbiter}.get(stage)
    if judge is not None and at.speaks_for(judge) and at.is_("arbiter"):
        found.append(Deed(say.rule, lambda: _rule(at, case, one), main=True))
    parties, disputed = (case.deal.customer, one.member), stage in ("disputed", "ruled", "appealed")
    if own in parties and disputed and case.deal.liability is not None and own not in one.waived:
        found.append(Deed(say.waive, lambda: _waive(at, case, one)))
    return found


def accept_all(at: Visit, case: Dossier) -> list[Deed]:
    """Accepting all that was delivered, if it is more than one piece."""
    there = [one for one in case.deal.milestones if one.stage == "delivered"]
    if at.who.address != case.deal.customer or len(there) < 2:
        return []
    return [Deed(say.accept_all.format(len(there)), lambda: _accept(at, case, there), main=True)]


# --- proposals --------------------------------------------------------------------------------------------------


async def _sign(at: Visit, case: Dossier, again: Again, party: str = "") -> None:
    """party: for whom, as its clerk; empty for oneself."""
    zone = zones.zone_of(at.client)
    details = promise(case, party or at.who.address, zone)
    question, yes = say.sign_ask.format(case.number), say.sign
    if party:
        yes = say.sign_for.format(case.names.get(party, party))
        details = [say.sign_for_what.format(case.names.get(party, party)), *details]
    if not await at.sure(question, yes, *details):
        return
    body: dict[str, Any] = {"party": party} if party else {}
    with at.client:
        if not at.who.managed:
            try:
                body["signature"] = await _by_wallet(at, case.number, party)
            except HanseError as error:
                complain(error)
                return
    path = f"agreements/{case.number}/signature"
    if await at.do("POST", path, body, shape=shapes.AgreementNow, done=say.sign_done):
        await again()


async def _by_wallet(at: Visit, number: int, party: str) -> str:
    whose = {"party": party} if party else {}
    asked = await at.door.get(f"agreements/{number}/acceptance", shapes.AcceptanceToSign, **whose)
    return await browser.signature(asked.typed, at.who.address)


async def _put_down(at: Visit, lacks: int, again: Again) -> None:
    question = say.put_down_ask.format(money(lacks))
    if await at.sure(question, say.put_down.format(money(lacks)), say.put_down_what):
        await at.write("POST", "money/settlement/deposit", {"amount": lacks}, done=say.put_down_done)
        await again()


async def _decline(at: Visit, case: Dossier) -> None:
    def fields() -> Read:
        reason = ui.select(dict(say.reasons), value="unsaid", label=say.reason).classes("wide")
        return lambda: {"reason": reason.value}

    await forms.form(
        at, say.decline_ask.format(case.number), say.decline, fields,
        writing(at, f"agreements/{case.number}/refusal", say.decline_done), say.decline_what,
    )  # fmt: skip


async def _counter(at: Visit, case: Dossier, wish: int | None) -> None:
    zone = zones.zone_of(at.client)
    choice = case.own(at.who.address) or case.deal.milestones

    def fields() -> Read:
        names = {one.number: f"{case.names[one.member]}: {case.work(one.member)}" for one in choice}
        which = ui.select(names, value=choice[0].number, label=say.piece).classes("wide")
        which.set_visibility(len(choice) > 1)
        first = choice[0]
        price = forms.amount(say.price, first.price)
        extra = forms.amount(say.compensation, first.compensation if wish is None else wish)
        start_by = forms.moment_field(say.start_by, first.start_by, zone)
        due = forms.moment_field(say.due, first.due, zone)
        words = forms.words_field(say.why)

        def refill() -> None:
            one = next(one for one in choice if one.number == which.value)
            price.value, extra.value = f"{one.price / 100:.2f}", f"{one.compensation / 100:.2f}"
            start_by.value, due.value = zones.field(one.start_by, zone), zones.field(one.due, zone)

        which.on_value_change(refill)

        def read() -> Mapping[str, Any] | None:
            if not filled(price, extra, start_by, due):
                return None
            return {
                "milestone": which.value,
                "price": forms.cents(price.value),
                "compensation": forms.cents(extra.value),
                "start_by": zones.typed(start_by.value, zone),
                "due": zones.typed(due.value, zone),
                "words": words.value or "",
            }

        return read

    await forms.form(
        at, say.counter_ask.format(case.number), say.counter_send, fields,
        writing(at, f"agreements/{case.number}/counter", say.counter_done), say.counter_what,
    )  # fmt: skip


async def _revise(at: Visit, case: Dossier) -> None:
    """Other compensations, filled in with what members asked for last."""
    wished = {
        (one.party, one.milestone): one.compensation for one in case.deal.said if one.version == case.deal.version
    }

    def fields() -> Read:
        asked = []
        for member in dict.fromkeys(one.member for one in case.deal.milestones):
            own = case.own(member)
            now = sum(one.compensation for one in own)
            wish = sum(wished.get((member, one.number)) or one.compensation for one in own)
            ui.label(say.revise_member.format(case.names[member], money(sum(one.price for one in own)), money(now)))
            with ui.row().classes("fields"):
                extra = forms.amount(say.compensation, wish)
                ours = forms.amount(say.subsidy, sum(one.subsidy for one in own))
            asked.append((case.ids.get(member, ""), extra, ours))

        def read() -> Mapping[str, Any] | None:
            if not all(filled(extra, ours) for _, extra, ours in asked):
                return None
            found = {
                id: {"amount": forms.cents(extra.value) or 0, "subsidy": forms.cents(ours.value) or 0}
                for id, extra, ours in asked
            }
            return {"compensation": {id: one for id, one in found.items() if one["amount"]}}

        return read

    left = case.deal.rounds - case.deal.version
    await forms.form(
        at, say.revise_ask.format(case.number), say.revise_send, fields,
        writing(at, f"agreements/{case.number}/version", say.revise_done), say.revise_what.format(left),
    )  # fmt: skip


# --- work -------------------------------------------------------------------------------------------------------


class Wording(NamedTuple):
    """A deed that takes words."""

    ask: str
    what: str
    label: str
    yes: str
    done: str


DELIVER = Wording(say.deliver_ask, say.deliver_what, say.deliver_words, say.deliver, say.deliver_done)
DISPUTE = Wording(say.dispute_ask, say.dispute_what, say.dispute_words, say.dispute, say.dispute_done)
APPEAL = Wording(say.appeal_ask, say.appeal_what, say.appeal_words, say.appeal, say.appeal_done)


async def _start(at: Visit, case: Dossier, one: shapes.MilestoneNow) -> None:
    zone = zones.zone_of(at.client)
    what = say.start_what.format(case.work(one.member), zones.when(one.due, zone))
    if await at.sure(say.start_ask.format(case.deal.order), say.start, what):
        await at.write("POST", f"{_path(case, one)}/start", done=say.start_done)


def instalment(case: Dossier, one: shapes.MilestoneNow) -> int:
    """What the customer pays in for a piece of work."""
    ends = case.deal.conditions
    onto = sum(one.price * rate // MILLION for rate in (ends.reward, ends.fee))
    return one.price + one.compensation - one.subsidy + onto


async def _pay(at: Visit, case: Dossier, one: shapes.MilestoneNow) -> None:
    amount = money(instalment(case, one))
    if await at.sure(funds.pay_ask.format(case.number), funds.pay.format(amount), funds.pay_what.format(amount)):
        path = f"agreements/{case.number}/instalments"
        await at.write("POST", path, {"milestones": [one.number]}, done=funds.paid_in)


async def _ask_advance(at: Visit, case: Dossier, one: shapes.MilestoneNow) -> None:
    zone, most = zones.zone_of(at.client), one.price + one.compensation

    def fields() -> Read:
        amount = forms.amount(funds.amount, most * 8 // 10, least=1)
        repay = forms.amount(funds.repay, most * 82 // 100, least=1)
        until = forms.moment_field(funds.until, min(one.due, one.start_by), zone)

        def read() -> Mapping[str, Any] | None:
            if not filled(amount, repay, until):
                return None
            return {
                "amount": forms.cents(amount.value),
                "repay": forms.cents(repay.value),
                "until": zones.typed(until.value, zone),
            }

        return read

    sent = writing(at, f"{_path(case, one)}/advance", funds.asked)
    await forms.form(at, funds.ask_ask, funds.ask, fields, sent, funds.ask_what)


async def _give_up(at: Visit, case: Dossier, one: shapes.MilestoneNow) -> None:
    what = say.give_up_what.format(case.work(one.member), money(one.price + one.compensation))
    if await at.sure(say.give_up_ask.format(case.deal.order), say.give_up, what):
        await at.write("POST", f"{_path(case, one)}/surrender", done=say.give_up_done)


async def _words(at: Visit, case: Dossier, one: shapes.MilestoneNow, path: str, deed: Wording) -> None:
    ends = case.deal.conditions
    spans = {"review": zones.span(ends.review), "ruling": zones.span(ends.ruling)}
    what = deed.what.format(case.work(one.member), case.names[one.member], **spans)

    def fields() -> Read:
        words = forms.words_field(deed.label)
        return lambda: {"words": words.value or ""}

    sent = writing(at, f"{_path(case, one)}/{path}", deed.done)
    await forms.form(at, deed.ask.format(case.deal.order), deed.yes, fields, sent, what)


async def _accept(at: Visit, case: Dossier, those: Sequence[shapes.MilestoneNow]) -> None:
    pay = money(sum(one.price + one.compensation for one in those))

    def fields() -> Read:
        rated = []
        for one in those:
            label = say.rating.format(case.names[one.member], case.work(one.member))
            rated.append(ui.select(dict(say.ratings), value=None, label=label).classes("wide"))
        return lambda: {"milestones": [one.number for one in those], "ratings": [one.value for one in rated]}

    await forms.form(
        at, say.accept_ask, say.accept, fields,
        writing(at, f"agreements/{case.number}/acceptances", say.accept_done), say.accept_what.format(pay),
    )  # fmt: skip


async def _waive(at: Visit, case: Dossier, one: shapes.MilestoneNow) -> None:
    if await at.sure(say.waive_ask.format(case.deal.order), say.waive, say.waive_what):
        await at.write("POST", f"{_path(case, one)}/waiver", done=say.waived_done)


async def _rule(at: Visit, case: Dossier, one: shapes.MilestoneNow) -> None:
    """By what happened where all have signed who bears it, else, or if both have waived that, by a share."""
    pay, borne = money(one.price + one.compensation), case.deal.liability
    by_share = borne is None or len(one.waived) == 2
    what = say.rule_what if borne is None or by_share else say.rule_by_cause
    bears = "" if borne is None else say.bears(borne)
    what = what.format(case.names[one.member], pay, zones.span(case.deal.conditions.appeal), bears)

    def fields() -> Read:
        share = forms.whole(say.share, 50, least=0, most=100) if by_share else None
        cause = None if share is not None else ui.select(dict(say.causes), value="none", label=say.cause)
        words = forms.words_field(say.rule_words)

        def read() -> Mapping[str, Any] | None:
            if cause is not None:
                return {"cause": cause.value, "words": words.value or ""}
            assert share is not None
            if not filled(share):
                return None
            return {"share": int(share.value) * MILLION // 100, "words": words.value or ""}

        return read

    sent = writing(at, f"{_path(case, one)}/ruling", say.rule_done)
    await forms.form(at, say.rule_ask.format(case.deal.order), say.rule, fields, sent, what)


def _path(case: Dossier, one: shapes.MilestoneNow) -> str:
    return f"agreements/{case.number}/milestones/{one.number}"


def writing(at: Visit, path: str, done: str) -> forms.Send:
    """What sends a body there."""
    return lambda body, key: at.write("POST", path, body, done=done, key=key)
