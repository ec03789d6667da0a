"""Our transactions are eth_account's, byte for byte."""

from __future__ import annotations

from typing import Any

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from hanse.ledger.chain import Call
from hanse.ledger.entries import Entry
from hanse.ledger.signing import Fees, created_address, sign, unsigned_fields

RECEIVER = "0x9F390FfeD22dF18Ab4004204f6F169346368f5C9"


@given(
    secret=st.integers(1, 2**250),
    chain_id=st.integers(1, 2**32),
    nonce=st.integers(0, 2**40),
    to=st.sampled_from([None, RECEIVER]),
    value=st.integers(0, 2**90),
    data=st.binary(max_size=80),
    most=st.integers(0, 2**50),
    legacy=st.booleans(),
)
def test_signing_agrees_with_eth_account(
    secret: int, chain_id: int, nonce: int, to: str | None, value: int, data: bytes, most: int, legacy: bool
) -> None:
    account = Account.from_key(secret.to_bytes(32))
    fields: dict[str, Any] = {"chainId": chain_id, "nonce": nonce, "gas": 90_000, "value": value, "data": data}
    fields |= {"gasPrice": most} if legacy else {"maxFeePerGas": most, "maxPriorityFeePerGas": most // 2}
    fields |= {"to": to} if to else {}
    expected = account.sign_transaction(fields)
    fees = Fees(most, None if legacy else most // 2)
    raw, name = sign(account, chain_id=chain_id, nonce=nonce, gas=90_000, to=to, value=value, data=data, fees=fees)
    assert raw == bytes(expected.raw_transaction)
    assert name == "0x" + bytes(expected.hash).hex()
    assert unsigned_fields(raw) == (to.lower() if to else None, value, data)
    entry = Entry(1, "k", "", account.address, nonce, name, raw, 90_000, 0, 0, None, None, False, "")
    assert entry.as_call() == Call(account.address, to.lower() if to else None, data, value)


@pytest.mark.parametrize(
    ("nonce", "address"),
    [(0, "cd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"), (1, "343c43a37d37dff08ae8c4a11544c718abb4fcf8")],
)
def test_the_address_of_a_new_contract_is_the_known_one(nonce: int, address: str) -> None:
    # Published example of the rule: keccak(rlp([sender, nonce])), last 20 bytes.
    assert created_address("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0", nonce).hex() == address
