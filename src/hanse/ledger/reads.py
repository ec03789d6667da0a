"""`Reads`: what the read models of a league tell, row by row, as of the last time the index was brought up to date.

Each kind of row belongs to one `…_tables` module, which also says what is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from hanse.ledger import (
    community_tables,
    design_tables,
    finance_tables,
    identity_tables,
    offer_tables,
    quotation_tables,
    right_tables,
    round_tables,
    settlement_tables,
    supply_tables,
    tables,
)
from hanse.ledger.community_tables import BelongsRow, CommunityMoveRow, CommunityRow, ProposalRow, VersionRow, VoteRow
from hanse.ledger.database import Database
from hanse.ledger.design_tables import ContestRow, DesignMoveRow, DesignRow, LicenceRow, UseRow
from hanse.ledger.finance_tables import AdvanceRow, InstalmentRow
from hanse.ledger.identity_tables import ChargeRow, DelegateRow, GuardRow, MandateRow, OwnerRow, RevocationRow, SeatRow
from hanse.ledger.offer_tables import AnchorRow, BookRow, OfferMoveRow, WindowRow
from hanse.ledger.quotation_tables import BidRow, QuotationMoveRow, RequestRow
from hanse.ledger.right_tables import RightRow
from hanse.ledger.round_tables import ClaimRow, ConflictRow, RoundRow, StakeRow, StrikeRow
from hanse.ledger.settlement_tables import AgreementRow, AnswerRow, InvolvedRow, MilestoneRow, PurseRow, SettledRow
from hanse.ledger.supply_tables import SupplyRow
from hanse.ledger.tables import BlockRow, MatchRow, MemberRow, OrderRow, ProductRow, TransferRow

R = TypeVar("R")


class Reads:
    """All that the read models in `database` tell."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def members(self) -> tuple[MemberRow, ...]:
        """All that ever registered, by number."""
        return self._all("members", "number", tables.read_member)

    def products(self) -> tuple[ProductRow, ...]:
        return self._all("products", "number", tables.read_product)

    def orders(self) -> tuple[OrderRow, ...]:
        return self._all("orders", "number", tables.read_order)

    def matches(self, order: int | None = None) -> tuple[MatchRow, ...]:
        """The newest answers, of one order or of all."""
        chosen = "" if order is None else f"WHERE order_number = {int(order)}"
        return self._all("matches", "order_number, chain_block, log_index, nth", tables.read_match, chosen)

    def blocks(self) -> tuple[BlockRow, ...]:
        return self._all("blocks", "number", tables.read_block)

    def transfers(self) -> tuple[TransferRow, ...]:
        """All movements of money in chain order, mints and deposits included."""
        return self._all("transfers", "chain_block, log_index", tables.read_transfer)

    def rounds(self) -> tuple[RoundRow, ...]:
        return self._all("rounds", "number", round_tables.read_round)

    def claims(self, round_: int | None = None) -> tuple[ClaimRow, ...]:
        """In the order of commitments, of one round or of all."""
        return self._all("claims", "round, number", round_tables.read_claim, _of(round_))

    def strikes(self, round_: int | None = None) -> tuple[StrikeRow, ...]:
        return self._all("strikes", "chain_block, log_index", round_tables.read_strike, _of(round_))

    def conflicts(self, round_: int | None = None) -> tuple[ConflictRow, ...]:
        """In the order they were told; the contract drops those that a later one makes superfluous."""
        return self._all("conflicts", "chain_block, log_index", round_tables.read_conflict, _of(round_))

    def stake_moves(self) -> tuple[StakeRow, ...]:
        """Every change of anyone's free stake, in chain order."""
        return self._all("stake_moves", "chain_block, log_index, why", round_tables.read_stake)

    def stakes(self) -> dict[str, int]:
        """What each account has free in the rounds: the sum of its moves."""
        return _sums(self.stake_moves())

    def agreements(self) -> tuple[AgreementRow, ...]:
        return self._all("agreements", "number", settlement_tables.read_agreement)

    def involved(self) -> tuple[InvolvedRow, ...]:
        """Who may know of which agreement."""
        return self._all("involved", "agreement, account", settlement_tables.read_involved)

    def answers(self) -> tuple[AnswerRow, ...]:
        """What parties said of proposals without signing them, in chain order."""
        return self._all("answers", "chain_block, log_index", settlement_tables.read_answer)

    def milestones(self) -> tuple[MilestoneRow, ...]:
        """Of active agreements, settled ones included."""
        return self._all("milestones", "agreement, number", settlement_tables.read_milestone)

    def settled(self) -> tuple[SettledRow, ...]:
        """Milestones that ended, in chain order."""
        return self._all("settled", "chain_block, log_index", settlement_tables.read_settled)

    def purse_moves(self) -> tuple[PurseRow, ...]:
        """Every change of anyone's free money in the settlement, in chain order."""
        return self._all("purse_moves", "chain_block, log_index, why", settlement_tables.read_purse)

    def purses(self) -> dict[str, int]:
        """What each account has free in the settlement: the sum of its moves."""
        return _sums(self.purse_moves())

    def instalments(self) -> tuple[InstalmentRow, ...]:
        """Instalments that were paid in."""
        return self._all("instalments", "agreement, milestone", finance_tables.read_instalment)

    def advances(self) -> tuple[AdvanceRow, ...]:
        """Advances that members asked, whatever became of them."""
        return self._all("advances", "agreement, milestone", finance_tables.read_advance)

    def windows(self) -> tuple[WindowRow, ...]:
        """Idle windows that have a slot, whatever became of them."""
        return self._all("windows", "host, length(number), number", offer_tables.read_window)

    def books(self) -> tuple[BookRow, ...]:
        return self._all("books", "host, number", offer_tables.read_book)

    def offer_moves(self) -> tuple[OfferMoveRow, ...]:
        """Every change of anyone's free money among the offers, in chain order."""
        return self._all("offer_moves", "chain_block, log_index, why", offer_tables.read_move)

    def offer_purses(self) -> dict[str, int]:
        """What each account has free among the offers: the sum of its moves."""
        return _sums(self.offer_moves())

    def designs(self) -> tuple[DesignRow, ...]:
        return self._all("designs", "number", design_tables.read_design)

    def contests(self) -> tuple[ContestRow, ...]:
        return self._all("contests", "chain_block, log_index", design_tables.read_contest)

    def licences(self) -> tuple[LicenceRow, ...]:
        return self._all("licences", "number", design_tables.read_licence)

    def uses(self) -> tuple[UseRow, ...]:
        """Orders that use designs, whatever became of them."""
        return self._all("uses", "order_number, design", design_tables.read_use)

    def design_moves(self) -> tuple[DesignMoveRow, ...]:
        """Every change of anyone's free money among the designs, in chain order."""
        return self._all("design_moves", "chain_block, log_index, why", design_tables.read_move)

    def anchors(self) -> tuple[AnchorRow, ...]:
        return self._all("anchors", "account, topic, length(number), number", offer_tables.read_anchor)

    def supply(self) -> tuple[SupplyRow, ...]:
        """Money created and destroyed, in chain order, each with its reason."""
        return self._all("supply", "chain_block, log_index", supply_tables.read_supply)

    def requests(self) -> tuple[RequestRow, ...]:
        """Requests for quotation, whatever became of them."""
        return self._all("requests", "number", quotation_tables.read_request)

    def bids(self) -> tuple[BidRow, ...]:
        return self._all("bids", "request, nth", quotation_tables.read_bid)

    def quotation_moves(self) -> tuple[QuotationMoveRow, ...]:
        """Every change of anyone's free money among the quotations, in chain order."""
        return self._all("quotation_moves", "chain_block, log_index, why", quotation_tables.read_move)

    def quotation_purses(self) -> dict[str, int]:
        """What each account has free among the quotations: the sum of its moves."""
        return _sums(self.quotation_moves())

    def rights(self) -> tuple[RightRow, ...]:
        """Who holds which role of which contract now."""
        return self._all("rights", "contract, role, chain_block, log_index", right_tables.read_right)

    def owners(self) -> tuple[OwnerRow, ...]:
        """Identities that were given to another key, each with the newest."""
        return self._all("identity_owners", "chain_block, log_index", identity_tables.read_owner)

    def seats(self) -> tuple[SeatRow, ...]:
        """Keys that took the seat of an identity, each with the newest; of itself, if it stood up."""
        return self._all("identity_seats", "chain_block, log_index", identity_tables.read_seat)

    def delegates(self) -> tuple[DelegateRow, ...]:
        """Whoever was ever a delegate, with its newest end."""
        return self._all("identity_delegates", "chain_block, log_index", identity_tables.read_delegate)

    def mandates(self) -> tuple[MandateRow, ...]:
        """Of clerks, those that were not taken back."""
        return self._all("identity_mandates", "chain_block, log_index", identity_tables.read_mandate)

    def charges(self) -> tuple[ChargeRow, ...]:
        """What clerks committed others to, in chain order."""
        return self._all("identity_charges", "chain_block, log_index", identity_tables.read_charge)

    def guards(self) -> tuple[GuardRow, ...]:
        """Who guards which identity, and what was begun."""
        return self._all("identity_guards", "chain_block, log_index", identity_tables.read_guard)

    def revocations(self) -> tuple[RevocationRow, ...]:
        """Credentials that were taken back, in chain order."""
        return self._all("identity_revocations", "chain_block, log_index", identity_tables.read_revocation)

    def communities(self) -> tuple[CommunityRow, ...]:
        return self._all("communities", "number", community_tables.read_community)

    def belongs(self) -> tuple[BelongsRow, ...]:
        """Who is in which community."""
        return self._all("belongs", "community, member", community_tables.read_belongs)

    def community_moves(self) -> tuple[CommunityMoveRow, ...]:
        """Every change of anyone's free money among the communities, in chain order."""
        return self._all("community_moves", "chain_block, log_index, why, account", community_tables.read_move)

    def community_purses(self) -> dict[str, int]:
        """What each account has free among the communities: the sum of its moves."""
        return _sums(self.community_moves())

    def proposals(self) -> tuple[ProposalRow, ...]:
        return self._all("proposals", "number", community_tables.read_proposal)

    def votes(self) -> tuple[VoteRow, ...]:
        """In chain order."""
        return self._all("votes", "chain_block, log_index", community_tables.read_vote)

    def versions(self) -> tuple[VersionRow, ...]:
        """Successors that were announced and not taken back; the last counts."""
        return self._all("versions", "number", community_tables.read_version)

    def _all(self, table: str, order: str, read: Callable[[tuple[Any, ...]], R], chosen: str = "") -> tuple[R, ...]:
        rows = self._database.rows(f"SELECT * FROM {table} {chosen} ORDER BY {order}")
        return tuple(map(read, rows))


def _sums(moves: Iterable[StakeRow | PurseRow | OfferMoveRow | CommunityMoveRow | QuotationMoveRow]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for move in moves:
        sums[move.account] = sums.get(move.account, 0) + move.amount
    return sums


def _of(round_: int | None) -> str:
    return "" if round_ is None else f"WHERE round = {int(round_)}"
