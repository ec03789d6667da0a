"""The validators themselves: they agree, take free transactions from anyone, and bear the loss of one."""

from __future__ import annotations

import time

import pytest
from eth_account import Account

from hanse.ledger.chain import Receipt
from tests.network.validators import CHAIN_ID, Validator, Validators

pytestmark = pytest.mark.network


def send_nothing(validator: Validator, nonce: int, account: object) -> str:
    """A free transaction of an account that has nothing; its hash."""
    fields = {"chainId": CHAIN_ID, "nonce": nonce, "gas": 21_000, "to": account.address, "value": 0, "data": b""}  # type: ignore[attr-defined]
    signed = account.sign_transaction({**fields, "maxFeePerGas": 0, "maxPriorityFeePerGas": 0, "type": 2})  # type: ignore[attr-defined]
    validator.chain.send_raw(bytes(signed.raw_transaction))
    return "0x" + bytes(signed.hash).hex()


def seen(validator: Validator, name: str, seconds: float = 30) -> Receipt:
    end = time.monotonic() + seconds
    while (receipt := validator.chain.receipt(name)) is None:
        assert time.monotonic() < end, validator.tail()
        time.sleep(0.05)
    return receipt


def test_all_have_the_same_blocks(network: Validators) -> None:
    network.wait_for(3)
    told = {one.chain.block(2) for one in network}
    assert len(told) == 1
    assert {one.chain.base_fee() for one in network} == {0}


def test_a_free_transaction_is_taken_from_any_validator_to_every_other(network: Validators) -> None:
    account = Account.create()
    for nonce, one in enumerate(network):
        receipt = seen(network[(nonce + 1) % 4], send_nothing(one, nonce, account))
        assert receipt.ok


def test_it_goes_on_without_one_stops_without_two_and_goes_on_when_one_is_back(own_network: Validators) -> None:
    account = Account.create()
    own_network[3].kill()
    own_network.wait_for_more(3)
    seen(own_network[1], send_nothing(own_network[0], 0, account))
    own_network[2].stop()
    time.sleep(3)  # what was under way
    height = own_network[0].chain.height()
    name = send_nothing(own_network[0], 1, account)
    time.sleep(5)
    assert own_network.heights() == [height, height]
    own_network[3].start()
    assert seen(own_network[3], name).ok
    own_network[2].start()
    own_network.wait_for_more(3)
    assert len({one.chain.block(height) for one in own_network}) == 1


def test_a_frozen_validator_catches_up(own_network: Validators) -> None:
    own_network[1].freeze()
    time.sleep(5)
    own_network[1].thaw()
    own_network.wait_for_more(3)
