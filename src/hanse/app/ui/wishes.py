"""What satisfies a member: its own numbers, kept in its browser and nowhere else, and what they say of each request."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import forms
from hanse.app.ui.machines import Days
from hanse.app.ui.pieces import badge, complain, folded, money, percent
from hanse.app.ui.screens import Visit
from hanse.app.ui.texts import Shop as say
from hanse.errors import HanseError
from hanse.planning.preferences.glance import Glance, Wishes

PLAIN = Wishes(hour_cost=0)
"""What is filled in before a member says otherwise."""


async def ask(at: Visit, days: Days) -> None:
    """The fields, filled with what the browser remembers."""
    hour, rest = (json.dumps(f"hanse-{what}-{at.who.address}") for what in ("hour", "wishes"))
    ui.label(say.own_lead)
    cost = forms.amount(say.hour_cost, optional=True)
    fields = _Fields()

    async def take() -> None:
        if not cost.validate():
            return
        cents = forms.cents(cost.value)
        try:
            days.wishes = None if cents is None else fields.wishes(cents)
        except HanseError as error:
            complain(error)
            return
        await days.refresh()

    async def keep_cost() -> None:
        await take()
        with at.client:
            ui.run_javascript(f"localStorage.setItem({hour}, {json.dumps(cost.value or '')})")

    async def keep_all() -> None:
        if not fields.right():
            return
        await keep_cost()
        with at.client:
            ui.run_javascript(f"localStorage.setItem({rest}, {json.dumps(json.dumps(fields.said()))})")
            ui.notify(say.used, type="positive")

    async def forget() -> None:
        cost.set_value("")
        fields.fill(PLAIN)
        await take()
        with at.client:
            ui.run_javascript(f"localStorage.removeItem({hour}); localStorage.removeItem({rest})")
            ui.notify(say.forgotten, type="positive")

    cost.on("blur", keep_cost)
    cost.on("keydown.enter", keep_cost)
    with folded(say.satisfies).classes("wide"), ui.element("div").classes("form"):
        ui.label(say.satisfies_lead).classes("quiet small")
        fields.lay()
        with ui.row().classes("actions"):
            ui.button(say.use, on_click=keep_all).props("no-caps")
            ui.button(say.forget, on_click=forget).props("outline no-caps")
    fields.remember(await forms.remembered(at, f"localStorage.getItem({rest})"))
    if kept := await forms.remembered(at, f"localStorage.getItem({hour})"):
        cost.set_value(kept)
        await take()


class _Fields:
    """Fields of `Wishes` but for the cost of an hour."""

    def lay(self) -> None:
        self._threshold = _number(say.threshold, 0, 100)
        self._arrivals = _number(say.arrivals, 0, 100)
        self._patience = _number(say.patience, 0, 1000)
        self._half_cost = forms.amount(say.half_cost, least=1)
        self._half_hours = _number(say.half_hours, Decimal("0.01"), 10**6)
        ui.label(say.weights)
        with ui.row().classes("fields"):
            self._weights = [_number(name, 0, 100) for name in say.weight_names]
        self.fill(PLAIN)

    def fill(self, wishes: Wishes) -> None:
        self._threshold.value = str(wishes.threshold)
        self._arrivals.value, self._patience.value = f"{wishes.arrivals:f}", f"{wishes.patience:f}"
        self._half_cost.value, self._half_hours.value = f"{wishes.half_cost / 100:.2f}", f"{wishes.half_hours:f}"
        for field, weight in zip(self._weights, wishes.weights, strict=True):
            field.value = str(weight)

    def right(self) -> bool:
        """Whether all can be used; each says what it misses."""
        numbers = self._threshold, self._arrivals, self._patience, self._half_cost, self._half_hours
        return forms.filled(*numbers, *self._weights)

    def said(self) -> dict[str, Any]:
        """As the browser keeps it."""
        return {
            "threshold": self._threshold.value,
            "arrivals": self._arrivals.value,
            "patience": self._patience.value,
            "half_cost": self._half_cost.value,
            "half_hours": self._half_hours.value,
            "weights": [one.value for one in self._weights],
        }

    def wishes(self, hour_cost: int) -> Wishes:
        """Raises InputError for numbers that cannot be together."""
        cost, time, standing = (int(_decimal(one.value) or 0) for one in self._weights)
        return Wishes(
            hour_cost,
            arrivals=_decimal(self._arrivals.value) or Decimal(0),
            patience=_decimal(self._patience.value) or Decimal(0),
            threshold=int(_decimal(self._threshold.value) or 0),
            half_cost=forms.cents(self._half_cost.value) or PLAIN.half_cost,
            half_hours=_decimal(self._half_hours.value) or PLAIN.half_hours,
            weights=(cost, time, standing),
        )

    def remember(self, kept: str) -> None:
        """Fills in what was kept; what is no such thing is as if it were not there."""
        try:
            said = json.loads(kept)
            for name in ("threshold", "arrivals", "patience", "half_cost", "half_hours"):
                getattr(self, f"_{name}").value = str(said[name])
            for field, weight in zip(self._weights, said["weights"], strict=True):
                field.value = str(weight)
            good = self.right()
        except (ValueError, KeyError, TypeError):
            good = False
        if not good:
            self.fill(PLAIN)


def _number(label: str, least: Decimal | int, most: int) -> ui.input:
    def right(words: str | None) -> bool:
        found = _decimal(words)
        return found is not None and least <= found <= most

    asked = ui.input(label, validation={say.number_wrong.format(least, most): right})
    return asked.props("inputmode=decimal").without_auto_validation()


def _decimal(words: object) -> Decimal | None:
    try:
        found = Decimal(str(words or "").strip().replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def shown(glance: Glance | None) -> None:
    """One look: how much a request satisfies, in words and in percent, and the smallest pay."""
    if glance is None:
        return
    with ui.element("div"):
        badge(say.moods[glance.mood], glance.mood)
        ui.label(f"{percent(glance.satisfaction)} {say.of_best}").classes("quiet small")
    if glance.mood != "good":
        with ui.element("div"):
            ui.label("–" if glance.least is None else money(glance.least)).classes("value")
            ui.label(say.no_least if glance.least is None else say.least).classes("quiet small")


def wish(glance: Glance | None, own: list[shapes.MilestoneNow]) -> int | None:
    """Cents on top of its price that a member would ask for; None if it has nothing to ask."""
    if glance is None or glance.mood != "partly" or glance.least is None or len(own) != 1:
        return None
    return max(0, glance.least - own[0].price)
