"""What became of a product: the form by which its customer, its makers and certified members say so."""

from __future__ import annotations

from nicegui import ui

from hanse.app.ui import forms
from hanse.app.ui.forms import filled
from hanse.app.ui.pieces import complain
from hanse.app.ui.screens import Visit
from hanse.app.ui.texts import Lives as say
from hanse.errors import HanseError
from hanse.rights.life import HEAVIEST, KINDS


def telling(at: Visit) -> None:
    """A form; the order's number may stand in the page's address."""
    ui.label(say.lead)
    known = at.search.get("order", "")
    with ui.element("div").classes("form"):
        order = forms.whole(say.order, int(known) if known.isdecimal() else None, least=1, most=2**32 - 1)
        kind = ui.select({one: say.kinds[one] for one in KINDS}, value="recycled", label=say.kind)
        weights = ui.textarea(say.materials).props("outlined autogrow maxlength=2000")
        words = forms.words_field(say.words)

        async def send() -> None:
            if not filled(order):
                return
            found = materials(weights.value or "")
            if found is None:
                complain(HanseError(say.wrong, hint=say.wrong_hint))
                return
            told = ", ".join(f"{name} {grams / 1000:g} kg" for name, grams in found.items())
            if not await at.sure(say.ask.format(order.value, say.kinds[kind.value]), say.do, *filter(None, [told])):
                return
            body = {"kind": kind.value, "words": words.value or "", "materials": found}
            if await at.write("POST", f"orders/{order.value}/life", body, done=say.done):
                weights.value = words.value = ""

        ui.button(say.do, on_click=send).props("outline no-caps")


def materials(text: str) -> dict[str, int] | None:
    """Grams by name, of lines `steel = 1.2`, in kilograms; None if a line is none."""
    found: dict[str, int] = {}
    for line in filter(str.strip, text.splitlines()):
        name, mark, weight = (one.strip() for one in line.partition("="))
        try:
            grams = round(float(weight.replace(",", ".")) * 1000)
        except (ValueError, OverflowError):
            return None
        if not mark or not name or len(name) > 64 or name in found or not 0 < grams <= HEAVIEST:
            return None
        found[name] = grams
    return found
