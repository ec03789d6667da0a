"""The question for a proposal: what is to be done, from a list, made into the sentences that the API takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import forms
from hanse.app.ui.forms import Read, filled
from hanse.app.ui.pieces import complain
from hanse.app.ui.screens import Visit
from hanse.app.ui.texts import Decisions as say
from hanse.errors import HanseError


async def propose(at: Visit) -> None:
    """Asks for a proposal to one of the visitor's communities, and makes it."""
    own = [one for one in await at.door.all("communities", shapes.CommunityNow) if one.yours]
    if not own:
        complain(HanseError(say.empty))
        return
    people = {one.address: one.name for one in await at.door.all("accounts", shapes.AccountNow)}
    people |= {one.hand: one.name for one in await at.door.all("communities", shapes.CommunityNow)}
    terms = {one.name: f"{one.words} ({one.said})" for one in (await at.door.get("charter", shapes.CharterNow)).terms}
    chosen: dict[str, Any] = {}

    def fields() -> Read:
        community = ui.select({one.number: one.name for one in own}, value=own[0].number, label=say.community)
        kind = ui.select(dict(say.kinds), value="set", label=say.kind).classes("wide")
        term = ui.select(terms, value=next(iter(terms)), label=say.parameter).classes("wide")
        value = ui.input(say.value, validation={say.value: lambda words: bool((words or "").strip())})
        value.classes("wide").without_auto_validation()
        person = ui.select(people, label=say.person, with_input=True).classes("wide")
        amount = forms.amount(say.amount, least=1)
        sentences = forms.words_field(say.sentences)
        why = ui.input(say.why, validation={say.why_missing: lambda words: bool((words or "").strip())})
        why.classes("wide").without_auto_validation()
        needs: Mapping[Any, tuple[str, ...]] = {
            term: ("set",), value: ("set",), person: ("pay", "invite", "expel"), amount: ("pay", "share"),
            sentences: ("words",),
        }  # fmt: skip

        def show() -> None:
            for field, kinds in needs.items():
                field.set_visibility(kind.value in kinds)

        kind.on_value_change(show)
        show()

        def read() -> Mapping[str, Any] | None:
            typed = [one for one in (value, amount) if kind.value in needs[one]]
            if not filled(*typed, why) or (kind.value in needs[person] and person.value is None):
                return None
            paid = forms.cents(amount.value)
            said = {
                "set": f"set {term.value} {value.value}",
                "pay": f"pay {person.value} {paid}",
                "share": f"share {paid}",
                "invite": f"invite {person.value}",
                "expel": f"expel {person.value}",
            }
            lines = str(sentences.value or "").splitlines()
            do = [said[kind.value]] if kind.value in said else [line.strip() for line in lines if line.strip()]
            chosen["community"] = community.value
            return {"do": do, "why": why.value}

        return read

    async def send(body: Mapping[str, Any], key: str) -> object:
        path = f"communities/{chosen['community']}/proposals"
        return await at.write("POST", path, body, done=say.propose_done, key=key)

    await forms.form(at, say.propose, say.propose, fields, send, say.propose_what)
