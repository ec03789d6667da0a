"""A community over the API, on somebody else's chain whose clock can be turned: founded, joined, decided in by members
with and without wallets; what was decided is done by the clock."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hanse.app.client import Refused
from hanse.ledger.standing import standing
from hanse.ledger.store import open_ledger
from tests.app.api.house import PHRASE, Town, house, until

DAY = 86_400
RULES = {"joining": "open", "weight": "equal", "sharing": "equal", "quorum": 500_000, "delay": DAY, "period": DAY}


def test_members_found_vote_and_are_paid_their_share(tmp_path: Path) -> None:
    with standing(tmp_path / "chain") as chain, house(tmp_path, chain=chain.url) as at:
        town = Town(at)
        ada = town.people["ada"] = at.coordinator()
        mill = town.people["mill"] = at.wallet(ada, "Mill", "member")
        lathe = town.people["lathe"] = at.managed(ada, "Lathe", "member")
        late = town.people["late"] = at.wallet(ada, "Late", "member")
        ada.set_services(["milling"])
        for name in ("mill", "lathe"):
            town[name].register(name, name, ["milling"])
            ada.certify(ada.member(town.address(name)))
            ada.mint(town.address(name), 10_000)

        # The league itself is the first community; nobody is in it who did not wish to be.
        league = ada.community(1)
        assert (league.now.rules.joining, league.belongs) == ("certified", [])
        with pytest.raises(Refused, match="not certified"):
            late.join_community(1)

        founded = mill.found_community("Valley", RULES, DAY)
        valley = int(founded.result["community"])
        lathe.join_community(valley)
        lathe.contribute(valley, 1_001)
        assert mill.community(valley).now.treasury == 1_001
        assert lathe.money().account == 10_000 - 1_001

        chain.jump(int(time.time()) + 10)
        number = int(mill.put_forward(valley, ["share 1001"], "the year was good").result["number"])
        late.join_community(valley)
        told = lathe.proposal(number).now
        assert (told.state, told.quorum, told.you_may_vote) == ("pending", 1, False)
        assert told.does == [f"share 10.01 of the treasury of community {valley} among its members"]
        with pytest.raises(Refused, match="wrong state"):
            lathe.vote(told, "for")

        chain.jump(told.votes_from + 1)
        assert lathe.proposal(number).now.you_may_vote
        assert not late.proposal(number).now.you_may_vote
        with pytest.raises(Refused, match="no weight"):
            late.vote(told, "against")
        with pytest.raises(Refused, match="not the proposal that you read"):
            lathe.vote(told.model_copy(update={"digest": "0x" + "11" * 32}), "for")
        lathe.vote(told, "for")
        mill.vote(told, "for")
        with pytest.raises(Refused, match="already voted"):
            mill.vote(told, "against", key="another-key")
        assert lathe.proposal(number).now.your_vote == "for"

        # The clerk does the rest, and each of three gets a third.
        chain.jump(told.votes_until + 1)
        until(lambda: mill.proposal(number).now.state == "queued")
        chain.jump((mill.proposal(number).now.executable_from or 0) + 1)
        until(lambda: mill.proposal(number).now.state == "executed")
        shares = [one.money().communities for one in (mill, lathe, late)]
        assert sum(shares) == 1_001
        assert max(shares) - min(shares) == 1
        late.withdraw("communities", shares[2])
        assert late.money().account == shares[2]
        assert mill.community(valley).now.treasury == 0
        mill.leave_community(valley)
        assert [one.member for one in ada.community(valley).belongs] == sorted(
            (town.address("lathe"), town.address("late"))
        )


def test_a_league_that_was_handed_over_gives_its_offices_itself(tmp_path: Path) -> None:
    with house(tmp_path) as at:
        ada = at.coordinator()
        nora = at.client()
        nora.join(ada.invite("notary"), "Nora", PHRASE)
        nora.sign_in("Nora", PHRASE)
        until(lambda: "notary" in nora.session().offices)
        code = ada.invite("notary")
        holder = nora.session().address
        assert at.stop() == 0
        with open_ledger(at.data) as ledger:
            league = ledger.communities.community(1)
            assert league is not None
            for sent in (*ledger.council.hand_over(league.hand, key="over"), *ledger.council.let_go(key="go")):
                sent.wait()
        at.start()
        with pytest.raises(Refused, match="gives its offices itself"):
            at.client().join(code, "Nils", PHRASE)
        with pytest.raises(Refused, match="gives its offices itself"):
            ada.take_office("notary", holder)
