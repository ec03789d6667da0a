"""What pages are put together from: amounts, moments, badges, lists, and the question before something is signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from html import escape
from typing import Any, Literal

from nicegui import context, ui

from hanse.app.ui import texts
from hanse.errors import HanseError
from hanse.units import MILLION

Tone = Literal["good", "bad", "partly", "quiet", "plain"]


def money(cents: int | None) -> str:
    """`1 593.20`, as people read it; a dash for none."""
    return "–" if cents is None else f"{cents / 100:,.2f}".replace(",", " ")


def percent(millionths: int | None, digits: int = 0) -> str:
    """A ratio in millionths as `97 %`."""
    return "–" if millionths is None else f"{millionths / MILLION * 100:.{digits}f} %"


def moment(seconds: int | None) -> None:
    """A moment, in the reader's zone (static/hanse.js changes its words); UTC before that. 0 and None: no moment."""
    if not seconds:
        ui.label("–")
        return
    at = datetime.fromtimestamp(seconds, UTC)
    ui.html(f'<time datetime="{at:%Y-%m-%dT%H:%M:%SZ}">{at:%Y-%m-%d %H:%M} UTC</time>', sanitize=False)


def folded(title: str, name: str = "") -> ui.element:
    """What is read only by whoever opens it. The browser opens it, and lets it be open when the page is drawn again, as
    it is whenever something is told: nothing goes to the service, so that no answer of it is too late. name: tells it
    from others with the same title, or with another one next time."""
    fold = ui.element("details").classes("folded")
    fold.props["data-fold"] = name or title
    with fold, ui.element("summary"):
        ui.icon("expand_more").props('aria-hidden="true"')
        ui.label(title)
    return fold


def badge(words: str, tone: Tone = "plain") -> ui.label:
    """A word on coloured ground; the word says it too, for whoever does not see the colour."""
    return ui.label(words).classes(f"badge {tone}")


TONES: Mapping[str, Tone] = {
    "open": "partly",
    "planned": "partly",
    "agreed": "good",
    "active": "good",
    "settled": "good",
    "accepted": "good",
    "delivered": "partly",
    "started": "partly",
    "disputed": "bad",
    "declined": "bad",
    "cancelled": "quiet",
    "refunded": "quiet",
    "free": "good",
    "ACCEPT": "good",
    "PARTIALLY ACCEPT": "partly",
    "PARTIAL": "partly",
    "held": "partly",
    "confirmed": "good",
    "over": "quiet",
    "REJECT": "bad",
    "pending": "partly",
    "succeeded": "good",
    "queued": "good",
    "executed": "good",
    "defeated": "quiet",
    "lapsed": "bad",
}


def state(word: str) -> ui.label:
    """A state by its word, as `texts.STATES` says it."""
    return badge(texts.STATES.get(word, word), TONES.get(word, "plain"))


@contextmanager
def card(title: str = "", tone: Tone = "plain", *, id: str = "") -> Iterator[None]:
    """A piece of a page under a heading. id: for links to it."""
    made = ui.element("section").classes(f"card {tone}")
    if id:
        made.props(f"id={id}")
    with made:
        if title:
            heading(title)
        yield


@contextmanager
def cards() -> Iterator[None]:
    """Cards beside each other as far as there is room."""
    with ui.element("div").classes("cards"):
        yield


def heading(words: str, level: int = 2) -> None:
    ui.html(escape(words), sanitize=False, tag=f"h{level}")


def number(words: str, value: str, tone: Tone = "plain", *, to: str = "", note: str = "") -> None:
    """One figure that matters, with what it is; to: where its cure or its details are."""
    with ui.element("section").classes(f"card figure {tone}"):
        heading(words, 3)
        if to:
            ui.link(value, to).classes("value")
        else:
            ui.label(value).classes("value")
        if note:
            ui.label(note).classes("quiet small")


@contextmanager
def facts() -> Iterator[Callable[[str], Any]]:
    """A list of names and values: `with facts() as fact: with fact("Due"): moment(…)`."""
    with ui.element("dl").classes("facts"):

        @contextmanager
        def fact(name: str) -> Iterator[None]:
            ui.html(escape(name), sanitize=False, tag="dt")
            with ui.element("dd"):
                yield

        yield fact


def empty(words: str, button: str = "", to: str | Callable[[], Any] = "") -> None:
    """What an empty page says: how to fill it, with one button."""
    with ui.element("div").classes("empty"):
        ui.label(words)
        if button:
            ui.button(button, on_click=(lambda: ui.navigate.to(to)) if isinstance(to, str) else to).props("no-caps")


