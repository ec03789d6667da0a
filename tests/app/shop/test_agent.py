"""An agent whose partner is silent, poor or late, whose machine comes back, and whose settings are wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hanse.app.shop.agent import Agent
from hanse.instances import write, write_plan
from hanse.market.offers import State
from hanse.telemetry.reading import STARTED, STATE
from tests.app.cli import hanse
from tests.app.shop.town import (
    DOWN,
    JOBS,
    MEMBERS,
    MONEY,
    RUNNING,
    STARTS,
    Town,
    job,
    league,
    planned,
    taken,
    town,
    turns,
)


def rescued(made: Town, agents: dict[str, Agent]) -> None:
    """E1's mill is down, and it has claimed time of E2's, which has not answered yet."""
    for member in MEMBERS:
        made.say(member, *RUNNING)
    turns({name: agents[name] for name in ("E2", "E3")}, 1)
    made.say("E1", DOWN)
    agents["E1"].turn()
    assert [state for _, state, _, _ in taken(agents["E1"].ledger)] == [State.HELD]


def worth(agent: Agent, of: Agent) -> int:
    address = of.look.address
    return agent.ledger.league.balance(address) + agent.ledger.offers.free(address)


def said(made: Town, member: str, what: str) -> list[str]:
    return [told.sentence for told in made.told[member] if told.what == what]


def test_a_host_that_is_silent_costs_nothing_but_an_hour(tmp_path: Path) -> None:
    with town(tmp_path) as made, made.agents() as agents:
        rescued(made, agents)
        made.jump(165)

        turns({"E1": agents["E1"], "E3": agents["E3"], "E1 again": agents["E1"]}, 1)

        assert "not confirmed in time; looks for the next best" in said(made, "E1", "lost")[0]
        (row,) = agents["E1"].look.again().rows
        assert row.machine == "mill of E3"
        assert worth(agents["E1"], agents["E1"]) == MONEY - 6_000


def test_a_machine_that_comes_back_gives_the_hold_back(tmp_path: Path) -> None:
    with town(tmp_path) as made, made.agents() as agents:
        rescued(made, agents)
        made.say("E1", ("E1", STATE, 100, "idle"))

        agents["E1"].turn()

        assert taken(agents["E1"].ledger) == []
        assert said(made, "E1", "given up")
        assert worth(agents["E1"], agents["E1"]) == MONEY
        turns(agents, 2)
        assert agents["E1"].memory.takeovers() == ()
        assert [at.start for at in agents["E1"].look.again().rows] == [110]


def test_a_host_without_money_for_its_guarantee_declines(tmp_path: Path) -> None:
    with town(tmp_path) as made, made.agents() as agents:
        rescued(made, agents)
        host = agents["E2"]
        host.ledger.league.transfer("member/E2", agents["E3"].look.address, MONEY, key="all of it").wait()

        turns(agents, 3)

        assert "36.00 are lacking for the guarantee" in said(made, "E2", "declined")[0]
        assert [at.machine for at in agents["E1"].look.again().rows] == ["mill of E3"]


def test_a_guest_without_money_says_so_and_stays(tmp_path: Path) -> None:
    with town(tmp_path) as made, made.agents() as agents:
        poor = agents["E1"]
        poor.ledger.league.transfer("member/E1", agents["E3"].look.address, MONEY - 100, key="nearly all").wait()
        for member in MEMBERS:
            made.say(member, *RUNNING)
        turns(agents, 1)
        made.say("E1", DOWN)

        turns(agents, 2)

        assert "179.00 are lacking" in said(made, "E1", "refused")[0]
        assert taken(poor.ledger) == []
        assert [at.machine for at in poor.look.again().rows] == ["mill of E1"]


def test_a_host_that_breaks_down_pays_and_the_job_goes_on(tmp_path: Path) -> None:
    with town(tmp_path) as made, made.agents() as agents:
        rescued(made, agents)
        turns(agents, 2)
        (_, state, start, _) = taken(agents["E1"].ledger)[0]
        assert state is State.CONFIRMED
        made.say("E2", ("E2", STATE, 120, "down"))
        made.jump(start - made.epoch + 16)  # a quarter of an hour of grace

        turns(agents, 3)

        assert "36.00 go to Albers" in said(made, "E2", "withdrawn")[0]
        assert "taken back by its host" in said(made, "E1", "lost")[0]
        (row,) = agents["E1"].look.again().rows
        assert row.machine == "mill of E3"
        assert worth(agents["E2"], agents["E2"]) == MONEY - 3_600


def test_a_host_whose_own_work_needs_the_time_takes_it_back(tmp_path: Path) -> None:
    with town(tmp_path) as made, made.agents() as agents:
        rescued(made, agents)
        turns(agents, 2)
        made.say("E2", ("E2", STATE, 101, "down"))  # what runs there, K1, does not end in time

        agents["E2"].turn()

        assert said(made, "E2", "withdrawn")
        assert agents["E2"].look.again().seen.broken == frozenset()
        assert [(at.job, at.start) for at in agents["E2"].look.again().rows] == [("K1", 100), ("K2", 300)]


def test_what_the_rest_of_the_day_can_mend_needs_nobody_else(tmp_path: Path) -> None:
    jobs = [job("P", "E1", 60, due=400), job("Q", "E1", 10, due=185), *JOBS[1:]]
    starts = {**STARTS, "P": ("E1", 110), "Q": ("E1", 170)}
    with town(tmp_path, league(jobs), starts, extra="repair = 30\nreplan = 1") as made, made.agents() as agents:
        for member in MEMBERS:
            made.say(member, *RUNNING)
        made.say("E1", DOWN)  # until 129, it is thought: P would end at 189, and Q after it

        turns(agents, 2)

        world = agents["E1"].look.again()
        assert said(made, "E1", "replanned")[0].endswith("no job is late any more")
        assert [at.job for at in sorted(world.rows, key=lambda at: at.start)] == ["Q", "P"]
        assert world.seen.forecast.late == ()
        assert taken(agents["E1"].ledger) == []


def test_one_turn_by_command_and_every_line_is_json(tmp_path: Path) -> None:
    with town(tmp_path) as made:
        place = made.place("E2")
        words: list[str | Path] = [
            "shop",
            place.config,
            "--data",
            place.data,
            "--content",
            place.content,
            "--chain",
            made.chain.url,
        ]
        first = hanse(*words, "--league", made.league, "--once", "--json")
        account = hanse(*words, "--address").out.strip()
        admitted = hanse("admit", account, "--data", tmp_path / "coordinator", "--chain", made.chain.url, "--json")
        made.say("E2", ("E2", STARTED, 100, "K1/O"))
        again = hanse(*words, "--once", "--publish", "book")

        assert [json.loads(line)["what"] for line in first.out.splitlines()] == ["waiting"]
        assert (admitted.json["admitted"], admitted.json["waiting"]) == ([account], [])
        assert "Brandt is a member" in again.out
        assert "as book 1" in again.out


@pytest.mark.parametrize(
    ("line", "code", "said_"),
    [
        ("colour = 1", 2, "unknown field `colour`"),
        ("poll = 0", 2, "0 is less than 0.01"),
        ("unit = 90", 2, "90 seconds are no whole minutes"),
        ('gateway = "none.toml"', 4, "cannot be read"),
        ("[offer]\nprices = {M9 = 3}", 2, 'no machine "M9"'),
        ('[offer]\npublish = "all"', 2, "Invalid enum value 'all'"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, line: str, code: int, said_: str) -> None:
    write(league(JOBS), tmp_path / "problem.json")
    write_plan(planned(league(JOBS), STARTS), tmp_path / "plan.json")
    config = tmp_path / "shop.toml"
    config.write_text(
        'member = "E1"\nproblem = "problem.json"\nplan = "plan.json"\nepoch = 2026-11-24T08:00:00+01:00\n' + line
    )

    refused = hanse("shop", config, "--data", tmp_path / "data", "--once", "--league", "0x" + "11" * 20)

    refused.failed(code, said_)
