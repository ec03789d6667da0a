"""Communities through the ledger: founded, joined, decided in and shared; the index tells the same as the contracts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pytest

from hanse.errors import ChainFault, InputError
from hanse.governance.charter import TERMS, term
from hanse.governance.rules import DAY, GRACE, SUPPORTS, Rules, divide
from hanse.governance.wishes import Wishes
from hanse.ledger.chain import Reverted
from hanse.ledger.communities import LEAGUE_COMMUNITY
from hanse.ledger.council import Action
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.founding import LEAGUE_RULES, LEAGUE_TIMELOCK
from hanse.ledger.index import Index
from hanse.ledger.store import Ledger
from hanse.market.offers import Rules as IdleTime
from hanse.market.offers import idle_time

MONEY = 100_000
NOTES = "0x" + "11" * 32
OPEN = Rules("open", delay=DAY, period=3 * DAY)


class Town:
    """Four certified members of the league with money, and the time of the chain."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.league = ledger, ledger.league
        self.communities, self.council = ledger.communities, ledger.council
        self.keys = 0
        for role in ("mill", "lathe", "forge", "guest"):
            self.league.register(role, 1, NOTES, key=self.key()).wait()
            self.league.certify(self.league.address(role), 1, NOTES, key=self.key()).wait()
            self.league.mint(self.league.address(role), MONEY, key=self.key()).wait()
            self.communities.allow(role, MONEY, key=self.key()).wait()
            self.communities.deposit(role, MONEY, key=self.key()).wait()

    def key(self) -> str:
        self.keys += 1
        return f"step {self.keys}"

    def later(self, seconds: int) -> None:
        chain = cast("EmbeddedChain", self.ledger.chain)
        newest = chain.block(chain.height())
        assert newest is not None
        chain._ask("evm_setNextBlockTimestamp", [newest.timestamp + seconds])
        chain._ask("evm_mine", [])

    def founded(self, name: str, *members: str, rules: Rules = OPEN) -> int:
        sent = self.communities.found(members[0], name, rules, 2 * DAY, key=self.key())
        number = int(sent.value("community"))
        for role in members[1:]:
            self.communities.join(role, number, key=self.key()).wait()
        self.later(1)
        return number

    def wishes(self, community: int) -> Wishes:
        its = self.communities.community(community)
        assert its is not None
        return Wishes(self.league.addresses, community, its.hand, its.rules)

    def proposed(self, role: str, community: int, *sentences: str) -> tuple[int, list[Action]]:
        actions = self.wishes(community).actions(sentences)
        sent = self.council.propose(role, community, actions, "as we said", key=self.key())
        return int(sent.value("number")), actions

    def voted(self, number: int, *roles: str) -> None:
        digest = self.digest(number)
        for role in roles:
            self.council.vote(role, number, digest, "for", key=self.key()).wait()

    def digest(self, number: int) -> str:
        found = self.council.proposal(number)
        assert found is not None
        return found.digest

    def decided(self, community: int, roles: Sequence[str], *sentences: str) -> int:
        number, actions = self.proposed(roles[0], community, *sentences)
        self.later(DAY)
        self.voted(number, *roles)
        self.later(3 * DAY)
        self.council.queue("guest", number, actions, key=self.key()).wait()
        self.later(2 * DAY)
        self.council.execute("guest", number, actions, key=self.key()).wait()
        return number

    def agrees(self) -> None:
        """What the index tells is what the contracts have, now and read anew."""
        self.ledger.sync()
        self._compare(self.ledger.index)
        self.ledger.index.rebuild()
        self._compare(self.ledger.index)

    def _compare(self, index: Index) -> None:
        for row in index.communities():
            found = self.communities.community(row.number)
            assert found is not None
            assert (row.name, row.hand, row.parent, row.rules, row.treasury) == (
                found.name, found.hand, found.parent, found.rules, found.treasury,
            )  # fmt: skip
            members = [one.member for one in index.belongs() if one.community == row.number]
            assert sorted(members) == sorted(self.communities.members(row.number))
        assert len(index.communities()) == self.communities.count()
        purses = index.community_purses()
        for role in ("mill", "lathe", "forge", "guest"):
            address = self.league.address(role)
            assert purses.get(address, 0) == self.communities.free(address)
        held = sum(purses.values()) + sum(row.treasury for row in index.communities())
        assert held == self.league.balance(self.communities.address)
        for one in index.proposals():
            proposal = self.council.proposal(one.number)
            assert proposal is not None
            assert (one.count, one.digest, one.proposer) == (proposal.count, proposal.digest, proposal.proposer)
        assert len(index.proposals()) == self.council.count()


@pytest.fixture(scope="module")
def town(ledger: Ledger) -> Town:
    return Town(ledger)


def test_a_league_is_its_first_community(town: Town) -> None:
    league = town.communities.community(LEAGUE_COMMUNITY)
    assert league is not None
    assert (league.rules, league.timelock, league.name) == (LEAGUE_RULES, LEAGUE_TIMELOCK, "Hanse")
    assert town.communities.community(99) is None


def test_the_charter_begins_as_its_twin_says(town: Town) -> None:
    assert town.council.terms() == tuple(one.value for one in TERMS)
    for one in TERMS:
        assert town.league.read("Charter", "boundsOf", one.number) == (one.least, one.most)


