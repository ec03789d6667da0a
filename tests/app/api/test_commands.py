"""The commands about services, as people type them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hanse.app.client import Refused
from tests.app.api.house import Town
from tests.app.cli import hanse


def key_of(town: Town, who: str) -> str:
    wallet = town[who]._wallet
    assert wallet is not None
    return bytes(wallet.key).hex()


def test_orders_and_their_story_are_shown_to_whoever_may_see_them(town: Town) -> None:
    customer, url = key_of(town, "customer"), town.house.url
    shown = hanse("orders", "--url", url, HANSE_KEY=customer)
    assert shown.code == 0, shown
    assert "agreed" in shown.out
    one = hanse("orders", "--url", url, "1", HANSE_KEY=customer)
    assert "2 PARTIAL" in one.out
    assert "agreement 1, version 1: active" in one.out
    assert hanse("orders", "--url", url, "1", "--json", HANSE_KEY=customer).json["order"]["number"] == 1
    hanse("orders", "--url", url, "1", HANSE_KEY=key_of(town, "stranger")).failed(1, "no order 1 that you can see")


def test_a_service_is_audited_by_its_address(town: Town) -> None:
    found = hanse("audit", "--url", town.house.url, HANSE_KEY=key_of(town, "stranger"))
    assert found.code == 0, found
    assert "OK, everything agrees" in found.out
    hanse("audit").failed(2, "of a directory or of a service")


def test_a_service_and_its_auditor_sign_a_report_of_a_period(town: Town, tmp_path: Path) -> None:
    url, key, page = town.house.url, key_of(town, "stranger"), tmp_path / "report.html"
    found = hanse("audit", "--url", url, "--report", page, "--since", "2020-01-01", HANSE_KEY=key)
    assert found.code == 0, found
    service, own = town["ada"].league().auditor, town.address("stranger")
    told = hanse("audit", "--verify-report", page, "--signer", service, "--signer", own, "--json").json
    assert [one["role"] for one in told["signers"]] == ["service", "auditor"]
    assert told["report"]["happened"]["plans"][0]["number"] == 1
    early = hanse("audit", "--url", url, "--report", page, "--until", "2020-01-01", HANSE_KEY=key)
    early.failed(2, "no part of what was audited")


def test_the_service_signs_nothing_before_an_audit_and_for_nobody_else(town: Town) -> None:
    """A wallet's signature is never made by the service; what is no period is refused."""
    town["stranger"].audit()
    alone = town["stranger"].audit_report(first_block=0, last_block=3)
    assert [one["role"] for one in alone["signatures"]] == ["service"]
    wrongs: tuple[dict[str, Any], ...] = (
        {"first_block": 4, "last_block": 3}, {"last_block": 10**9}, {"first_block": 1, "since": 0},
    )  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(Refused) as refused:
            town["stranger"].audit_report(**wrong)
        assert refused.value.status == 422


def test_who_asks_must_be_said_and_right(town: Town) -> None:
    url = town.house.url
    hanse("orders", "--url", url).failed(2, "nobody says who asks", "HANSE_NAME")
    hanse("orders", "--url", url, HANSE_NAME="Ada", HANSE_PASSPHRASE="wrong").failed(1, "pass-phrase is wrong")


def test_a_port_and_a_directory_serve_once(town: Town, tmp_path: Path) -> None:
    hanse("serve", "--data", tmp_path, "--port", str(town.house.port)).failed(4, "Address already in use")
    assert list(tmp_path.iterdir()) == []
    hanse("serve", "--data", town.house.data, "--port", "18080").failed(4, "in use by process")
    hanse("serve", "--data", tmp_path, "--db", "mysql://ada@db/league").failed(2, "postgresql://hanse@localhost/hanse")
    assert list(tmp_path.iterdir()) == []
