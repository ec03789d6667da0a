"""Work and its payment: started, delivered, accepted, disputed, ruled, appealed, given up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from hanse.app.api import shapes
from hanse.app.client.connection import Connection, How


class Settlement(Connection):
    def start(self, agreement: int, milestone: int, **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("POST", f"agreements/{agreement}/milestones/{milestone}/start", None, **how)

    def deliver(self, agreement: int, milestone: int, words: str = "", **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("POST", f"agreements/{agreement}/milestones/{milestone}/delivery", {"words": words}, **how)

    def give_up(self, agreement: int, milestone: int, **how: Unpack[How]) -> shapes.ActionNow:
        """As its member: gives a piece of work back, unpaid."""
        return self._write("POST", f"agreements/{agreement}/milestones/{milestone}/surrender", None, **how)

    def accept(
        self, agreement: int, milestones: Sequence[int], ratings: Sequence[int | None], **how: Unpack[How]
    ) -> shapes.ActionNow:
        body = {"milestones": list(milestones), "ratings": list(ratings)}
        return self._write("POST", f"agreements/{agreement}/acceptances", body, **how)

    def dispute(self, agreement: int, milestone: int, words: str = "", **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("POST", f"agreements/{agreement}/milestones/{milestone}/dispute", {"words": words}, **how)

    def rule(
        self, agreement: int, milestone: int, *, share: int | None = None, cause: str | None = None, words: str = "",
        **how: Unpack[How],
    ) -> shapes.ActionNow:  # fmt: skip
        """An arbiter decides: by what happened, where all have signed who bears it, or by the member's share."""
        body = {"share": share, "cause": cause, "words": words}
        return self._write("POST", f"agreements/{agreement}/milestones/{milestone}/ruling", body, **how)

    def waive(self, agreement: int, milestone: int, **how: Unpack[How]) -> shapes.ActionNow:
        """Let the arbiter rule by share in spite of what was signed; the other party has to as well."""
        return self._write("POST", f"agreements/{agreement}/milestones/{milestone}/waiver", None, **how)

    def appeal(self, agreement: int, milestone: int, words: str = "", **how: Unpack[How]) -> shapes.ActionNow:
        """Takes a ruling to the second arbiter, once."""
        return self._write("POST", f"agreements/{agreement}/milestones/{milestone}/appeal", {"words": words}, **how)
