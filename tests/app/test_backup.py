"""`hanse backup` and `hanse restore`, as whoever runs a league uses them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.app.api.house import SERVICES, House, free_port, house, until
from tests.app.api.test_kills import Writers, jobs, newest
from tests.app.cli import hanse


@pytest.mark.parametrize("end", ["kept running", "lost with its machine"])
def test_every_write_acknowledged_before_a_backup_began_is_in_it(end: str, tmp_path: Path) -> None:
    with house(tmp_path) as at:
        ada = at.coordinator()
        ada.set_services(SERVICES)
        ada.add_product("gearbox", "Gearbox", ["milling"])
        writers = Writers([at.wallet(ada, f"Wallet {i}", "customer") for i in range(3)])
        time.sleep(1.0)
        taken = set(writers.taken)
        saved = hanse("backup", at.data, tmp_path / "league.tar.gz", "--json")
        if end != "kept running":
            at.kill()
        writers.stop()
        assert saved.code == 0, saved.err
        assert not writers.broken
        assert saved.json["fresh"]
        assert taken
    back = tmp_path / "other" / "league"
    restored = hanse("restore", tmp_path / "league.tar.gz", back, "--digest", saved.json["digest"])
    assert restored.code == 0, restored.err
    audit = hanse("audit", "--data", back)
    assert audit.code == 0, audit.out
    again = House(back, free_port())
    try:
        again.start()
        ada = again.client()
        ada.sign_in("Ada", "four words are easy to keep")
        until(lambda: all(one.state == "done" for one in newest(ada)))
        until(lambda: taken <= set(jobs(ada)))
        assert max(jobs(ada).values()) == 1
        assert again.stop() == 0
    finally:
        again.close()


def test_a_voyage_goes_on_after_it_was_restored(tmp_path: Path) -> None:
    sail = ("run", "ramakurthi2022", "--out", tmp_path / "out", "--json")
    first = hanse(*sail, "--data", tmp_path / "one").json
    told = hanse("backup", tmp_path / "one", tmp_path / "one.tar.gz")
    assert "holds the league's keys" in told.out
    assert "--digest" in told.out
    assert "hanse audit --data" in hanse("restore", tmp_path / "one.tar.gz", tmp_path / "two").out
    assert hanse(*sail, "--data", tmp_path / "two").json["orders"] == first["orders"]


def test_refusals_say_what_where_and_what_next(tmp_path: Path) -> None:
    hanse("backup", tmp_path, tmp_path / "x.tar.gz").failed(2, "there is no league", str(tmp_path), "--data")
    (tmp_path / "x.tar.gz").write_bytes(b"not a backup")
    hanse("restore", tmp_path / "x.tar.gz", tmp_path / "y").failed(1, "not whole", "another copy")
    hanse("restore", tmp_path / "none", tmp_path / "y").failed(2, "no such file")
    assert not (tmp_path / "y").exists()
