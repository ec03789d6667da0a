"""compose.yaml is what the Compose Specification allows, names only what there is, and its server starts."""

from __future__ import annotations

import ipaddress
import json
import sys
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from hanse.ledger.anvil import find_anvil
from tests.app.api.house import free_port
from tests.app.cli import hanse
from tests.deploy.files import DEPLOY, compose, entry_point, filled, running

MADE = ("./network/", "./mosquitto/passwords")
"""What is made on the spot, and by whom is written in docs/deploy.md."""


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"]
    return found


def test_it_is_of_the_form_that_compose_knows() -> None:
    parsed = PyCompose.from_yaml(yaml.safe_dump(compose()))
    parsed.validate()
    broken = compose()
    broken["services"]["server"]["volums"] = []
    with pytest.raises(ValueError, match="volums"):
        PyCompose.from_yaml(yaml.safe_dump(broken))


def test_everything_it_names_is_there(services: dict[str, Any]) -> None:
    whole = compose()
    for name, service in services.items():
        for network in service["networks"]:
            assert network in whole["networks"], name
        for volume in service["volumes"]:
            source = volume.partition(":")[0]
            if source.startswith("."):
                assert source.startswith(MADE) or (DEPLOY / source).is_file(), source
            else:
                assert source in whole["volumes"], name
        for other in service.get("depends_on", {}):
            assert other in services, name
    assert (DEPLOY / services["server"]["build"]["context"] / services["server"]["build"]["dockerfile"]).is_file()


def test_every_image_has_a_version_and_only_proxy_and_broker_are_reached(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert "build" in service or service["image"].rpartition(":")[2][0].isdigit(), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert {name for name, service in services.items() if "ports" in service} == {"proxy", "broker"}
    assert services["broker"]["ports"] == ["127.0.0.1:1883:1883"]
    assert compose()["networks"]["ground"]["internal"]


def test_several_servers_are_laid_over_it_and_differ_in_nothing_but_that(services: dict[str, Any]) -> None:
    over = compose("compose.several.yaml")
    PyCompose.from_yaml(yaml.safe_dump(over)).validate()
    servers = {name: one for name, one in over["services"].items() if name != "proxy"}
    for name, one in servers.items():
        assert one["command"] == [*services["server"]["command"], "--several"], name
        assert one["hostname"] == name  # its studies lie under it
        assert name == "server" or one["extends"] == {"file": "compose.yaml", "service": "server"}
    proxy = over["services"]["proxy"]
    assert proxy["environment"]["HANSE_UPSTREAM"].split() == [f"{name}:8080" for name in servers]
    assert proxy["depends_on"] == [*servers]
    example = dict(line.split("=") for line in (DEPLOY / ".env.example").read_text().splitlines() if "=" in line)
    assert example["HANSE_COOKIE_SECRET"] == ""
    filled((DEPLOY / "compose.several.yaml").read_text(), example)


def test_every_variable_is_in_the_example_and_a_password_is_never_guessed() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    example = dict(line.split("=") for line in (DEPLOY / ".env.example").read_text().splitlines() if "=" in line)
    assert example["HANSE_DB_PASSWORD"] == ""
    filled(text, example)
    with pytest.raises(AssertionError, match="HANSE_DB_PASSWORD"):
        filled(text, {"HANSE_DOMAIN": "league.example"})


def test_validators_meet_where_their_network_says(services: dict[str, Any], network: Path) -> None:
    subnet = ipaddress.ip_network(compose()["networks"]["ground"]["ipam"]["config"][0]["subnet"])
    for number in range(1, 5):
        service = services[f"validator-{number}"]
        address = service["networks"]["ground"]["ipv4_address"]
        assert ipaddress.ip_address(address) in subnet
        nodes = json.loads((network / f"validator-{number}" / "static-nodes.json").read_text())
        assert nodes[number - 1].endswith(f"@{address}:30303")
        assert service["volumes"] == [f"./network/validator-{number}:/node"]
        assert service["command"] == ["--config-file=/node/besu.toml"]
        settings = tomllib.loads((network / f"validator-{number}" / "besu.toml").read_text())
        assert settings["p2p-host"] == address
        assert f"validator-{number}" in settings["host-allowlist"]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `hanse network init` makes if nobody says otherwise."""
    folder = tmp_path_factory.mktemp("besu") / "network"
    assert hanse("network", "init", folder, "--quiet").code == 0
    return folder


@pytest.fixture(scope="module")
def chain(network: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A chain with the first block of that network, its rules, blocks at intervals, and gas that costs nothing."""
    port = free_port()
    first = network / "validator-1" / "genesis.json"
    words = [
        str(find_anvil()),
        "--port",
        str(port),
        "--init",
        str(first),
        "--hardfork",
        "shanghai",
        "--block-time",
        "1",
    ]
    words += ["--accounts", "0", "--base-fee", "0", "--gas-price", "0", "--disable-min-priority-fee"]
    url = f"http://127.0.0.1:{port}"
    with running(words, tmp_path_factory.mktemp("chain") / "log", f"{url}/health"):
        yield url


def test_the_server_founds_a_league_on_such_a_network(services: dict[str, Any], chain: str, tmp_path: Path) -> None:
    port, server = free_port(), services["server"]
    command = [filled(word, {"HANSE_DOMAIN": "league.example"}) for word in server["command"]]
    assert "--chain=http://validator-1:8545" in command
    assert entry_point()[0] == "hanse"
    for said, here in (("/data", str(tmp_path)), ("http://validator-1:8545", chain), ("8080", str(port))):
        command = [word.replace(said, here) for word in command]
    url = f"http://127.0.0.1:{port}"
    log = tmp_path / "log"
    with running([str(Path(sys.executable).with_name("hanse")), *command], log, f"{url}/ready"):
        asked = urllib.request.Request(
            f"{url}/api/v1/openapi.json", headers={"Host": "league.example", "X-Forwarded-For": "192.0.2.7"}
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert answer.status == 200
            assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert "answers at https://league.example" in log.read_text()
