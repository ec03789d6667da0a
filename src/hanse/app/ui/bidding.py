"""What people do with a request for quotation, each with its question: ask, bid, open, deliver, accept, report, decide,
give up, take back. A bid is kept by the bidder's browser, and as a file; the service has nothing but its seal."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import forms, zones
from hanse.app.ui.deeds import Deed, writing
from hanse.app.ui.forms import Read, filled
from hanse.app.ui.pieces import complain, money
from hanse.app.ui.screens import Visit
from hanse.app.ui.texts import Agreements
from hanse.app.ui.texts import Market as say
from hanse.app.ui.zones import DAY, HOUR
from hanse.errors import InputError
from hanse.market import slip
from hanse.units import MILLION

PERCENT = MILLION // 100


def phase(one: shapes.QuotationNow, now: float) -> str:
    """Where a request stands, as its stage and the clock tell it."""
    if one.stage != "open":
        return one.stage
    return "bidding" if now < one.commit_end else "opening" if now < one.reveal_end else "deciding"


def deeds(at: Visit, one: shapes.QuotationNow, now: float) -> list[Deed]:
    """What the visitor can do with a request now."""
    own, at_, found = at.who.address, phase(one, now), list[Deed]()
    asks, won = own == one.requester, own == one.winner
    if at_ == "bidding" and not asks and not at.speaks_for(one.arbiter):
        found.append(Deed(say.bid, lambda: _bid(at, one), main=True))
    if at_ == "bidding" and asks:
        found.append(Deed(say.cancel, lambda: _cancel(at, one)))
    if at_ == "opening" and any(bid.bidder == own and bid.state == "sealed" for bid in one.bids):
        found.append(Deed(say.open, lambda: _open(at, one), main=True))
    if at_ == "awarded" and won:
        found.append(Deed(say.deliver, lambda: _words(at, one, "delivery", say.deliver), main=True))
        found.append(Deed(say.hand_on, lambda: ask(at, parent=one)))
    if at_ in ("awarded", "delivered") and (won if at_ == "awarded" else asks):
        causes = ("breakdown", "transport") if at_ == "awarded" else ("quality", "transport")
        found.append(Deed(say.report, lambda: _report(at, one, causes)))
    if at_ in ("delivered", "disputed") and asks:
        found.append(Deed(say.accept, lambda: _accept(at, one), main=True))
    if at_ in ("awarded", "delivered", "disputed") and won:
        found.append(Deed(say.give_up, lambda: _give_up(at, one)))
    if at_ == "disputed" and at.speaks_for(one.arbiter) and at.is_("arbiter"):
        found.append(Deed(say.decide, lambda: _decide(at, one), main=True))
    return found


# --- asking -----------------------------------------------------------------------------------------------------


async def ask(at: Visit, parent: shapes.QuotationNow | None = None) -> None:
    """Asks for quotations. parent: the work whose part is handed on."""
    zone, now = zones.zone_of(at.client), int(time.time())
    services = (await at.door.get("league", shapes.LeagueNow)).services

    def fields() -> Read:
        title = ui.input(say.title_field, validation={say.needed: lambda text: bool((text or "").strip())})
        title.props("maxlength=120").classes("wide").without_auto_validation()
        words = forms.words_field(say.words)
        wanted = ui.select(services, multiple=True, value=[], label=say.services).classes("wide")
        with ui.row().classes("fields"):
            budget = forms.amount(say.budget, least=1)
            bond = forms.amount(say.bond, least=1)
        with ui.row().classes("fields"):
            commit = forms.whole(say.commit, 48, least=1, most=90 * 24)
            reveal = forms.whole(say.reveal, 24, least=1, most=90 * 24)
            latest = forms.moment_field(say.latest, parent.ready if parent else now + 21 * DAY, zone)
        with ui.row().classes("fields"):
            per_day = forms.amount(say.per_day, 0)
            per_quality = forms.amount(say.per_quality, 0)
            least = forms.whole(say.least_quality, 0, least=0, most=100)
        ui.label(say.who_bears)
        with ui.row().classes("fields"):
            bears = {
                name: forms.whole(label, value, least=0, most=100)
                for name, label, value in (
                    ("quality", say.causes["quality"], 100), ("breakdown", say.causes["breakdown"], 100),
                    ("transport", say.causes["transport"], 100), ("per_day", say.late_day, 1),
                    ("cap", say.late_cap, 20),
                )
            }  # fmt: skip

        def read() -> Mapping[str, Any] | None:
            if not filled(title, budget, bond, commit, reveal, latest, per_day, per_quality, least, *bears.values()):
                return None
            return {
                "title": title.value.strip(), "words": words.value or "", "services": list(wanted.value or []),
                "budget": forms.cents(budget.value), "bond": forms.cents(bond.value),
                "commit": int(commit.value) * HOUR, "reveal": int(reveal.value) * HOUR,
                "latest": zones.typed(latest.value, zone),
                "per_day": forms.cents(per_day.value), "per_quality": forms.cents(per_quality.value),
                "least_quality": int(least.value) * PERCENT, "parent": parent.number if parent else None,
                "liability": {name: int(one.value) * PERCENT for name, one in bears.items()},
            }  # fmt: skip

        return read

    question = say.hand_on_ask.format(parent.title) if parent else say.ask_ask
    more = (say.hand_on_what,) if parent else ()
    await forms.form(at, question, say.ask, fields, writing(at, "quotations", say.asked), say.ask_what, *more)


async def _cancel(at: Visit, one: shapes.QuotationNow) -> None:
    if await at.sure(say.cancel_ask, say.cancel, say.cancel_what.format(money(one.budget))):
        await at.write("DELETE", _path(one), done=say.cancelled)


# --- bidding ----------------------------------------------------------------------------------------------------


async def _bid(at: Visit, one: shapes.QuotationNow) -> None:
    zone = zones.zone_of(at.client)
    league = await at.door.get("league", shapes.LeagueNow)

    def fields() -> Read:
        price = forms.amount(say.price, None)
        ready = forms.moment_field(say.ready, min(one.latest, max(one.earliest, one.reveal_end + DAY)), zone)
        quality = forms.whole(say.quality, 100, least=0, most=100)

        def read() -> Mapping[str, Any] | None:
            if not filled(price, ready, quality):
                return None
            return {
                "price": forms.cents(price.value) or 0,
                "ready": zones.typed(ready.value, zone) or 0,
                "quality": int(quality.value) * PERCENT,
            }

        return read

    async def send(body: Mapping[str, Any], key: str) -> object:
        contract = league.contracts["Quotations"]
        made = slip.made(
            league.chain_id, contract, one.number, at.who.address, body["price"], body["ready"], body["quality"],
            "0x" + "00" * 32,
        )  # fmt: skip
        text = made.text()
        with at.client:  # kept before anything is locked
            ui.run_javascript(f"localStorage.setItem({json.dumps(_place(one, at))}, {json.dumps(text)})")
            ui.download.content(text, f"bid-{one.number}.json", "application/json")
        return await at.write("POST", f"{_path(one)}/bids", {"seal": "0x" + made.seal.hex()}, done=say.sealed, key=key)

    details = say.bid_what.format(money(one.bond)), say.bid_keep
    await forms.form(at, say.bid_ask.format(one.title), say.bid, fields, send, *details)


async def _open(at: Visit, one: shapes.QuotationNow) -> None:
    with at.client:
        kept = await forms.remembered(at, f"localStorage.getItem({json.dumps(_place(one, at))})")

    def fields() -> Read:
        text = ui.textarea(say.slip, value=kept).props("outlined maxlength=4096").classes("wide")

        def read() -> Mapping[str, Any] | None:
            try:
                its = slip.read(text.value or "").bid
            except InputError as error:
                complain(error)
                return None
            salt = "0x" + its.salt.hex()
            return {
                "price": its.price,
                "ready": its.ready,
                "quality": its.quality,
                "document": its.document,
                "salt": salt,
            }

        return read

    sent = writing(at, f"{_path(one)}/opening", say.opened)
    await forms.form(at, say.open_ask, say.open, fields, sent, say.open_what.format(money(one.bond)))


# --- working ----------------------------------------------------------------------------------------------------


async def _words(at: Visit, one: shapes.QuotationNow, path: str, yes: str) -> None:
    def fields() -> Read:
        words = forms.words_field(say.said)
        return lambda: {"words": words.value or ""}

    what = say.deliver_what.format(zones.span(one.review))
    await forms.form(at, say.deliver_ask, yes, fields, writing(at, f"{_path(one)}/{path}", say.delivered), what)


async def _report(at: Visit, one: shapes.QuotationNow, causes: tuple[str, ...]) -> None:
    def fields() -> Read:
        cause = ui.select({name: say.causes[name] for name in causes}, value=causes[0], label=say.cause).classes("wide")
        words = forms.words_field(say.said)
        return lambda: {"cause": cause.value, "words": words.value or ""}

    what = say.report_what.format(say.bears(one.liability))
    await forms.form(at, say.report_ask, say.report, fields, writing(at, f"{_path(one)}/report", say.reported), what)


async def _accept(at: Visit, one: shapes.QuotationNow) -> None:
    def fields() -> Read:
        rating = ui.select(dict(Agreements.ratings), value=None, label=say.rating).classes("wide")
        return lambda: {"rating": rating.value}

    what = say.accept_what.format(money(one.price))
    await forms.form(at, say.accept_ask, say.accept, fields, writing(at, f"{_path(one)}/acceptance", say.paid), what)


async def _give_up(at: Visit, one: shapes.QuotationNow) -> None:
    if await at.sure(say.give_up_ask, say.give_up, say.give_up_what.format(money(one.price), money(one.bond))):
        await at.write("POST", f"{_path(one)}/surrender", done=say.given_up)


async def _decide(at: Visit, one: shapes.QuotationNow) -> None:
    def fields() -> Read:
        cause = ui.select(dict(say.causes), value="none", label=say.cause).classes("wide")
        return lambda: {"cause": cause.value}

    what = say.decide_what.format(say.bears(one.liability))
    await forms.form(at, say.decide_ask, say.decide, fields, writing(at, f"{_path(one)}/decision", say.decided), what)


def _path(one: shapes.QuotationNow) -> str:
    return f"quotations/{one.number}"


def _place(one: shapes.QuotationNow, at: Visit) -> str:
    """Where this browser keeps the visitor's bid; what is asked for tells one league's request 7 from another's."""
    return f"hanse-bid-{one.document[:18]}-{one.number}-{at.who.address}"
