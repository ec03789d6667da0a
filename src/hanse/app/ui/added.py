"""A part of an order's page: who added what to it, as bars, with how sure that is and whether it holds together."""

from __future__ import annotations

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui.pieces import card, complain, money
from hanse.app.ui.screens import Visit
from hanse.app.ui.texts import Value as say
from hanse.errors import HanseError


def offered(at: Visit, order: int) -> None:
    """A card that counts when it is asked to."""
    with card(say.added):
        ui.label(say.added_lead).classes("quiet")
        place = ui.column().classes("wide")

        async def count() -> None:
            try:
                found = await at.door.get(f"orders/{order}/contribution", shapes.ContributionNow)
            except HanseError as error:
                with at.client:
                    complain(error)
                return
            with at.client:
                button.delete()
                with place:
                    _bars(found)

        button = ui.button(say.show, on_click=count).props("outline no-caps")


def _bars(found: shapes.ContributionNow) -> None:
    most = max((one.added for one in found.members), default=0) or 1
    for one in sorted(found.members, key=lambda one: -one.added):
        words = say.member_added.format(one.member, money(one.added))
        sure = say.margin.format(money(one.margin)) if one.margin else say.exact
        ui.label(f"{words}, {sure}")
        ui.linear_progress(max(0, one.added) / most, show_value=False, size="12px").props(
            "aria-hidden=true instant-feedback"
        )
    if found.stable is not None:
        ui.label(say.stable if found.stable else say.unstable.format(", ".join(found.leaving), money(found.gain)))
