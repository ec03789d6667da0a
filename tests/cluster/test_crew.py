"""An executor's promises, kept by processes of this machine: answers as they come, losses that cost one piece, errors
with their place and traceback, and nothing left running."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.cluster import Bounds, Executor, Piece, executor, versions
from hanse.cluster.crew import Crew
from hanse.cluster.local import LocalSeat, LocalYard
from hanse.errors import EnvironmentFault, HanseError, InfeasibleError, InputError
from tests.cluster import work
from tests.model.build import job, machine, operation, shops

SHOP = shops(machine("M1"), jobs=[job("J1", operation("O1", ("M1", 1)))])


@pytest.fixture(scope="module")
def crew() -> Iterator[Executor]:
    """Two workers for all tests that leave them alive."""
    with executor(2) as two:
        yield two


@pytest.fixture(params=[1, 2])
def some(request: pytest.FixtureRequest, crew: Executor) -> Iterator[Executor]:
    """One worker, which is this process, and two."""
    if request.param == 2:
        yield crew
        return
    with executor(1) as one:
        yield one


def pieces(count: int, does: Callable[..., object], *more: object) -> list[Piece[object]]:
    return [Piece(f"piece {number}", does, (number, *more)) for number in range(count)]


@given(st.lists(st.integers(), max_size=12))
@settings(max_examples=15, deadline=None)
def test_every_piece_is_answered_once_whoever_did_it(crew: Executor, numbers: list[int]) -> None:
    asked = [Piece(str(number), work.twice, (number,)) for number in numbers]
    with executor(1) as one:
        assert sorted(crew.run(asked)) == sorted(one.run(asked)) == [(i, 2 * n) for i, n in enumerate(numbers)]


def test_answers_come_as_they_are_ready_and_progress_is_told(crew: Executor, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    file = tmp_path / "go"
    asked = [Piece("slow", work.after, (0, str(file))), Piece("fast", work.twice, (1,))]
    running = crew.run(asked, told=lambda *at: told.append(at))
    assert (next(running), told) == ((1, 2), [(1, 2)])
    file.touch()
    assert (next(running), told) == ((0, 0), [(1, 2), (2, 2)])
    assert list(running) == []


def test_several_processes_work_and_they_are_kept_for_the_next_run(crew: Executor, tmp_path: Path) -> None:
    asked = [Piece("", work.met, (number, str(tmp_path))) for number in range(2)]
    first, second = ({answer for _, answer in crew.run(asked)} for _ in range(2))
    assert len(first) == 2
    assert second <= first
    assert {parent for _, parent in first} == {os.getpid()}


def test_each_worker_has_one_thread_and_prints_nothing(crew: Executor, capfd: pytest.CaptureFixture[str]) -> None:
    assert list(crew.run([Piece("", work.threads, (0,))])) == [(0, ["1", "1"])]
    assert len(list(crew.run(pieces(2, work.greet)))) == 2
    assert capfd.readouterr().out == ""


def test_something_shared_travels_once_to_each_worker(some: Executor) -> None:
    shared = some.share(SHOP)
    found = [answer for _, answer in some.run([Piece("", work.name_of, (shared, number)) for number in range(8)])]
    assert sorted(name for name, _ in found) == [f"{SHOP.name} {number}" for number in range(8)]
    assert len({place for _, place in found}) <= some.count


def test_a_folder_is_found_by_every_piece(some: Executor, tmp_path: Path) -> None:
    (tmp_path / "one").write_text("1")
    shared = some.folder(tmp_path)
    assert [answer for _, answer in some.run([Piece("", work.listed, (shared,))] * 3)] == [["one: 1"]] * 3


# --- errors -----------------------------------------------------------------------------------------------------


def test_an_error_says_of_which_piece_it_is(some: Executor) -> None:
    with pytest.raises(InfeasibleError, match="0 has no plan") as refusal:
        list(some.run([Piece("part north", work.refuse, (0,))]))
    assert refusal.value.where == "part north: job J1"
    assert refusal.value.hint == "another number"


def test_an_error_brings_the_traceback_of_its_worker_and_ends_the_rest(crew: Executor, tmp_path: Path) -> None:
    rest = pieces(400, work.held, str(tmp_path))  # most would wait for ever
    with pytest.raises(ZeroDivisionError) as fault:
        list(crew.run([Piece[object]("part north", work.divide, (3,)), *rest]))
    assert "return number / 0" in str(fault.value.__cause__)
    assert fault.value.__notes__ == ["in part north"]
    assert len(begun(tmp_path)) < 10


def test_an_error_that_cannot_travel_is_told_in_words(crew: Executor) -> None:
    with pytest.raises(HanseError, match="Odd: left") as fault:
        list(crew.run([Piece("part north", work.odd, (3,))]))
    assert fault.value.where == "part north"
    assert 'raise Odd("left", "right")' in str(fault.value.__cause__)


def test_work_that_no_worker_could_find_is_refused(crew: Executor) -> None:
    with pytest.raises(InputError, match="cannot travel to a worker"):
        list(crew.run([Piece("part north", lambda: 0)]))
    script = "from hanse.cluster import *\ndef f(): pass\nwith executor(2) as crew: [*crew.run([Piece('part', f)])]"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "in the script that was started" in run.stderr


# --- losses -----------------------------------------------------------------------------------------------------


def test_a_killed_worker_costs_the_piece_it_was_at_and_nothing_else(tmp_path: Path) -> None:
    with executor(2) as crew:
        running = crew.run(pieces(6, work.held, str(tmp_path)))
        answers = [next(running)]
        number, process = just_begun(tmp_path)
        os.kill(process, signal.SIGKILL)
        (tmp_path / "go").touch()
        answers += running
    assert sorted(answers) == [(number, number) for number in range(6)]
    assert begun(tmp_path) == sorted([*range(6), number])


def test_a_piece_that_kills_its_workers_is_named_and_given_up_after_all_others_were_done() -> None:
    answers: list[tuple[int, object]] = []
    asked = [Piece[object]("the deadly one", work.die, (0,)), *pieces(5, work.twice)]
    with executor(2) as crew, pytest.raises(EnvironmentFault, match=r"lost 3 times: .* signal 9") as fault:
        answers.extend(crew.run(asked))
    assert sorted(answers) == [(place, 2 * (place - 1)) for place in range(1, 6)]
    assert fault.value.where == "the deadly one"


def test_a_worker_that_crashes_says_its_last_words() -> None:
    with executor(2) as crew, pytest.raises(EnvironmentFault, match="ended with code 7: the kernel broke"):
        list(crew.run(pieces(2, work.crash), Bounds(losses=1)))


def test_a_piece_that_takes_too_much_memory_or_time_is_ended_at_once_and_named() -> None:
    with executor(2) as crew:
        asked = [Piece("the greedy one", work.greedy, (500,)), Piece("modest", work.twice, (4,))]
        with pytest.raises(EnvironmentFault, match="took more than 400 MiB") as fault:
            list(crew.run(asked, Bounds(memory=400)))
        assert fault.value.where == "the greedy one"
        with pytest.raises(EnvironmentFault, match=r"took more than 0.5 s"):
            list(crew.run([Piece("the slow one", work.slow, (1, 30.0)), asked[1]], Bounds(seconds=0.5)))
        assert list(crew.run(asked[1:], Bounds(memory=4000, seconds=20))) == [(0, 8)]


def test_this_very_process_cannot_be_held_to_bounds_and_says_so() -> None:
    with executor(1) as one, pytest.raises(InputError, match="cannot be held"):
        list(one.run(pieces(1, work.twice), Bounds(seconds=1)))


@pytest.mark.parametrize("bounds", [{"memory": 0}, {"seconds": -1.0}, {"losses": 0}])
def test_bounds_that_are_none_are_refused(bounds: dict[str, int]) -> None:
    with pytest.raises(InputError, match="is no limit"):
        Bounds(**bounds)


class Stranger(LocalSeat):
    def open(self) -> str:
        return super().open().replace("hanse ", "hanse 9.")


class Strange(LocalYard):
    def seat(self) -> LocalSeat:
        return Stranger(self)


def test_a_worker_of_another_version_is_refused_by_name() -> None:
    with Crew(Strange(), 2) as crew, pytest.raises(EnvironmentFault, match=r"another Hanse than this one: hanse 9\."):
        list(crew.run(pieces(2, work.twice)))
    assert re.match(r"hanse 0\.1\.0\+[0-9a-f]{8}, Python 3\.\d+, numpy ", versions.here())


# --- ends -------------------------------------------------------------------------------------------------------


def test_leaving_the_loop_ends_what_is_not_finished_and_the_crew_goes_on() -> None:
    with executor(2) as crew:
        begun = time.monotonic()
        for _ in crew.run([Piece("fast", work.slow, (1, 0.0)), Piece("slow", work.slow, (1, 60.0))]):
            break
        assert time.monotonic() - begun < 30
        assert list(crew.run(pieces(1, work.twice))) == [(0, 0)]


def test_a_closed_crew_has_left_no_process_and_no_file(tmp_path: Path) -> None:
    with executor(2) as crew:
        asked = [Piece[object]("", work.started, (str(tmp_path),)), Piece[object]("", work.slow, (0, 0.5))]
        running = crew.run(asked)
        next(running)
        assert soon(lambda: any(path.read_text() for path in tmp_path.iterdir()))
    (path,) = tmp_path.iterdir()
    assert soon(lambda: not any(alive(int(pid)) for pid in path.name.split("-")))
    assert not Path(path.read_text()).exists()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("worker ")]


SCRIPT = """
import sys
from hanse.cluster import Piece, executor
from tests.cluster.work import started
with executor(2) as crew:
    list(crew.run([Piece(str(i), started, (sys.argv[1],)) for i in range(2)]))
