"""Credentials: check what somebody in front of you shows, show one of yours, sign them as a notary; what was refused
and why; and who does what for whom in the league."""

from __future__ import annotations

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui.lending import bring
from hanse.app.ui.pieces import badge, card, cell, empty, facts, listing, moment, money, table, words
from hanse.app.ui.screens import Again, Visit, screen
from hanse.app.ui.texts import Credentials as say
from hanse.app.ui.texts import Lending

KINDS = ("organisation", "person", "device")


@screen("/credentials", say.title)
async def credentials(at: Visit) -> None:
    """What everybody can do, what a notary can, and both lists."""
    with card(say.check, id="check"):
        again = _check(at)
    if at.who.managed:
        with card(say.show, id="show"):
            _show(at)
    if at.is_("notary") and at.who.managed:
        accounts = await at.door.all("accounts", shapes.AccountNow, most=10_000)
        with card(say.issue, id="issue"):
            _issue(at, {one.address: one.name for one in accounts})
    with card(say.refused, id="refused"):
        again.append(await at.show(lambda: at.door.some("refusals", shapes.RefusalNow, limit=50), _refusals))
    with card(say.network, id="network"):
        network = await at.show(
            lambda: at.door.get("network", shapes.NetworkNow), _network, "member", "right", "delegate"
        )
    with card(Lending.bring_title, id="bring"):
        bring(at, network)


def _check(at: Visit) -> list[Again]:
    """Asks for a number, takes what is shown for it, and says what is believed. Returns what to do after each try."""
    ui.label(say.check_lead)
    told, again = ui.element("div"), list[Again]()
    asked: list[shapes.QuestionNow] = []
    with ui.element("div").classes("form"):

        async def ask() -> None:
            question = await at.do("POST", "presentations/questions", shape=shapes.QuestionNow)
            if question is None:
                return
            asked[:] = [question]
            told.clear()
            with told, facts() as fact:
                with fact(say.audience):
                    ui.label(question.audience)
                with fact(say.nonce):
                    ui.label(question.nonce).classes("link nonce")

        async def check() -> None:
            if not asked:
                ui.notify(say.ask_first, type="warning")
                return
            body = {"presentation": shown.value.strip(), "nonce": asked.pop().nonce}
            found = await at.do("POST", "presentations/judgement", body, shape=shapes.VerifiedNow)
            result.clear()
            with result:
                _judged(found)
            for one in again:
                await one()

        ui.button(say.ask, on_click=ask).props("no-caps")
        shown = ui.textarea(say.shown).props("outlined")
        ui.button(say.judge, on_click=check).props("no-caps")
    result = ui.element("div").props("aria-live=polite")
    return again


def _judged(found: shapes.VerifiedNow | None) -> None:
    if found is None:
        badge(say.not_believed, "bad")
        return
    badge(say.believed, "good")
    with facts() as fact:
        for name, value in found.claims.items():
            with fact(name):
                ui.label(str(value))
        with fact(say.kind):
            ui.label(say.kinds[found.kind])
        with fact(say.about):
            ui.label(found.subject).classes("link")
        with fact(say.by):
            ui.label(found.issuer).classes("link")
        with fact(say.until):
            moment(found.until)
        with fact(say.block):
            ui.label(str(found.block))


def _show(at: Visit) -> None:
    ui.label(say.show_lead)
    with ui.element("div").classes("form"):
        kept = ui.textarea(say.credential).props("outlined")
        names = ui.input(say.names)
        audience, nonce = ui.input(say.audience), ui.input(say.nonce)

        async def send() -> None:
            body = {
                "credential": kept.value.strip(),
                "show": [one.strip() for one in names.value.split(",") if one.strip()],
                "audience": audience.value.strip(),
                "nonce": nonce.value.strip(),
            }
            made = await at.do("POST", "presentations", body, shape=shapes.Presented)
            if made is not None:
                _give(result, say.give_shown, made.presentation)

        ui.button(say.show_do, on_click=send).props("no-caps")
    result = ui.element("div").props("aria-live=polite")


def _issue(at: Visit, people: dict[str, str]) -> None:
    ui.label(say.issue_lead)
    with ui.element("div").classes("form"):
        kind = ui.select({one: say.kinds[one] for one in KINDS}, value=KINDS[0], label=say.kind)
        subject = ui.select(people, label=say.about, with_input=True)
        claims = ui.textarea(say.claims).props("outlined autogrow")
        days = ui.number(say.days, value=365, min=1, max=3650, precision=0)

        async def send() -> None:
            pairs = [line.partition("=") for line in claims.value.splitlines() if line.strip()]
            body = {
                "kind": kind.value,
                "subject": subject.value or "",
                "claims": {name.strip(): value.strip() for name, _, value in pairs},
                "days": int(days.value or 0),
            }
            details = [f"{name}: {value}" for name, value in body["claims"].items()]
            if not await at.sure(say.issue_ask.format(people.get(body["subject"], "?")), say.issue_do, *details):
                return
            made = await at.do("POST", "credentials", body, shape=shapes.CredentialNow)
            if made is not None:
                _give(result, say.give_issued, made.credential)

        ui.button(say.issue_do, on_click=send).props("no-caps")
    result = ui.element("div").props("aria-live=polite")


def _give(place: ui.element, lead: str, text: str) -> None:
    """A text to take away: it is kept nowhere."""
    place.clear()
    with place:
        ui.label(lead)
        ui.textarea(value=text).props(f'outlined readonly aria-label="{lead}"')
        ui.button(say.copy, icon="content_copy", on_click=lambda: ui.clipboard.write(text)).props("flat dense no-caps")


def _refusals(found: list[shapes.RefusalNow]) -> None:
    if not found:
        empty(say.nothing_refused)
        return
    with table(say.when, say.what, say.who, say.why) as row:
        for one in found:
            with row():
                with cell():
                    moment(one.moment)
                words(one.place, one.party or say.nobody_known)
                with cell():
                    badge(say.reasons.get(one.reason, one.reason), "bad")
                    ui.label(one.detail).classes("quiet small")


def _network(told: shapes.NetworkNow) -> None:
    nodes = {one.address: one for one in told.nodes}
    names = {address: one.name or f"{address[:8]}…" for address, one in nodes.items()}
    columns = (("name", say.name), ("kind", say.kind), ("does", say.does))
    rows = []
    for address, one in nodes.items():
        does = [
            say.ties[link.tie].format(names[link.target])
            + (say.limit.format(money(link.most)) if link.most is not None else "")
            for link in told.links
            if link.source == address
        ]
        rows.append({"address": address, "name": names[address], "kind": say.nodes[one.kind], "does": "; ".join(does)})
    listing(columns, rows, key="address", label=say.network)
    if told.more:
        ui.label(say.more_network).classes("quiet small")