def test_the_league_decides_on_its_charter_once_it_was_handed_over(town: Town) -> None:
    for role in ("mill", "lathe"):
        town.communities.join(role, LEAGUE_COMMUNITY, key=town.key()).wait()
    town.later(1)
    league = town.communities.community(LEAGUE_COMMUNITY)
    assert league is not None
    town.council.hand_over(league.hand, key=town.key())
    assert town.council.governs("Charter", league.hand)
    town.decided(
        LEAGUE_COMMUNITY, ("mill", "lathe"), "set review 5d", "grant MemberRegistry NOTARY_ROLE " + league.hand
    )
    assert town.council.terms()[term("review").number] == 5 * DAY
    town.agrees()
    assert town.ledger.index.proposals()[0].count.executed


def test_a_vote_changes_by_which_rules_idle_time_is_claimed(town: Town) -> None:
    before = town.ledger.offers.rules()
    town.decided(
        LEAGUE_COMMUNITY, ("mill", "lathe"), "set offer-hold 2h", "set offer-review 36h", "set offer-penalty 55000"
    )
    now = town.ledger.offers.rules()
    assert now == IdleTime(hold=120, review=36, decision=before.decision, penalty=6, number=before.number + 3)
    assert idle_time(town.council.terms(), now.number) == now


def test_a_decision_that_nobody_carries_out_lapses(town: Town) -> None:
    number, actions = town.proposed("mill", LEAGUE_COMMUNITY, "set fee 1")
    town.later(DAY)
    town.voted(number, "mill", "lathe")
    town.later(3 * DAY)
    town.council.queue("guest", number, actions, key=town.key()).wait()
    row = next(one for one in town.ledger.sync().proposals() if one.number == number)
    proposal = town.council.proposal(number)
    assert proposal is not None
    assert row.count == proposal.count
    town.later(2 * DAY + GRACE)
    assert town.council.state(number) == row.count.state(row.count.lapses) == "lapsed"
    with pytest.raises(Reverted, match="WrongState"):
        town.council.execute("guest", number, actions, key=town.key()).wait()
    assert town.council.terms()[term("fee").number] != 1


def test_a_treasury_is_shared_to_the_cent_and_taken_out(town: Town) -> None:
    number = town.founded("Sharers", "mill", "lathe", "forge")
    town.communities.contribute("mill", number, 1_000, key=town.key()).wait()
    before = [town.communities.free(town.league.address(role)) for role in ("mill", "lathe", "forge")]
    town.decided(number, ("mill", "lathe"), "share 1000")
    after = [town.communities.free(town.league.address(role)) for role in ("mill", "lathe", "forge")]
    assert [b - a for a, b in zip(before, after, strict=True)] == divide(1_000, [1, 1, 1])
    town.communities.withdraw("lathe", after[1], key=town.key()).wait()
    town.agrees()


def test_a_community_joins_another_by_decision_and_shares_through_its_treasury(town: Town) -> None:
    parent = town.founded("Parent", "mill", "lathe")
    child = town.founded("Child", "forge")
    hand = town.wishes(child)._hand
    town.decided(parent, ("mill", "lathe"), f"invite {hand}")
    town.decided(child, ("forge",), f"join {parent}")
    town.communities.contribute("mill", parent, 300, key=town.key()).wait()
    town.decided(parent, ("mill", "lathe"), "share 300")
    its = town.communities.community(child)
    assert its is not None
    assert (its.parent, its.treasury) == (parent, 100)
    town.communities.delegate("lathe", parent, town.league.address("mill"), key=town.key()).wait()
    town.agrees()
    with pytest.raises(ChainFault, match="two voices"):
        town.communities.join("forge", parent, key=town.key()).wait()
    town.decided(child, ("forge",), f"leave {parent}")
    town.agrees()


def test_a_signed_vote_is_brought_by_anyone_and_counts_once(town: Town) -> None:
    number = town.founded("Signers", "mill", "lathe")
    proposal, _ = town.proposed("mill", number, "share 0")
    town.later(DAY)
    digest, until = town.digest(proposal), 2**40
    signed = town.council.ballot(town.ledger.keys, "lathe", town.ledger.chain_id, digest, "for", until)
    voter = town.league.address("lathe")
    town.council.bring("guest", proposal, digest, "for", voter, until, signed, key=town.key()).wait()
    for support in SUPPORTS:
        with pytest.raises(ChainFault, match="bad signature"):
            town.council.bring("guest", proposal, digest, support, voter, until, signed, key=town.key()).wait()
    other = town.council.ballot(town.ledger.keys, "lathe", 1, digest, "for", until)
    with pytest.raises(ChainFault, match="bad signature"):
        town.council.bring("guest", proposal, digest, "for", voter, until, other, key=town.key()).wait()
    town.agrees()


def test_what_was_taken_back_is_cancelled_in_the_index_too(town: Town) -> None:
    number = town.founded("Changers", "mill")
    proposal, _ = town.proposed("mill", number, "expel " + town.league.address("mill"))
    town.council.cancel("mill", proposal, key=town.key()).wait()
    assert town.council.state(proposal) == "cancelled"
    town.communities.leave("mill", number, key=town.key()).wait()
    town.agrees()


def test_a_proposal_without_words_is_refused_before_it_is_sent(town: Town) -> None:
    with pytest.raises(InputError, match="says why"):
        town.council.propose("mill", 1, [Action(NOTES[:42], b"")], " ", key=town.key())
    with pytest.raises(InputError, match="number of actions"):
        town.council.propose("mill", 1, [], "why", key=town.key())
