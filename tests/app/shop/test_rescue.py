"""A machine goes down, a late job is rescued at another member, done there and paid: three processes, a real broker and
a real chain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanse.app.audit import audit
from hanse.telemetry.reading import FINISHED, STARTED, STATE
from tests.app.cli import hanse
from tests.app.shop.town import MEMBERS, MONEY, NOW, SLOW, STARTS, Town, mill, taken, town
from tests.telemetry.conftest import Mosquitto, broker  # noqa: F401 - a fixture
from tests.telemetry.gateway import Gateway


class Floor:
    """The machines of all members, as a broker hears them."""

    def __init__(self, made: Town, port: int) -> None:
        self._made = made
        self._lines = {member: Gateway(port, "line", member) for member in MEMBERS}

    def say(self, member: str, metric: str, moment: int, value: str) -> None:
        self._lines[member].say(mill(member), 60_000 * self._made.minute(moment), [(metric, value)])
        self._lines[member].wait()

    def close(self) -> None:
        for line in self._lines.values():
            line.close()


@pytest.fixture
def made(tmp_path: Path, broker: Mosquitto) -> Iterator[tuple[Town, Floor]]:  # noqa: F811
    mqtt = f'[mqtt]\nhost = "127.0.0.1"\nport = {broker.port}\n'
    with town(tmp_path, extra=SLOW + "anchor_every = 1", gateway=mqtt) as opened:
        floor = Floor(opened, broker.port)
        yield opened, floor
        floor.close()


def told(made: Town, member: str, what: str) -> list[dict[str, object]]:
    """What a process said of one kind."""
    lines = [json.loads(line) for line in made.log(member).splitlines() if line.startswith("{")]
    return [line for line in lines if line["what"] == what]


def test_a_late_job_is_made_elsewhere_and_nobody_elses_moves(made: tuple[Town, Floor]) -> None:
    here, floor = made
    for member in MEMBERS:
        here.start(member)
    here.until(lambda: all(told(here, member, "waiting") for member in MEMBERS))
    accounts = [
        hanse("shop", here.place(m).config, "--data", here.place(m).data, "--address").out.strip() for m in MEMBERS
    ]
    league = ("--data", here.home / "coordinator", "--chain", here.chain.url)
    admitted = hanse("admit", *accounts, *league, "--money", str(MONEY))
    assert admitted.code == 0, admitted.err
    here.until(lambda: all(told(here, member, "offered") for member in MEMBERS))

    floor.say("E2", STARTED, NOW, "K1/O")
    floor.say("E3", STARTED, NOW, "L1/O")
    floor.say("E1", STATE, NOW - 1, "down")

    here.until(lambda: bool(told(here, "E1", "agreed")))
    (takes,), (agreed,) = told(here, "E1", "takes"), told(here, "E1", "agreed")
    assert "at Brandt for 180.00" in str(takes["text"])
    window, length = str(told(here, "E2", "confirmed")[0]["window"]), int(str(agreed["length"]))
    start = int(str(agreed["start"])) - here.epoch
    assert 130 <= start <= 140
    assert length == 60

    floor.say("E2", FINISHED, 130, "K1/O")
    floor.say("E2", STARTED, start, f"offer {window}/work")
    # Time passes while machines talk. It must not jump ahead of what they said, or the host sees a machine too busy.
    here.until(lambda: {(FINISHED, "K1/O"), (STARTED, f"offer {window}/work")} <= here.heard("E2"))
    here.jump(start + length + 1)
    floor.say("E3", FINISHED, 190, "L1/O")
    floor.say("E2", FINISHED, start + length, f"offer {window}/work")
    here.until(lambda: bool(told(here, "E1", "paid")))
    here.until(lambda: all(told(here, member, "anchored") for member in MEMBERS))
    here.close()

    verified = [
        hanse(
            "telemetry", "verify", here.home / f"{member}-gateway.toml", "--data", here.home / member, "--chain",
            here.chain.url, "--league", here.league, "--account", account, "--json",
        )
        for member, account in zip(MEMBERS, accounts, strict=True)
    ]  # fmt: skip
    assert [run.code for run in verified] == [0, 0, 0], verified
    assert all(run.json["anchored"] >= 1 for run in verified)
    for member, account in zip(MEMBERS[1:], accounts[1:], strict=True):
        with here.agent(member) as agent:
            rows = agent.look.again().rows
            assert [(at.job, at.start) for at in rows] == [(n, s) for n, (home, s) in STARTS.items() if home == member]
            assert agent.look.again().seen.forecast.late == ()
            worth = agent.ledger.league.balance(account) + agent.ledger.offers.free(account)
            assert worth == MONEY + (18_000 if member == "E2" else 0)
    with here.coordinator() as ledger:
        assert [(str(state), length) for _, state, _, length in taken(ledger)] == [("over", 60)]
    report = audit(here.home / "coordinator", here.chain.url, here.shared.directory)
    checks = {check.what: check for check in report.checks}
    assert not checks["idle windows and their money"].differences
    assert not checks["promised time and its books"].differences
    assert checks["idle windows and their money"].count > 10