@contextmanager
def table(*heads: str, caption: str = "") -> Iterator[Callable[[], Any]]:
    """A table of some dozen rows whose cells can hold anything: `with table("Order") as row: with row(): cell(…)`.
    Longer ones are `listing`s. On a phone a wide one stands on its side: each cell under its heading."""
    with ui.element("div").classes("scroll"), ui.element("table").classes("wide-table" if len(heads) > 3 else ""):
        if caption:
            ui.html(escape(caption), sanitize=False, tag="caption")
        with ui.element("thead"), ui.element("tr"):
            for head in heads:
                ui.html(escape(head), sanitize=False, tag="th").props("scope=col")
        with ui.element("tbody"):
            yield lambda: _Row(heads)


class _Row(ui.element):
    """A row that knows what its cells are about."""

    def __init__(self, heads: Sequence[str]) -> None:
        super().__init__("tr")
        self.heads = heads


@contextmanager
def cell(kind: str = "") -> Iterator[None]:
    """A cell; kind: `number` stands right."""
    row = context.slot.parent
    with ui.element("td").classes(kind) as made:
        if isinstance(row, _Row) and (place := len(row.default_slot.children)) <= len(row.heads):
            made.props["data-head"] = row.heads[place - 1]
        yield


def words(*cells: str) -> None:
    """Cells of plain words."""
    for one in cells:
        with cell():
            ui.label(one)


ITEM = """<div class="col-12 item"><dl class="facts"><template v-for="col in props.cols" :key="col.name">
<dt>{{ col.label }}</dt><dd>LED<template v-else>{{ col.value }}</template></dd></template></dl></div>"""
"""A row as a card, with its link."""


def listing(
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Mapping[str, Any]],
    *,
    key: str = "id",
    to: str = "",
    right: Sequence[str] = (),
    label: str = "",
) -> ui.table:
    """A list that sorts, searches and pages, however long. columns: field and heading; to: address of a row's page,
    with its `key` for `{}`; right: fields that stand right. A row is a card on a phone."""
    made = [
        {"name": name, "label": head, "field": name, "sortable": True, "align": "right" if name in right else "left"}
        for name, head in columns
    ]
    shown = ui.table(columns=made, rows=[dict(row) for row in rows], row_key=key, pagination=25)
    shown.props(f':grid="innerWidth < 600" flat dense wrap-cells aria-label="{escape(label)}"').classes("listing")
    shown.props["no-data-label"] = texts.Common.nothing
    with shown.add_slot("top-right"):
        find = ui.input(placeholder=texts.Common.search).props(
            f'dense outlined clearable type=search aria-label="{texts.Common.search}"'
        )
        find.bind_value(shown, "filter")
    if to:
        first = columns[0][0]
        left, end = to.split("{}")
        link = f"""<a :href="'{left}' + props.row['{key}'] + '{end}'">{{{{ props.value }}}}</a>"""
        shown.add_slot(f"body-cell-{first}", f'<q-td :props="props">{link}</q-td>')
        led = link.replace("props.value", "col.value")
        shown.add_slot("item", ITEM.replace("LED", f"<template v-if=\"col.name === '{first}'\">{led}</template>"))
    return shown


def paper(words: str, role: str = "dialog") -> ui.card:
    """What a question stands on; it says its words to a screen reader."""
    made = ui.card().classes("ask")
    made.props["role"], made.props["aria-modal"], made.props["aria-label"] = role, "true", words
    return made


async def ask(question: str, yes: str, details: Sequence[str] = ()) -> bool:
    """The question before something is signed or paid; False if it was closed otherwise."""
    with ui.dialog() as dialog, paper(question, "alertdialog"):
        heading(question)
        for one in details:
            ui.label(one)
        with ui.row().classes("answers"):
            ui.button(texts.Common.back, on_click=lambda: dialog.submit(False)).props("flat no-caps")
            ui.button(yes, on_click=lambda: dialog.submit(True)).props("no-caps autofocus")
    answer = await dialog
    dialog.delete()
    return bool(answer)


def complain(error: HanseError, *, on_page: bool = False) -> None:
    """What went wrong, where, and what to do. on_page: there is nothing else on the page."""
    if on_page:
        with ui.element("div").classes("banner").props("role=alert"):
            ui.label(error.message)
            if error.hint:
                ui.label(error.hint)
        return
    ui.notify(
        error.message, caption=error.hint or None, type="negative", multi_line=True, timeout=10_000, close_button=True
    )
