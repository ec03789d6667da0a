"""The form by which a member lets a clerk sign agreements for it."""

from __future__ import annotations

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui.forms import cents
from hanse.app.ui.pieces import money
from hanse.app.ui.screens import Again, Visit
from hanse.app.ui.texts import Credentials as say


async def acting(at: Visit, again: Again) -> None:
    """For the visitor's own identity."""
    people = await at.door.all("accounts", shapes.AccountNow, most=10_000)
    names = {one.address: one.name for one in people if one.address != at.who.address}
    ui.label(say.clerk_lead)
    with ui.element("div").classes("form"):
        clerk = ui.select(names, label=say.clerk_who, with_input=True)
        each, period = ui.input(say.clerk_each), ui.input(say.clerk_month)
        days = ui.number(say.clerk_days, value=365, min=0, max=3650, precision=0)

        async def mandate() -> None:
            per_deal, per_period = cents(each.value), cents(period.value)
            if clerk.value is None or per_deal is None or per_period is None:
                ui.notify(say.clerk_wrong, type="warning")
                return
            who, until = names[clerk.value], int(days.value or 0)
            details = say.clerk_what.format(money(per_deal), money(per_period), until)
            if await at.sure(say.clerk_ask.format(who), say.clerk_do, details if until else say.clerk_ends):
                body = {"clerk": clerk.value, "per_deal": per_deal, "per_period": per_period, "days": until}
                if await at.write("POST", f"identities/{at.who.address}/mandates", body, done=say.act_done):
                    await again()

        ui.button(say.clerk_do, on_click=mandate).props("no-caps")
    ui.link(say.gateway_lead, "/shop")
