"""Salted hashes: what is shown is what was signed, whatever the claims, and nothing can be put in its place."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.identity.disclosure import RESERVED, hashed, hidden, name_of, shown

NAMES = st.text(min_size=1, max_size=20).filter(lambda name: name not in RESERVED).filter(str.isprintable)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
CLAIMS = st.dictionaries(NAMES, VALUES, max_size=8)


def encoded(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()


@given(CLAIMS, st.data())
def test_any_choice_of_claims_is_read_back_as_it_was(claims: dict[str, Any], data: st.DataObject) -> None:
    hashes, disclosures = hidden(claims)
    chosen = data.draw(st.sets(st.sampled_from(disclosures)) if disclosures else st.just(set[str]()))
    found = shown(hashes, sorted(chosen))
    assert found == {name_of(one): claims[name_of(one)] for one in chosen}
    assert len(hashes) == len(claims)


@given(CLAIMS.filter(bool))
def test_hashes_are_in_an_order_that_says_nothing_and_other_ones_each_time(claims: dict[str, Any]) -> None:
    first, second = hidden(claims)[0], hidden(claims)[0]
    assert first == sorted(first)
    assert not set(first) & set(second)


@pytest.mark.parametrize("claims", [{"a": float("nan")}, {"a": [float("inf")]}, {"a": "\ud800"}, {"\udfff": 1}])
def test_what_json_cannot_spell_cannot_be_claimed(claims: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="cannot be claimed"):
        hidden(claims)


@given(CLAIMS, NAMES, VALUES)
def test_a_claim_that_was_not_signed_is_refused(claims: dict[str, Any], name: str, value: Any) -> None:
    hashes, _ = hidden(claims)
    with pytest.raises(InputError, match="was not signed"):
        shown(hashes, [encoded("salt", name, value)])


def test_a_hash_is_that_of_the_standard() -> None:
    """The example of RFC 9901, section 4.2.1: spaces and all are part of what is hashed."""
    disclosure = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert name_of(disclosure) == "family_name"
    assert hashed(disclosure) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    assert hashed(disclosure) == base64.urlsafe_b64encode(hashlib.sha256(disclosure.encode()).digest()).decode()[:-1]


@pytest.mark.parametrize(
    "wrong",
    ["", "é", "!!!", encoded("salt"), encoded(1, "name", 2), encoded("salt", 7, 2), encoded("a", "b", "c", "d")],
)
def test_what_is_no_disclosure_is_refused(wrong: str) -> None:
    with pytest.raises(InputError, match="no claim with its salt"):
        shown([], [wrong])


def test_names_that_mean_something_else_cannot_be_hidden_nor_shown() -> None:
    for name in RESERVED:
        with pytest.raises(InputError, match="cannot name a claim"):
            hidden({name: 1})
        sly = encoded("salt", name, 1)
        with pytest.raises(InputError, match="is none"):
            shown([hashed(sly)], [sly])
