"""Communities, what they propose and decide, and the charter that binds the league."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Unpack

from hanse.app.api import shapes
from hanse.app.client.connection import Connection, How


class Communities(Connection):
    def communities(self) -> Iterator[shapes.CommunityNow]:
        return self._all("communities", shapes.CommunityNow)

    def community(self, number: int) -> shapes.CommunityStory:
        return self._get(f"communities/{number}", shapes.CommunityStory)

    def found_community(
        self, name: str, rules: Mapping[str, Any], timelock: int = 172_800, **how: Unpack[How]
    ) -> shapes.ActionNow:
        """Its number is the result's `community`. rules: as `shapes.RulesNow`; timelock: seconds."""
        body = {"name": name, "rules": dict(rules), "timelock": timelock}
        return self._write("POST", "communities", body, **how)

    def join_community(self, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("POST", f"communities/{number}/membership", None, **how)

    def leave_community(self, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("DELETE", f"communities/{number}/membership", None, **how)

    def contribute(self, number: int, amount: int, **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("POST", f"communities/{number}/contribution", {"amount": amount}, **how)

    def let_vote(self, number: int, to: str, **how: Unpack[How]) -> shapes.ActionNow:
        """Another member votes for you from now on; your own address takes it back."""
        return self._write("POST", f"communities/{number}/delegation", {"to": to}, **how)

    def put_forward(self, community: int, do: Sequence[str], why: str, **how: Unpack[How]) -> shapes.ActionNow:
        """Proposes to a community; the result's `number` is the proposal's. do: sentences of docs/governance.md."""
        return self._write("POST", f"communities/{community}/proposals", {"do": list(do), "why": why}, **how)

    def proposals(self) -> Iterator[shapes.ProposalNow]:
        return self._all("proposals", shapes.ProposalNow)

    def proposal(self, number: int) -> shapes.ProposalStory:
        return self._get(f"proposals/{number}", shapes.ProposalStory)

    def vote(self, proposal: shapes.ProposalNow, vote: str, **how: Unpack[How]) -> shapes.ActionNow:
        """Votes on what was read: for, against or abstain."""
        body = {"digest": proposal.digest, "vote": vote}
        return self._write("POST", f"proposals/{proposal.number}/vote", body, **how)

    def queue_proposal(self, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        """Puts what was decided into the timelock. Anyone."""
        return self._write("POST", f"proposals/{number}/queue", None, **how)

    def execute_proposal(self, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        """Does what was decided, when the timelock is over. Anyone."""
        return self._write("POST", f"proposals/{number}/execution", None, **how)

    def cancel_proposal(self, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        """As its proposer: takes it back."""
        return self._write("DELETE", f"proposals/{number}", None, **how)

    def charter(self) -> shapes.CharterNow:
        return self._get("charter", shapes.CharterNow)
