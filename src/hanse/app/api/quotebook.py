"""What is kept of quotes: figures that coordinators bring, and what customers were offered and chose."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from hanse.app.api.problems import NotThere
from hanse.instances import hanse_json
from hanse.ledger.database import Database
from hanse.model.plan import Plan

MOST_FIGURES = 20
"""Problems kept as figures; the oldest give way."""

VALID = 86_400
"""Seconds in which one can choose; after that too much may have been promised to others."""


class Figures(NamedTuple):
    """A problem that says what making things takes. content: its hash; moment: when it was brought; orders: the number
    of the order by job."""

    content: str
    account: str
    moment: int
    orders: dict[str, int]


class Shelf:
    """Figures in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, one: Figures) -> None:
        """The same problem again is as new."""
        with self._database.transaction():
            self._database.change("DELETE FROM api_figures WHERE content = ?", (one.content,))
            values = one.content, one.account, one.moment, json.dumps(one.orders)
            self._database.write("INSERT INTO api_figures VALUES (?, ?, ?, ?)", values)
            for old in self.all()[MOST_FIGURES:]:
                self._database.change("DELETE FROM api_figures WHERE content = ?", (old.content,))

    def all(self) -> list[Figures]:
        """The newest first."""
        rows = self._database.rows(
            "SELECT content, account, moment, orders FROM api_figures ORDER BY moment DESC, content"
        )
        return [Figures(str(a), str(b), int(c), json.loads(d)) for a, b, c, d in rows]


class Basis(NamedTuple):
    """What an order is reckoned from. content: hash of the problem; job: in it; order: whose that is, itself or one of
    the same product; made: pieces of that; wanted: pieces of the order."""

    content: str
    job: str
    order: int
    made: int
    wanted: int


class Quoted(NamedTuple):
    """The quotes of an order. made: when; begins: the moment that is time 0 of the plans, if the agreement is proposed
    then; basis: what they were reckoned from; found: each with its names, what is proved of it, and its plan; chosen:
    the name of one, empty before that."""

    order: int
    made: int
    begins: int
    basis: Basis
    found: list[dict[str, Any]]
    chosen: str
    chosen_at: int

    @property
    def until(self) -> int:
        """Until when one can choose."""
        return self.made + VALID

    def plan(self, name: str) -> Plan:
        """The plan of the quote with a name. Raises NotThere."""
        for one in self.found:
            if name in one["names"]:
                return hanse_json.read_plan(json.dumps(one["plan"]).encode())
        told = ", ".join(name for one in self.found for name in one["names"])
        raise NotThere(f"there is no quote {name!r}", where=f"order {self.order}", hint=f"there are: {told}")


class Quotes:
    """The newest quotes of each order, in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, one: Quoted) -> None:
        """In the place of older ones, and of what was chosen of them."""
        values = (one.order, one.made, one.begins, json.dumps(one.basis._asdict()), json.dumps(one.found))
        self._database.put("api_quotes", (*values, one.chosen, one.chosen_at))

    def of(self, order: int) -> Quoted | None:
        found = self._where("order_number = ?", order)
        return found[0] if found else None

    def chosen(self) -> list[Quoted]:
        """Those of which one was chosen, the oldest choice first."""
        return self._where("chosen != '' ORDER BY chosen_at, order_number")

    def choose(self, order: int, made: int, name: str, moment: int) -> bool:
        """Writes a choice down, unless there are newer quotes by now."""
        statement = "UPDATE api_quotes SET chosen = ?, chosen_at = ? WHERE order_number = ? AND made = ?"
        return self._database.change(statement, (name, moment, order, made)) == 1

    def _where(self, clause: str, *values: Any) -> list[Quoted]:
        columns = "order_number, made, begins, basis, found, chosen, chosen_at"
        rows = self._database.rows(f"SELECT {columns} FROM api_quotes WHERE {clause}", values)
        return [
            Quoted(int(a), int(b), int(c), Basis(**json.loads(d)), json.loads(e), str(f), int(g))
            for a, b, c, d, e, f, g in rows
        ]
