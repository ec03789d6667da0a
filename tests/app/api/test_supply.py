"""Money of the league comes and goes against records: each justifies one change, and the record can be read."""

from __future__ import annotations

import pytest

from hanse.app.client import Refused
from tests.app.api.house import Town


def test_a_reference_creates_money_once_however_often_it_is_sent(town: Town) -> None:
    ada, customer = town["ada"], town["customer"]
    before, to = customer.money().account, customer.session().address
    ada.mint(to, 700, "transfer 17")
    with pytest.raises(Refused, match="already justified"):
        ada.mint(to, 700, "transfer 17")
    assert customer.money().account == before + 700
    ada.mint(to, 700, "transfer 18")
    assert customer.money().account == before + 1_400


def test_whoever_is_paid_out_gives_its_own_money_back_once_for_a_payment(town: Town) -> None:
    customer = town["customer"]
    before = customer.money().account
    customer.retire(400, "payout 3")
    with pytest.raises(Refused, match="already justified"):
        customer.retire(400, "payout 3")
    with pytest.raises(Refused, match="in hand"):
        customer.retire(before, "payout 4")
    assert customer.money().account == before - 400


def test_the_audit_finds_every_cent_justified(town: Town) -> None:
    (money,) = [check for check in town["ada"].audit().checks if check.what == "money"]
    assert money.ok
