"""A local league: rounds played to their end, failures named, and nothing that outlives who started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from hanse.app.rounds.league import SOURCE, local_league
from hanse.app.rounds.proposing import Choice
from hanse.app.rounds.question import Question, ask
from hanse.errors import ChainFault, EnvironmentFault
from hanse.ledger.standing import StandingChain
from tests.planning.composition.instances import budgeted

STARTER = """
import os, signal, sys
from pathlib import Path
from hanse.app.rounds.league import local_league
from hanse.app.rounds.proposing import Choice
with local_league(Path(sys.argv[1])) as league:
    league.enlist("ada", Choice())
    print(os.getpid(), league.processes["ada"].pid, league.chain._process.pid, flush=True)
    signal.pause()
"""


@pytest.fixture(scope="module")
def question() -> Question:
    return ask(budgeted(8, 10, 4, 0.6, seed=2), margin=2)


def test_a_round_is_played_to_its_end_and_another_after_it(tmp_path: Path, question: Question) -> None:
    with local_league(tmp_path) as league:
        league.enlist("ada", Choice(seconds=0.5))
        first = league.play(question, 60)
        second = league.play(ask(budgeted(8, 6, 3, 0.6, seed=5), margin=2), 60)
    assert [claim.status for claim in (*first.claims, *second.claims)] == ["accepted", "accepted"]
    assert (first.row.number, second.row.number) == (1, 2)
    assert set(first.sealed) == {"ada"}
    assert first.planning == first.sealed["ada"] > 0
    assert first.settling > 0


def test_a_solver_that_finds_nothing_is_not_waited_for(tmp_path: Path) -> None:
    hopeless = ask(budgeted(8, 10, 4, 0.3, seed=2), margin=0.000001)
    with local_league(tmp_path) as league:
        league.enlist("ada", Choice(seconds=0.5))
        begun = time.monotonic()
        played = league.play(hopeless, 600)
        assert time.monotonic() - begun < 120
    assert (played.claims, played.sealed, played.planning) == ((), {}, 0.0)
    assert played.row.refund == played.row.pot


def test_a_solver_that_fails_is_named_with_its_last_words(tmp_path: Path, question: Question) -> None:
    with local_league(tmp_path) as league:
        league.fund("eve")
        league.start("eve", "hanse.app.cli", ["solver", "--part", "region:7/2"])
        with pytest.raises(EnvironmentFault, match='eve ended with code 2: "region:7/2" names no part'):
            league.play(question, 60)


def test_the_clock_of_a_standing_chain_goes_forwards_only(tmp_path: Path) -> None:
    with local_league(tmp_path) as league:
        newest = league.ledger.chain.block(league.ledger.chain.height())
        assert newest is not None
        assert isinstance(league.chain, StandingChain)
        league.chain.jump(newest.timestamp + 1000)
        with pytest.raises(ChainFault, match="evm_setNextBlockTimestamp"):
            league.chain.jump(newest.timestamp)


def test_leaving_a_league_stops_everybody(tmp_path: Path) -> None:
    with local_league(tmp_path) as league:
        league.enlist("ada", Choice())
        solver, chain = league.processes["ada"], league.chain.url
    assert solver.poll() is not None
    assert not league.processes
    with pytest.raises(URLError):
        urlopen(chain, timeout=5)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing ties a process to its parent")
def test_nothing_outlives_a_league_whose_process_is_killed(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
    ) as starter:
        assert starter.stdout is not None
        own, *others = map(int, starter.stdout.readline().split())
        assert all(map(_runs, others))
        os.kill(own, signal.SIGKILL)
    end = time.monotonic() + 20
    while any(map(_runs, others)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(_runs, others))


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
