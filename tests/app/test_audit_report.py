"""Signed reports of audits: verified anywhere, and worth nothing once a letter of them was changed."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.app.audit_report import as_html, block_at, period, report, signature, signed, verify
from hanse.errors import ChainFault, EvidenceError, InputError
from hanse.ledger.chain import Head
from tests.app.cli import hanse

KEY, OTHER = Account.from_key("0x" + "11" * 32), Account.from_key("0x" + "22" * 32)
CHECKS = [{"what": "money <b>", "count": 3, "ok": False, "differences": ["block 1: <script>alert(1)</script>"]}]
LISTED = {"plans": [{"number": 1, "hash": "0x" + "ab" * 32}], "paid to members": 123_456, "transfers": 2}


class Blocks:
    """A chain of blocks at these moments."""

    def __init__(self, *times: int) -> None:
        self.times = times

    def block(self, number: int) -> Head | None:
        known = 0 <= number < len(self.times)
        return Head(number, f"0x{number:064x}", self.times[number], None) if known else None


def made() -> dict[str, Any]:
    chain: Any = Blocks(0, 10, 20, 30)
    of = period(chain, 3, (None, None), (None, None))
    return report(
        league="Hanse & Söhne", chain_id=7, contract="0x" + "c0" * 20, version="1", chain=chain, of=of, made=40,
        by="Audra", checks=CHECKS, listed=LISTED,
    )  # fmt: skip


def file(*keys: Any) -> dict[str, Any]:
    said = made()
    return signed(said, [signature(said, key, "auditor") for key in keys or (KEY,)])


def dumped(given_: Any) -> bytes:
    return json.dumps(given_).encode()


def test_a_report_says_who_signed_it_as_json_and_as_a_page() -> None:
    both = file(KEY, OTHER)
    for data in (dumped(both), as_html(both).encode()):
        found = verify(data, [OTHER.address.lower()])
        assert found.signers == ((KEY.address, "auditor"), (OTHER.address, "auditor"))
        assert found.report == both["report"]


def test_whoever_must_have_signed_and_did_not_is_named() -> None:
    with pytest.raises(EvidenceError, match="did not sign"):
        verify(dumped(file(KEY)), [OTHER.address])


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Ways to every leaf."""
    if isinstance(value, dict):
        return [way for name, one in value.items() for way in places(one, (*at, name))]
    if isinstance(value, list):
        return [way for i, one in enumerate(value) for way in places(one, (*at, i))]
    return [at]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(places(made())), st.sampled_from([0, 1, True, "x", None, []]))
def test_no_leaf_of_a_report_can_be_changed(way: tuple[Any, ...], other: Any) -> None:
    forged = copy.deepcopy(file())
    at = forged["report"]
    for name in way[:-1]:
        at = at[name]
    if type(at[way[-1]]) is type(other) and at[way[-1]] == other:
        return
    at[way[-1]] = other
    with pytest.raises((EvidenceError, InputError)):
        verify(dumped(forged))


def test_a_page_that_shows_something_else_than_was_signed_is_refused() -> None:
    page = as_html(file())
    with pytest.raises(EvidenceError, match="not what was signed"):
        verify(page.replace("1,234.56", "9,234.56").encode())


def test_a_page_of_a_moment_that_no_calendar_has_is_refused() -> None:
    page = as_html(file())
    assert '"made": 40,' in page
    for moment in (10**12, 10**30, -(10**12)):
        with pytest.raises(InputError, match="lacks something"):
            verify(page.replace('"made": 40,', f'"made": {moment},').encode())


def test_words_of_strangers_are_words_on_the_page() -> None:
    page = as_html(file())
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "money <b>" not in page


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[1]", b"\xff\xfe", b"<html></html>", b'{"format": "hanse-plan/1"}', b"[" * 9999]
)
def test_what_is_no_report_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(InputError, match="no signed report"):
        verify(data)


def test_an_unsigned_report_and_a_signature_of_another_are_refused() -> None:
    with pytest.raises(EvidenceError, match="nobody signed"):
        verify(dumped(signed(made(), [])))
    lent = file()
    lent["signatures"][0]["by"] = OTHER.address
    with pytest.raises(EvidenceError, match="not what"):
        verify(dumped(lent))
    lent["signatures"][0] = {"by": KEY.address, "signature": "0x12"}
    with pytest.raises(EvidenceError, match="not what"):
        verify(dumped(lent))
    lent["signatures"][0] = {"signature": "0x12"}
    with pytest.raises(InputError, match="lacks something"):
        verify(dumped(lent))


def test_a_report_of_another_league_is_another_report() -> None:
    elsewhere = file()
    elsewhere["report"]["chain"] = 8
    with pytest.raises(EvidenceError):
        verify(dumped(elsewhere))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30).map(sorted), st.integers(-1, 60))
def test_the_block_of_a_moment_is_the_last_that_was_there(times: list[int], moment: int) -> None:
    found = block_at(Blocks(*times), moment, len(times) - 1)  # type: ignore[arg-type]
    assert found == max((i for i, one in enumerate(times) if one <= moment), default=-1)


def test_a_period_is_of_blocks_or_of_dates_and_within_what_was_audited() -> None:
    chain: Any = Blocks(0, 10, 20, 30)
    assert period(chain, 3, (None, None), (None, None)) == (0, 3, 3)
    assert period(chain, 3, (1, 2), (None, None)) == (1, 2, 3)
    assert period(chain, 3, (None, None), (10, 29)) == (1, 2, 3)
    assert period(chain, 3, (None, None), (11, None)) == (2, 3, 3)
    for blocks, moments in (
        ((2, 1), (None, None)),
        ((0, 4), (None, None)),
        ((None, None), (31, None)),
        ((1, None), (0, None)),
    ):
        with pytest.raises(InputError):
            period(chain, 3, blocks, moments)
    with pytest.raises(ChainFault):
        period(Blocks(0), 3, (None, None), (5, None))  # type: ignore[arg-type]


def test_the_command_line_verifies_without_a_chain(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(dumped(file()))
    shown = hanse("audit", "--verify-report", path)
    assert shown.code == 0, shown
    assert f"signed by {KEY.address} (auditor)" in shown.out
    assert (
        hanse("audit", "--verify-report", path, "--signer", KEY.address, "--json").json["report"]["league"]
        == "Hanse & Söhne"
    )
    hanse("audit", "--verify-report", path, "--signer", OTHER.address).failed(1, "did not sign this report")
    path.write_bytes(path.read_bytes().replace(b'"made": 40', b'"made": 41'))
    hanse("audit", "--verify-report", path).failed(1, "is not what")
    hanse("audit", "--verify-report", tmp_path / "none").failed(2, "no such file")
    hanse("audit", "--data", tmp_path, "--verify-report", path).failed(2, "give one of them")
    hanse("audit", "--data", tmp_path, "--since", "2026-01-01").failed(2, "give --report FILE")
    hanse("audit", "--data", tmp_path, "--report", tmp_path / "r.json").failed(
        2, "nobody signs the report", "HANSE_KEY"
    )
