"""Identifiers are read as they are written, and nothing that is only like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.identity.did import Did, did_of, parse

ADDRESS = "0xc0ffee254729296a45a3885639AC7E10F9d54979"


@given(st.sampled_from(["pkh", "ethr"]), st.integers(1, 2**59), st.binary(min_size=20, max_size=20))
def test_what_is_written_is_read_back(method: str, chain_id: int, address: bytes) -> None:
    one = Did("pkh" if method == "pkh" else "ethr", chain_id, did_of("0x" + address.hex(), 1).address)
    assert parse(str(one)) == one


def test_they_look_as_their_methods_say() -> None:
    assert str(did_of(ADDRESS.lower(), 31337)) == f"did:ethr:0x7a69:{ADDRESS}"
    assert str(Did("pkh", 1, ADDRESS)) == f"did:pkh:eip155:1:{ADDRESS}"
    assert Did("pkh", 1, ADDRESS).account == f"eip155:1:{ADDRESS}"
    assert parse(f"did:ethr:0x1:{ADDRESS.lower()}") == did_of(ADDRESS, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        "", ADDRESS, f"did:web:{ADDRESS}", f"did:ethr:{ADDRESS}", f"did:ethr:0x01:{ADDRESS}", f"did:ethr:1:{ADDRESS}",
        f"did:pkh:eip155:0:{ADDRESS}", f"did:pkh:solana:1:{ADDRESS}", f"did:ethr:0x1:{ADDRESS}0",
        f"did:ethr:0x1:{ADDRESS}#controller", f"did:ethr:0x1:{ADDRESS}\n", f"DID:ethr:0x1:{ADDRESS}",
    ],
)  # fmt: skip
def test_what_is_only_like_one_is_refused(wrong: str) -> None:
    with pytest.raises(InputError, match="no identifier"):
        parse(wrong)


def test_a_wrong_sign_in_an_address_is_noticed() -> None:
    with pytest.raises(InputError, match="checksum"):
        parse(f"did:ethr:0x1:{ADDRESS.replace('c0ffee', 'C0ffee')}")
