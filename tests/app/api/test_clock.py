"""What the service sends by the clock, on somebody else's chain whose clock can be turned."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanse.app.client import Refused
from hanse.ledger.standing import standing
from tests.app.api.conftest import settle_in
from tests.app.api.house import Town, house, until

DAY = 86_400


def test_silence_is_consent_and_work_that_never_came_goes_back(tmp_path: Path) -> None:
    with standing(tmp_path / "chain") as chain, house(tmp_path, chain=chain.url) as at:
        town = Town(at)
        settle_in(town)
        ada, member, customer = town["ada"], town["member"], town["customer"]
        agreement = ada.agreement(1)
        assert [one.stage for one in agreement.milestones] == ["delivered", "agreed"]
        locked = customer.money().settlement
        # The review of the first is over; the second was never begun, and its time is over as well.
        chain.jump(agreement.milestones[1].start_by + DAY)
        until(lambda: [one.stage for one in ada.agreement(1).milestones] == ["settled", "settled"])
        silent, never = ada.agreement(1).milestones
        assert (silent.ending, never.ending) == ("silent", "never started")
        assert silent.paid == silent.price
        assert never.paid == 0
        assert member.money().settlement == silent.price
        assert customer.money().settlement > locked  # its money for the second is free again
        with pytest.raises(Refused):
            customer.accept(1, [0], [0])  # too late to be spiteful
        assert ada.audit().ok
