"""Communities, what they decide, the charter, and where the league goes on."""

from __future__ import annotations

from hanse.ledger import community_tables
from hanse.ledger.community_tables import BelongsRow, CommunityRow, ProposalRow, VersionRow, VoteRow
from hanse.ledger.lookup.base import Reads


class Communities(Reads):
    def community(self, number: int) -> CommunityRow | None:
        return self._one("communities", community_tables.read_community, "number = ?", number)

    def communities(self, after: int, limit: int) -> list[CommunityRow]:
        return self._page("communities", community_tables.read_community, after, limit)

    def community_of(self, hand: str) -> CommunityRow | None:
        """The community that this account is the hand of."""
        return self._one("communities", community_tables.read_community, "hand = ?", hand)

    def belongs(self, community: int) -> list[BelongsRow]:
        """Members of a community, by address."""
        clause = "community = ? ORDER BY member"
        return self._all("belongs", community_tables.read_belongs, clause, community)

    def memberships(self, address: str) -> list[BelongsRow]:
        """Communities of an address."""
        return self._all("belongs", community_tables.read_belongs, "member = ? ORDER BY community", address)

    def invited(self, address: str) -> list[int]:
        """Communities that would let an address join, and have invited it."""
        query = "SELECT community FROM community_invited WHERE account = ? ORDER BY community"
        return [int(row[0]) for row in self._database.rows(query, (address,))]

    def proposal(self, number: int) -> ProposalRow | None:
        return self._one("proposals", community_tables.read_proposal, "number = ?", number)

    def proposals(self, after: int, limit: int) -> list[ProposalRow]:
        return self._page("proposals", community_tables.read_proposal, after, limit)

    def undone_proposals(self) -> list[ProposalRow]:
        """All that were neither executed nor cancelled."""
        clause = "NOT executed AND NOT cancelled ORDER BY number"
        return self._all("proposals", community_tables.read_proposal, clause)

    def votes(self, proposal: int) -> list[VoteRow]:
        """In chain order."""
        clause = "proposal = ? ORDER BY chain_block, log_index"
        return self._all("votes", community_tables.read_vote, clause, proposal)

    def terms(self) -> dict[int, int]:
        """Parameters of the charter that were ever changed, by number."""
        return {int(row[0]): int(row[1]) for row in self._database.rows("SELECT number, value FROM terms")}

    def version(self) -> VersionRow | None:
        """The successor that was announced last."""
        return self._one("versions", community_tables.read_version, "TRUE ORDER BY number DESC")
