"""Problems, plans and blocks, the schedule they make, rounds of solvers, and the content behind hashes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Unpack

from hanse.app.api import shapes
from hanse.app.client.connection import How, said
from hanse.app.client.studies import Studies
from hanse.errors import EvidenceError


class Planning(Studies):
    def problem(self, root: str) -> dict[str, Any]:
        """As hanse-problem/1. root: its Merkle root."""
        return self._document(f"problems/{root}")

    def plan(self, root: str) -> dict[str, Any]:
        """As hanse-plan/1. root: its Merkle root."""
        return self._document(f"plans/{root}")

    def append_block(
        self, problem: Mapping[str, Any], plan: Mapping[str, Any], orders: Mapping[str, int], **how: Unpack[How]
    ) -> shapes.ActionNow:
        """problem, plan: as `hanse.write` and `hanse.write_plan` spell them; orders: number by job."""
        body = {"problem": dict(problem), "plan": dict(plan), "orders": dict(orders)}
        return self._write("POST", "blocks", body, **how)

    def blocks(self) -> Iterator[shapes.BlockNow]:
        return self._all("blocks", shapes.BlockNow)

    def block(self, number: int) -> shapes.BlockNow:
        return self._get(f"blocks/{number}", shapes.BlockNow)

    def schedule(self, block: int | None = None) -> dict[str, Any]:
        """Recorded plans you see, all or one block's, as the chart draws them."""
        return self._document("schedule", said(block=block))

    def export(self, block: int, form: str, *, start: str | None = None, member: str | None = None) -> bytes:
        """A recorded plan as ics, csv, xlsx or json. start: moment of time 0, which a calendar needs."""
        return self._ask("GET", f"blocks/{block}/exports/{form}", params=said(start=start, member=member)).content

    def rounds(self) -> Iterator[shapes.RoundNow]:
        return self._all("rounds", shapes.RoundNow)

    def round(self, number: int) -> shapes.Leaderboard:
        return self._get(f"rounds/{number}", shapes.Leaderboard)

    def open_round(self, problem: Mapping[str, Any], *, wait: bool = True, **terms: Any) -> shapes.ActionNow:
        """terms: margin, pot, bond, commit, reveal, challenge, first_wins."""
        return self._write("POST", "rounds", {"problem": dict(problem), **terms}, wait=wait)

    def round_plan(self, number: int) -> dict[str, Any]:
        """What a finished round brought, as hanse-plan/1; for coordinators."""
        return self._document(f"rounds/{number}/plan")

    def round_outcome(self, number: int, *, wait: bool = True) -> shapes.StudyNow:
        """As a coordinator: begins a study that puts the accepted claims of a round that is over together, as one plan.
        wait: until it is over."""
        told = self._post(f"rounds/{number}/outcome", None, shapes.StudyNow)
        return self._over(told) if wait else told

    def content(self, name: str) -> bytes:
        """The bytes behind a hash. Raises EvidenceError if they are others."""
        from hanse.model.canonical import digest

        data = self._ask("GET", f"contents/{name}").content
        if digest(data) != name:
            raise EvidenceError("the service gave other bytes than the hash names", where=name)
        return data
