"""Quotes of orders: reckoned, chosen, recorded; and the figures they are reckoned from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from hanse.app.api import shapes
from hanse.app.client.connection import How, read
from hanse.app.client.studies import Studies
from hanse.errors import HanseError


class Quotes(Studies):
    def ask_quotes(self, order: int) -> shapes.QuotesNow:
        """Has quotes of a matched, open order calculated, and waits for them. Raises HanseError with the reason if
        there are none."""
        study = self._over(self._post(f"orders/{order}/quotes", None, shapes.StudyNow))
        if study.state != "done":
            raise HanseError(study.reason or f"the study is {study.state}", where=f"order {order}", hint=study.hint)
        return self.quotes(order)

    def quotes(self, order: int) -> shapes.QuotesNow:
        """The newest quotes of an order."""
        return self._get(f"orders/{order}/quotes", shapes.QuotesNow)

    def choose(self, quotes: shapes.QuotesNow, name: str) -> shapes.QuotesNow:
        """Writes down which of its quotes the customer chose: cheapest, soonest, greenest or balanced."""
        body = {"name": name, "made": quotes.made}
        return read(self._ask("PUT", f"orders/{quotes.order}/choice", json=body), shapes.QuotesNow)

    def choices(self) -> list[shapes.ChoiceNow]:
        """As a coordinator: what customers of open orders chose."""
        return self._list("choices", shapes.ChoiceNow)

    def record_choice(self, order: int, **how: Unpack[How]) -> shapes.ActionNow:
        """As a coordinator: records the plan that the customer chose."""
        return self._write("POST", f"orders/{order}/plan", None, **how)

    def question(self, order: int) -> dict[str, Any]:
        """As a coordinator: how an open order can be made beside all that is promised now, as hanse-problem/1."""
        return self._document(f"orders/{order}/question")

    def bring_figures(self, problem: Mapping[str, Any]) -> shapes.FiguresNow:
        """As a coordinator: says what making things takes."""
        return self._post("figures", {"problem": dict(problem)}, shapes.FiguresNow)

    def figures(self) -> list[shapes.FiguresNow]:
        """As a coordinator: what quotes are reckoned from, the newest first."""
        return self._list("figures", shapes.FiguresNow)
