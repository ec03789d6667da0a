"""The commands of machine data, as a user types them, with a real broker."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from hanse.telemetry.reading import FINISHED, STARTED
from tests.app.cli import hanse
from tests.telemetry.conftest import Mosquitto, broker  # noqa: F401 - a fixture
from tests.telemetry.gateway import Gateway

SETTINGS = """
member = "E1"
seal_every = 0.5

[sources]
"E1/line" = ["M1", "M2"]
file = ["M1", "M2"]
"""

PROBLEM = {
    "format": "hanse-problem/1", "name": "one shop", "sites": [{"id": "E1"}],
    "enterprises": [{"id": "E1", "site": "E1", "machines": [
        {"id": "M1", "services": ["milling"]}, {"id": "M2", "services": ["turning"]}]}],
    "jobs": [{"id": "J1", "due": 12, "plans": [{"id": "A", "operations": [
        {"id": "O1", "service": "milling", "modes": [{"machine": "M1", "duration": 5}]},
        {"id": "O2", "service": "turning", "modes": [{"machine": "M2", "duration": 5}]}]}]}],
}  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "gateway.toml"
    path.write_text(SETTINGS)
    return path


def test_what_a_table_says_is_kept_sealed_and_shown(tmp_path: Path, settings: Path) -> None:
    table, data = tmp_path / "log.csv", str(tmp_path / "data")
    table.write_text(
        "source,machine,metric,measured,value\nfile,M1,Power,1,2.5\nfile,M9,Power,1,1\nfile,M1,Power,2,3\n"
    )

    imported = hanse("telemetry", "import", str(table), str(settings), "--data", data, "--json").json
    again = hanse("telemetry", "import", str(table), str(settings), "--data", data, "--json").json
    status = hanse("telemetry", "status", str(settings), "--data", data, "--json").json
    verified = hanse("telemetry", "verify", str(settings), "--data", data)
    shown = hanse("telemetry", "show", "2", str(settings), "--data", data).json

    assert imported == {"stored": 2, "known": 0, "refused": 1}
    assert again == {"stored": 0, "known": 2, "refused": 1}
    assert (status["readings"], status["seals"], status["refused"]) == (2, 1, {"not its machine": 2})
    assert verified.code == 0
    assert shown["reading"] == ["file", "M1", "Power", 2, 3]
    assert shown["seal"]["root"] == status["root"]


def test_verifying_with_another_signer_fails_with_code_1(tmp_path: Path, settings: Path) -> None:
    table, data = tmp_path / "log.csv", str(tmp_path / "data")
    table.write_text("source,machine,metric,measured,value\nfile,M1,Power,1,2.5\n")
    hanse("telemetry", "import", str(table), str(settings), "--data", data)

    refused = hanse("telemetry", "verify", str(settings), "--data", data, "--signer", "0x" + "11" * 20)

    refused.failed(1, "not signed by")


def test_a_late_operation_is_found_from_what_the_broker_said(
    tmp_path: Path,
    settings: Path,
    broker: Mosquitto,  # noqa: F811
) -> None:
    data = str(tmp_path / "data")
    settings.write_text(SETTINGS + f'\n[mqtt]\nhost = "127.0.0.1"\nport = {broker.port}\ngroup = "E1"\n')
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    problem.write_text(json.dumps(PROBLEM))
    assert hanse("solve", str(problem), "--objective", "makespan", "--out", str(plan), "--quiet").code == 0
    minute = 60_000

    def speak() -> None:
        gateway = Gateway(broker.port)
        for turn in range(40):  # until a listener has made its session
            gateway.say("M1", turn, [("Probe", turn)])
            time.sleep(0.1)
        gateway.say("M1", 100 * minute, [(STARTED, "J1/O1")])
        gateway.say("M1", 109 * minute, [(FINISHED, "J1/O1")])
        gateway.wait()
        gateway.close()

    speaking = threading.Thread(target=speak)
    speaking.start()
    heard = hanse("telemetry", "listen", str(settings), "--data", data, "--for", "8", "--json")
    speaking.join()
    late = hanse(
        "telemetry", "late", str(problem), str(plan), str(settings), "--data", data, "--json",
        "--epoch", "1970-01-01T01:40:00+00:00", "--now", "1970-01-01T01:50:00+00:00",
    )  # fmt: skip

    assert heard.code == 0, heard.err
    assert heard.json["seals"] >= 1
    told = late.json
    assert (told["now"], told["begun"]) == (10, 1)
    assert [(job["job"], job["expected"], job["late"], job["newly_late"]) for job in told["late"]] == [
        ("J1", 15, 3, True)
    ]
    assert hanse("telemetry", "verify", str(settings), "--data", data).code == 0


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("member = 3", 2, "Expected `str`"),
        ("colour = 1\n" + SETTINGS, 2, "unknown field `colour`"),
        ("[[", 2, "no settings"),
        (SETTINGS, 2, "no source to listen to"),
        (SETTINGS + '\n[mqtt]\nhost = "h"\npassword_env = "HANSE_NO_SUCH"\n', 2, "HANSE_NO_SUCH is not set"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, settings: Path, text: str, code: int, said: str) -> None:
    settings.write_text(text)

    refused = hanse("telemetry", "listen", str(settings), "--data", str(tmp_path / "data"), "--for", "1")

    refused.failed(code, said)


def test_machines_come_from_a_shell(tmp_path: Path) -> None:
    from tests.telemetry.test_aas import plant, write

    file = write(plant(), tmp_path / "plant.aasx")

    told = hanse("machines", str(file), "--member", "E7")

    assert [machine["id"] for machine in told.json["machines"]] == ["Mill1", "Saw1"]
    assert told.json["id"] == "E7"


def test_a_gateway_speaks_for_machines_as_long_as_its_member_lets_it(tmp_path: Path, settings: Path) -> None:
    """On a chain of their own: what is not anchored counts while the gateway is a delegate for that machine."""
    from hanse.ledger.identities import readings_of
    from hanse.ledger.keys import KeyRing
    from hanse.ledger.rpc import RpcChain
    from hanse.ledger.store import open_ledger

    table, data = tmp_path / "log.csv", tmp_path / "data"
    table.write_text("source,machine,metric,measured,value\nfile,M1,Power,1,2.5\n")
    hanse("telemetry", "import", str(table), str(settings), "--data", str(data))
    gateway = KeyRing(data / "secret").address("gateway:E1")
    with open_ledger(tmp_path / "league") as ledger:
        assert isinstance(ledger.chain, RpcChain)
        member, identities = ledger.league.address("E1"), ledger.identities
        about = ("--chain", ledger.chain.url, "--league", ledger.league.addresses.league, "--account", member)
        ask = ("telemetry", "verify", str(settings), "--data", str(data), *about, "--delegated")
        hanse(*ask).failed(1, "does not let", "M1")
        identities.add_delegate("E1", member, readings_of("M2"), gateway, 86_400, key="M2").wait()
        hanse(*ask).failed(1, "M1")
        identities.add_delegate("E1", member, readings_of("M1"), gateway, 86_400, key="M1").wait()
        assert hanse(*ask).code == 0
        identities.revoke_delegate("E1", member, readings_of("M1"), gateway, key="M1/end").wait()
        hanse(*ask).failed(1, "M1")
        sealed = hanse("telemetry", "show", "1", str(settings), "--data", str(data)).json["seal"]
        assert sealed["number"] == 1
