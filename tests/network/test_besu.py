"""The files of a QBFT network for Hyperledger Besu, held to Besu's own documentation."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import rlp  # type: ignore[import-untyped]
import yaml
from compose_spec import PyCompose
from eth_keys.datatypes import PrivateKey

from hanse.network import Network, init, place
from hanse.network.besu import IMAGE
from hanse.network.genesis import qbft_extra_data
from hanse.network.sites import containers
from tests.deploy.files import compose

VALIDATORS = (
    "64a702e6263b7297a96638cac6ae65e6541f4169",
    "3923390ad55e90c237593b3b0e401f3b08a03185",
    "aefdb9a738c9f433e5b6b212a6d62f6370c2f692",
    "c7eeb9a4e00ce683cf93039b212648e01c6c6b78",
)

OPTIONS: dict[str, tuple[type, str]] = {
    "data-path": (str, "Command line options"),
    "genesis-file": (str, "Command line options"),
    "profile": (str, "Use a profile: ENTERPRISE or PRIVATE"),
    "sync-mode": (str, "Use a profile: FULL with this one"),
    "data-storage-format": (str, "Use a profile: FOREST with this one"),
    "discovery-enabled": (bool, "Static nodes: false, so that only those are met"),
    "p2p-host": (str, "Configure ports"),
    "p2p-port": (int, "Configure ports"),
    "rpc-http-enabled": (bool, "Command line options"),
    "rpc-http-host": (str, "Command line options"),
    "rpc-http-port": (int, "Command line options"),
    "rpc-http-api": (list, "Command line options"),
    "host-allowlist": (list, "Command line options"),
    "min-gas-price": (int, "Free gas network: 0 on every node"),
}
"""What Besu documents of the options that are used: the kind of value, and the page on besu.hyperledger.org. Options of
a configuration file are those of the command line without dashes (Use a configuration file); that all of them are read
from a file is what Besu's own `everything_config.toml` tests, which has each of these, of the same kind."""

CONFIG = {
    "chainId": "Genesis file items",
    "berlinBlock": "QBFT, Genesis file",
    "londonBlock": "Free gas network: London and later need zeroBaseFee",
    "shanghaiTime": "Genesis file items; with QBFT since 24.2 (pull request 6353)",
    "zeroBaseFee": "Free gas network",
    "qbft": "QBFT, Genesis file",
}
QBFT = {"blockperiodseconds", "epochlength", "requesttimeoutseconds"}
BLOCK = {
    "config", "nonce", "timestamp", "extraData", "gasLimit", "baseFeePerGas", "difficulty", "mixHash", "coinbase",
    "alloc",
}  # fmt: skip


