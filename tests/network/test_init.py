"""`hanse network init`: what it writes, for whom, and what it refuses."""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from eth_account import Account
from typer.testing import CliRunner

from hanse.app.cli import app
from hanse.errors import InputError
from hanse.network import read_network
from hanse.network.genesis import clique_extra_data
from hanse.network.sites import ENGINES
from tests.deploy.files import tool

MILLER, TURNER = "0x52908400098527886E0F7030069857D2E4169EE7", "0xde709f2102306220921060314715629080e2fb77"
MEMBERS = f"""member,host,account
Miller,10.0.1.5,{MILLER}
Turner,10.0.2.5,{TURNER}
Smith,10.0.3.5,
Founder,10.0.4.5,
Customer,,
"""


def make(folder: Path, *words: Any) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["network", "init", str(folder), *map(str, words), "--json"])
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def refused(folder: Path, *words: Any) -> str:
    """What it says when it makes nothing."""
    done = CliRunner().invoke(app, ["network", "init", str(folder), *map(str, words)])
    assert isinstance(done.exception, InputError), done.output
    return str(done.exception)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Clique network of four members."""
    home = tmp_path_factory.mktemp("clique")
    (home / "members.csv").write_text(MEMBERS)
    make(home / "network", "--engine", "geth-clique", "--members", home / "members.csv", "--chain-id", 77)
    return home / "network"


def test_extra_data_is_what_clique_specifies() -> None:
    """EIP-225: 32 bytes of vanity, the signers in ascending order, 65 bytes for the seal that the first has not."""
    said = clique_extra_data([b"\x01" * 20, b"\x02" * 20])
    assert said == "0x" + "00" * 32 + "01" * 20 + "02" * 20 + "00" * 65


def test_members_with_a_host_are_validators_and_those_with_an_account_have_coins(made: Path) -> None:
    told = read_network(made)
    assert [one["member"] for one in told["validators"]] == ["Miller", "Turner", "Smith", "Founder"]
    assert [one["url"] for one in told["validators"]] == [f"http://10.0.{i}.5:8545" for i in range(1, 5)]
    block = json.loads((made / "genesis.json").read_text())
    assert block["config"]["clique"] == {"period": 2, "epoch": 30_000}
    assert {name: block["config"][name] for name in ("chainId", "londonBlock")} == {"chainId": 77, "londonBlock": 0}
    funder = Account.from_key((made / "funder.key").read_text().strip()).address
    coins = {account.lower(): int(one["balance"], 16) // 10**18 for account, one in block["alloc"].items()}
    assert coins == {MILLER.lower(): 1000, TURNER: 1000, funder.lower(): 10**9}


def test_a_validators_key_is_sealed_and_opens_with_its_password_to_its_address(made: Path) -> None:
    for one in read_network(made)["validators"]:
        home = made / one["name"]
        (store,) = (home / "keystore").iterdir()
        key = Account.decrypt(json.loads(store.read_text()), (home / "password").read_text().strip())
        assert Account.from_key(key).address == one["address"]
        assert one["address"] in (home / "start.sh").read_text()
        assert bytes(key).hex() not in "".join(file.read_text() for file in home.rglob("*") if file.is_file())


def test_secrets_are_their_owners_alone(made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o700
    secret = [made / "funder.key", *made.rglob("nodekey"), *made.rglob("password"), *made.rglob("keystore/*")]
    assert len(secret) == 13
    assert {file.stat().st_mode & 0o777 for file in secret} == {0o600}


def test_each_meets_the_others_and_is_asked_on_its_own_machine(made: Path) -> None:
    told = read_network(made)["validators"]
    for one in told:
        settings = tomllib.loads((made / one["name"] / "node.toml").read_text())
        nodes = settings["Node"]["P2P"]["StaticNodes"]
        assert [node.partition("@")[2] for node in nodes] == [
            f"{other['host']}:30303" for other in told if other is not one
        ]
        assert settings["Node"]["P2P"]["NoDiscovery"]
        assert settings["Node"]["HTTPHost"] == "127.0.0.1"
        assert settings["Node"]["HTTPModules"] == ["eth", "net", "web3"]


@pytest.mark.parametrize("engine", ENGINES)
def test_compose_file_and_unit_are_of_the_form_that_their_programs_know(engine: str, tmp_path: Path) -> None:
    folder = tmp_path / "network"
    make(folder, "--engine", engine, "--hosts", "10.0.1.5,10.0.2.5,10.0.3.5,10.0.4.5")
    text = (folder / "compose.yaml").read_text()
    PyCompose.from_yaml(yaml.safe_dump(yaml.safe_load(text))).validate()  # anchors put in place
    for name, service in yaml.safe_load(text)["services"].items():
        assert service["network_mode"] == "host", name
        assert service["volumes"] == [f"./{name}:/node"]
    unit = (folder / "validator-1" / "hanse-validator.service").read_text()
    assert unit == (folder / "validator-4" / "hanse-validator.service").read_text()
    # The programs it starts are not on this machine; what stands in for them is never run.
    here = unit.replace("/opt/besu/bin/besu", "/bin/true")
    (tmp_path / "hanse-validator.service").write_text(here)
    verified = subprocess.run(
        [tool("systemd-analyze", "systemd"), "verify", tmp_path / "hanse-validator.service"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "hanse-validator" not in verified.stderr, verified.stderr


def test_the_start_script_is_one_that_a_shell_reads(made: Path) -> None:
    script = made / "validator-1" / "start.sh"
    assert script.stat().st_mode & 0o777 == 0o755
    assert subprocess.run(["/bin/sh", "-n", script], check=False).returncode == 0


def test_on_one_machine_each_has_ports_of_its_own(tmp_path: Path) -> None:
    told = make(tmp_path / "network", "--engine", "geth-clique", "--local", "--validators", 5)
    assert len({one[port] for one in told["validators"] for port in ("peers", "ask", "authority")}) == 15
    assert {one["host"] for one in told["validators"]} == {"127.0.0.1"}


def test_in_containers_each_is_asked_by_its_name(tmp_path: Path) -> None:
    make(tmp_path / "network", "--engine", "geth-clique")
    settings = tomllib.loads((tmp_path / "network" / "validator-3" / "node.toml").read_text())
    assert settings["Node"]["HTTPHost"] == "0.0.0.0"
    assert settings["Node"]["HTTPVirtualHosts"] == ["localhost", "validator-3"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--engine", "raft"], "there is no engine 'raft'"),
        (["--validators", "3"], "of four, one may be away"),
        (["--validators", "101"], "at most 100"),
        (["--hosts", "10.0.0.1,10.0.0.2,10.0.0.3"], "3 validators"),
        (["--hosts", "10.0.0.1,10.0.0.2,10.0.0.3,validator-4"], "is no IP address"),
        (["--hosts", "10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4", "--validators", "5"], "5 validators, and hosts for 4"),
        (["--hosts", "10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4", "--local"], "said twice"),
        (["--chain-id", "0"], "above 0"),
        (["--chain-id", str(2**53)], "below 2^53"),
        (["--period", "0"], "every 1 to 600 seconds"),
        (["--listen", "league.example"], "is no IP address"),
    ],
)
def test_what_would_be_no_network_is_refused_and_nothing_is_written(
    words: list[str], said: str, tmp_path: Path
) -> None:
    assert said in refused(tmp_path / "network", *words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,host\nMiller,10.0.0.1\n", "the columns are name, host"),
        ("member,host\n,10.0.0.1\n", "line 2"),
        ("member,host\nMiller,10.0.0.1\nMiller,10.0.0.2\n", "Miller is there twice"),
        ("member,host\nMiller,10.0.0.1,and more\n", "more fields than columns"),
        ("member,account\nMiller,0x1234\n", "is no account"),
        (f"member,account\nMiller,{TURNER.replace('d', 'D')}\n", "is no account"),
        (f"member,account\nMiller,{TURNER}\nTurner,{TURNER}\n", "is there twice"),
        ("member\n" + "M" * 1_000_000, "too long"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_text(text)
    assert said in refused(tmp_path / "network", "--members", tmp_path / "members.csv")
    assert not (tmp_path / "network").exists()


def test_keys_are_never_replaced(made: Path, tmp_path: Path) -> None:
    copy = tmp_path / "network"
    shutil.copytree(made, copy)
    before = {file: file.read_bytes() for file in copy.rglob("*") if file.is_file()}
    assert "there already" in refused(copy)
    assert {file: file.read_bytes() for file in copy.rglob("*") if file.is_file()} == before
