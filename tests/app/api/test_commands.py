"""The commands about services, as people type them."""

from __future__ import annotations

from pathlib import Path

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


def test_who_asks_must_be_said_and_right(town: Town) -> None:
    url = town.house.url
    hanse("orders", "--url", url).failed(2, "nobody says who asks", "HANSE_NAME")
    hanse("orders", "--url", url, HANSE_NAME="Ada", HANSE_PASSPHRASE="wrong").failed(1, "pass-phrase is wrong")


def test_a_port_and_a_directory_serve_once(town: Town, tmp_path: Path) -> None:
    hanse("serve", "--data", tmp_path, "--port", str(town.house.port)).failed(4, "Address already in use")
    assert list(tmp_path.iterdir()) == []
    hanse("serve", "--data", town.house.data, "--port", "18080").failed(4, "in use by process")
