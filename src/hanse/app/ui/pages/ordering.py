"""Placing an order: what, how many, until when, for how much at most, how good, with which drawing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.api.uploads import ALIKE, KINDS
from hanse.app.ui import browser, forms, zones
from hanse.app.ui.pieces import card, complain, empty, folded, money
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import Orders as say
from hanse.errors import HanseError
from hanse.units import MILLION

UPLOAD_SECONDS = 120.0
MINUTES_A_DAY = 24 * 60
"""Plans of the league count minutes."""


@screen("/orders/new", say.new)
async def ordering(at: Visit) -> None:
    """The form. What is typed stays until the order is placed."""
    products = {one.number: one for one in await at.door.all("products", shapes.ProductNow) if one.active}
    if not products:
        empty(say.no_products)
        return
    hand = (await at.door.get("money", shapes.Money)).account
    with card():
        ui.label(say.lead)
        with ui.element("div").classes("form"):
            asked = Form(at, products, hand)
            ui.button(say.new, on_click=asked.place).props("no-caps")
    await asked.recall()


class Form:
    """The fields, and what becomes of them."""

    def __init__(self, at: Visit, products: Mapping[int, shapes.ProductNow], hand: int) -> None:
        self._at, self._products, self._hand = at, products, hand
        self._opened = secrets.token_hex(8)
        names = {number: one.name for number, one in products.items()}
        self._product = ui.select(names, value=next(iter(names)), label=say.product, on_change=self._needs)
        self._needed = ui.label().classes("quiet small")
        self._quantity = forms.whole(say.quantity, 1, least=1, most=2**32 - 1)
        self._days = forms.whole(say.within, None, least=1, most=36_500, optional=True)
        self._days.props(f'hint="{say.within_hint}"')
        self._budget = forms.amount(say.at_most, optional=True, least=1).props(f'hint="{say.at_most_hint}"')
        self._quality = forms.whole(say.least, None, least=0, most=100, optional=True)
        self._deposit = forms.amount(say.deposit, 0).props(f'hint="{say.deposit_hint.format(money(hand))}"')
        self._drawing = Drawing(at)
        with folded(say.more):
            self._origin = ui.input(say.origin).props("maxlength=64")
            self._destination = ui.input(say.destination).props("maxlength=64")
        self._needs()
        self._fields = {
            "product": self._product, "quantity": self._quantity, "days": self._days, "budget": self._budget,
            "quality": self._quality, "deposit": self._deposit, "origin": self._origin,
            "destination": self._destination,
        }  # fmt: skip
        for one in self._fields.values():
            one.on("blur", self._keep)
        self._drawing.sent = self._keep

    @property
    def _place(self) -> str:
        """Where this tab keeps what was typed."""
        return json.dumps(f"hanse-order-{self._at.who.address}")

    def _keep(self) -> None:
        """In this tab, so that a reload or a step back loses nothing; whoever else uses the browser does not see it."""
        typed = {name: one.value for name, one in self._fields.items()} | self._drawing.state
        ui.run_javascript(f"sessionStorage.setItem({self._place}, {json.dumps(json.dumps(typed))})")

    async def recall(self) -> None:
        """Fills in what was typed in this tab before."""
        try:
            typed = json.loads(await forms.remembered(self._at, f"sessionStorage.getItem({self._place})") or "{}")
        except ValueError:
            return
        for name, one in self._fields.items():
            if name in typed and (name != "product" or typed[name] in self._products):
                one.set_value(typed[name])
        self._drawing.recall(typed)

    def _needs(self) -> None:
        self._needed.set_text(say.needs.format(", ".join(self._products[self._product.value].required)))

    def body(self) -> dict[str, Any] | None:
        """As the API takes it; None if a field says what it misses."""
        if not forms.filled(self._quantity, self._days, self._budget, self._quality, self._deposit):
            return None
        deposit = forms.cents(self._deposit.value) or 0
        if deposit > self._hand:
            self._deposit.error = say.deposit_wrong.format(money(self._hand))
            return None
        days, quality = str(self._days.value or "").strip(), str(self._quality.value or "").strip()
        return {
            "product": self._product.value,
            "quantity": int(self._quantity.value),
            "deposit": deposit,
            "due": int(days) * MINUTES_A_DAY if days else None,
            "budget": forms.cents(self._budget.value),
            "min_quality": int(quality) * MILLION // 100 if quality else None,
            "origin": (self._origin.value or "").strip() or None,
            "destination": (self._destination.value or "").strip() or None,
            "drawing": self._drawing.content,
        }

    async def place(self) -> None:
        """Asks once more, saying what is promised, and places the order."""
        body = self.body()
        if body is None or not await self._at.sure(say.place_ask, say.new, *self._promise(body)):
            return
        said = sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
        done = await self._at.write("POST", "orders", body, done=say.placed, key=f"{self._opened}-{said}")
        if done is None:
            self._opened = secrets.token_hex(8)  # what was refused may be tried again
        elif "order" in done.result:
            ui.run_javascript(f"sessionStorage.removeItem({self._place})")
            ui.navigate.to(f"/orders/{done.result['order']}")

    def _promise(self, body: Mapping[str, Any]) -> tuple[str, str]:
        limit, due = body["budget"], body["due"]
        what = say.place_what.format(
            body["quantity"],
            self._products[body["product"]].name,
            say.place_no_limit if limit is None else say.place_limit.format(money(limit)),
            say.place_no_due if due is None else say.place_due.format(zones.span(due * 60)),
        )
        return what, say.place_deposit.format(money(body["deposit"])) if body["deposit"] else say.place_free


class Drawing:
    """A file that goes from the browser to the API by itself; the order then names it."""

    def __init__(self, at: Visit) -> None:
        self._at = at
        self.content: str | None = None
        self.design: str | None = None
        self.sent: Callable[[], None] = lambda: None
        endings = ",".join(f".{one}" for one in (*KINDS, *ALIKE))
        with ui.element("label").classes("given"):
            ui.label(say.drop)
            self._file = ui.element("input").props(f'type=file accept="{endings}"')
            ui.label(say.drop_hint).classes("quiet small")
            self._said = ui.label().props("aria-live=polite")
        self._file.on("change", self._send)

    async def _send(self) -> None:
        self.content = self.design = None
        self._said.set_text(say.sending)
        try:
            told = await browser.asked(f"hanse.upload(getHtmlElement({self._file.id}))", seconds=UPLOAD_SECONDS)
        except HanseError as error:
            told = error.message
        if not isinstance(told, dict):
            self._said.set_text(say.removed if told is None else "")
            if told is not None:
                complain(HanseError(str(told)))
            return
        sent = shapes.UploadNow.model_validate(told)
        self.content, self.design = sent.content, sent.design
        self._said.set_text(say.sent.format(sent.file, -(-sent.bytes // 1000)))
        self.sent()

    @property
    def state(self) -> dict[str, str | None]:
        """What `recall` takes."""
        return {"drawing": self.content, "said": self._said.text}

    def recall(self, state: Mapping[str, Any]) -> None:
        """As it was."""
        if state.get("drawing"):
            self.content = str(state["drawing"])
            self._said.set_text(str(state.get("said", "")))