def network(*hosts: str, listen: str = "127.0.0.1", **changes: Any) -> Network:
    said: dict[str, Any] = {"chain_id": 77, "period": 2, "started": 1_790_000_000, "listen": listen, **changes}
    return Network("besu-qbft", place(hosts or containers(4)), **said)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of five houses, one of them with an address of version 6."""
    folder = tmp_path_factory.mktemp("besu") / "network"
    init(network(*(f"10.0.{i}.5" for i in range(1, 5)), "fd00::5"), folder)
    return folder


def test_extra_data_is_what_besu_documents_for_its_example() -> None:
    """besu.hyperledger.org, Configure QBFT consensus, Genesis file."""
    said = "0xf87aa0" + "00" * 32 + "f854" + "".join("94" + one for one in VALIDATORS) + "c080c0"
    assert qbft_extra_data([bytes.fromhex(one) for one in VALIDATORS]) == said


def test_every_setting_is_documented_and_of_its_kind(made: Path) -> None:
    for place_ in sorted(made.glob("validator-*")):
        settings = tomllib.loads((place_ / "besu.toml").read_text())
        assert set(settings) == set(OPTIONS)
        for name, (kind, _) in OPTIONS.items():
            assert type(settings[name]) is kind, name
        assert settings["profile"] == "ENTERPRISE"
        assert (settings["sync-mode"], settings["data-storage-format"]) == ("FULL", "FOREST")
        assert settings["min-gas-price"] == 0
        assert settings["genesis-file"] == f"{settings['data-path']}/genesis.json"


def test_validators_offer_what_hanse_asks_and_nothing_that_changes_them(made: Path) -> None:
    settings = tomllib.loads((made / "validator-2" / "besu.toml").read_text())
    assert settings["rpc-http-api"] == ["ETH", "NET", "WEB3"]
    assert settings["rpc-http-host"] == "127.0.0.1"
    assert (settings["p2p-host"], settings["p2p-port"]) == ("10.0.2.5", 30303)


def test_every_item_of_the_first_block_is_documented(made: Path) -> None:
    block = json.loads((made / "genesis.json").read_text())
    assert set(block) == BLOCK
    assert set(block["config"]) == set(CONFIG)
    assert set(block["config"]["qbft"]) == QBFT
    assert block["config"]["zeroBaseFee"] is True
    assert block["baseFeePerGas"] == "0x0"
    # As for the example: a round takes twice as long as a block.
    assert block["config"]["qbft"]["requesttimeoutseconds"] == 2 * block["config"]["qbft"]["blockperiodseconds"]
    assert block["alloc"] == {}


def test_each_validator_gets_a_key_of_its_own_and_all_the_same_first_block(made: Path) -> None:
    places = sorted(made.glob("validator-*"))
    assert [one.name for one in places] == [f"validator-{i}" for i in range(1, 6)]
    assert len({(one / "genesis.json").read_text() for one in places}) == 1
    assert len({(one / "static-nodes.json").read_text() for one in places}) == 1
    own = [PrivateKey(bytes.fromhex((one / "key").read_text().strip()[2:])) for one in places]
    assert len(set(own)) == 5
    assert all((one / "key").stat().st_mode & 0o777 == 0o600 for one in places)
    block = json.loads((places[0] / "genesis.json").read_text())
    assert block["config"]["chainId"] == 77
    validators = rlp.decode(bytes.fromhex(block["extraData"][2:]))[1]
    assert list(validators) == sorted(key.public_key.to_canonical_address() for key in own)
    nodes = json.loads((places[0] / "static-nodes.json").read_text())
    assert nodes[0] == f"enode://{own[0].public_key.to_hex()[2:]}@10.0.1.5:30303"
    assert nodes[4].endswith("@[fd00::5]:30303")
    told = json.loads((made / "network.json").read_text())
    assert [one["address"] for one in told["validators"]] == [key.public_key.to_checksum_address() for key in own]


def test_its_compose_file_is_of_the_form_that_compose_knows_and_runs_the_image_of_deploy(tmp_path: Path) -> None:
    init(network(listen="0.0.0.0"), tmp_path / "network")
    text = (tmp_path / "network" / "compose.yaml").read_text()
    PyCompose.from_yaml(yaml.safe_dump(yaml.safe_load(text))).validate()  # anchors put in place
    services = yaml.safe_load(text)["services"]
    assert {one["image"] for one in services.values()} == {IMAGE, compose()["services"]["validator-1"]["image"]}
    for number, one in enumerate(services.values(), 1):
        settings = tomllib.loads((tmp_path / "network" / f"validator-{number}" / "besu.toml").read_text())
        assert one["volumes"] == [f"./validator-{number}:/node"]
        assert one["networks"]["ground"]["ipv4_address"] == settings["p2p-host"]
        assert one["ports"] == [f"127.0.0.1:{8544 + number}:8545"]
        # Asked inside the containers' network, by name; from outside through a port of this machine alone.
        assert settings["rpc-http-host"] == "0.0.0.0"
        assert {"localhost", f"validator-{number}"} <= set(settings["host-allowlist"])
