"""What runs on a machine without containers: systemd's units, and Caddy in front."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from hanse.app.client import Client
from tests.app.api.house import PHRASE, House, free_port, until
from tests.app.api.ring import ring
from tests.deploy.files import DEPLOY, behind_caddy, running, tool
from tests.postgres import Server

UNITS = DEPLOY / "systemd"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with a program that is here in place of the one they start."""
    program = tmp_path / "hanse"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    folder = tmp_path / "units"
    folder.mkdir()
    for unit in UNITS.iterdir():
        (folder / unit.name).write_text(unit.read_text().replace("/opt/hanse/bin/hanse", str(program)))
    return folder


def test_systemd_finds_nothing_wrong_with_the_units(units: Path) -> None:
    done = subprocess.run(
        [tool("systemd-analyze", "systemd"), "verify", *units.iterdir()], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("unit", "most"), [("hanse.service", 1.4), ("hanse-backup.service", 1.6)])
def test_the_units_give_little_away(units: Path, unit: str, most: float) -> None:
    """Exposure as systemd reckons it, from 0 to 10."""
    program = tool("systemd-analyze", "systemd")
    done = subprocess.run(
        [program, "security", "--offline=true", units / unit], capture_output=True, text=True, check=False
    )
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found is not None, done.stdout + done.stderr
    assert float(found[1]) <= most


def test_the_backup_unit_saves_what_the_service_unit_serves() -> None:
    service, backup = ((UNITS / f"{name}.service").read_text() for name in ("hanse", "hanse-backup"))
    data = re.search(r"--data (\S+)", service)
    assert data is not None
    assert f"hanse backup {data[1]} " in backup
    assert "StateDirectoryMode=0700" in service
    assert "UMask=0077" in service


def status(url: str, data: bytes | None = None) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def test_caddy_stands_in_front_and_keeps_the_counts_inside(tmp_path: Path) -> None:
    tool("caddy", "caddy")  # before anything is started
    outside, inside = free_port(), free_port()
    people, service = f"http://127.0.0.1:{outside}", f"http://127.0.0.1:{inside}"
    hanse = [str(Path(sys.executable).with_name("hanse")), "serve", "--data", str(tmp_path / "league")]
    hanse += ["--port", str(inside), "--public", people, "--proxied"]
    with running(hanse, tmp_path / "hanse.log", f"{service}/ready"), behind_caddy(tmp_path, people, inside):
        assert status(f"{people}/api/v1/openapi.json") == 200
        assert status(f"{service}/metrics") == status(f"{service}/ready") == 200
        assert status(f"{people}/metrics") == status(f"{people}/ready") == 404
        assert status(f"{people}/api/v1/session/challenge", bytes(5 << 20)) == 413


@pytest.mark.slow
def test_caddy_keeps_people_at_one_of_several_servers_and_moves_them_when_that_is_away(
    tmp_path: Path, postgres: Server
) -> None:
    tool("caddy", "caddy")  # before anything is started
    people = f"http://127.0.0.1:{free_port()}"
    with (
        ring(tmp_path, postgres, public=people) as made,
        behind_caddy(tmp_path, people, *(one.port for one in made.houses)),
    ):
        invitation = next(one.invitation for one in made.houses if one.invitation)
        ada = Client(people)
        ada.join(invitation, "Ada", PHRASE)
        ada.sign_in("Ada", PHRASE)
        until(lambda: "coordinator" in ada.session().offices)
        ada.set_services(["milling"])
        for round_ in range(2):
            before = [asked(one) for one in made.houses]
            for _ in range(20):
                ada.session()
            more = [asked(one) - was for one, was in zip(made.houses, before, strict=True)]
            assert sorted(more) == [0, 20]
            where = made.houses[more.index(20)]
            where.kill()
            ada.mint(ada.session().address, 1 + round_)  # signed by a managed key, at the other one
            where.start()
        until(lambda: ada.money().account == 3)
        ada.close()


def asked(at: House) -> int:
    """How many requests for a session a server has answered."""
    with urllib.request.urlopen(f"{at.url}/metrics", timeout=10) as answer:
        counts = answer.read().decode()
    found = re.search(r'hanse_requests_total\{method="GET",route="/api/v1/session",status="200"\} (\d+)', counts)
    return 0 if found is None else int(found[1])