"""


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_and_nothing_it_started_outlives_an_interrupted_or_killed_parent(
    tmp_path: Path, blow: signal.Signals
) -> None:
    """A script need not guard its start by `if __name__ == "__main__"`: no worker runs it."""
    script, began = tmp_path / "script.py", tmp_path / "began"
    script.write_text(SCRIPT)
    began.mkdir()
    path = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    words = [sys.executable, str(script), str(began)]
    parent = subprocess.Popen(words, env={**os.environ, "PYTHONPATH": path}, stderr=subprocess.PIPE, text=True)
    assert soon(lambda: len([path for path in began.iterdir() if path.read_text()]) == 2)
    parent.send_signal(blow)
    assert parent.stderr is not None
    said = parent.stderr.read()
    parent.wait(20)
    parent.stderr.close()
    assert said.count("Traceback") == (blow == signal.SIGINT), said
    files = list(began.iterdir())
    assert soon(lambda: not any(alive(int(pid)) for path in files for pid in path.name.split("-")))
    assert soon(lambda: not any(Path(path.read_text()).exists() for path in files))


def just_begun(place: Path) -> tuple[int, int]:
    """Number and process of a piece `held` that waits."""
    assert soon(lambda: max(begun(place), default=0) >= 2)
    number, process = max(tuple(map(int, path.name.split("-"))) for path in place.iterdir())
    return number, process


def begun(place: Path) -> list[int]:
    """Numbers of pieces `held`, as often as they were begun."""
    return sorted(int(path.name.split("-")[0]) for path in place.iterdir() if path.name != "go")


def alive(process: int) -> bool:
    """Whether a process still runs (one that ended but was not yet collected does not)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def soon(true: Callable[[], bool], seconds: float = 40) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.02)
    return False


def test_one_run_at_a_time(crew: Executor) -> None:
    first = crew.run(pieces(2, work.twice))
    next(first)
    with pytest.raises(RuntimeError, match="one run after the other"):
        next(crew.run(pieces(2, work.twice)))
    assert len(list(first)) == 1


def test_places_are_those_of_the_pieces(crew: Executor) -> None:
    found = dict(crew.run(pieces(20, work.twice)))
    assert all(found[b] - found[a] == 2 for a, b in pairwise(range(20)))  # type: ignore[operator]
