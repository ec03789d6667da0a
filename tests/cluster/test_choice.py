"""Where to calculate: the words for it, and words that mean nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hanse.cluster import executor, is_one, one_thread, parse
from hanse.cluster.choice import Choice, cores
from hanse.errors import EnvironmentFault, InputError


@pytest.mark.parametrize(
    ("wanted", "choice"),
    [
        (3, Choice(None, 3)),
        ("1", Choice(None, 1)),
        ("cores", Choice(None, None)),
        ("ray", Choice("auto", None)),
        ("ray?workers=8", Choice("auto", 8)),
        ("ray://head.example:10001", Choice("ray://head.example:10001", None)),
        ("ray://[::1]:10001?workers=2", Choice("ray://[::1]:10001", 2)),
    ],
)
def test_what_is_wanted_is_understood(wanted: int | str, choice: Choice) -> None:
    assert parse(wanted) == choice


@pytest.mark.parametrize(
    "wanted",
    [
        0, -1, True, 1.5, None, 5000, "", "0", "-2", "two", "core", "rays", "ray://", "ray://head", "ray://:10001", "http://a:1",
        "ray://a:1/b", "ray://a:99999", "ray://me@a:1", "ray?workers=", "ray?workers=0", "ray?workers=x", "ray?cores=2",
        "ray?workers=1&workers=2", "ray#x", "٣x",
    ],
)  # fmt: skip
def test_anything_else_is_refused_and_says_what_can_be_written(wanted: object) -> None:
    with pytest.raises(InputError, match="not a number of workers") as refusal, executor(wanted):  # type: ignore[arg-type]
        pass
    assert "ray://HOST:PORT" in refusal.value.hint


def test_one_worker_is_this_process_and_an_executor_that_is_there_stays_open() -> None:
    with executor(1) as one:
        assert one.count == 1
        with executor(one) as same:
            assert same is one
    with executor("cores") as all_:
        assert all_.count == cores() >= 1


def test_a_worker_of_several_has_one_thread() -> None:
    assert is_one("1")
    assert not is_one("ray")
    assert [one_thread(1, asked, 2) for asked in (None, 1, 8)] == [2, 1, 8]
    assert [one_thread("2", asked, 2) for asked in (None, 1)] == [1, 1]
    with pytest.raises(InputError, match="has one thread, not 8"):
        one_thread("ray", 8, 2)


@pytest.mark.parametrize("wanted", ["ray", "ray://localhost:10001"])
def test_a_cluster_without_ray_says_what_to_install(wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(EnvironmentFault, match="Ray is not installed") as fault:
        executor(wanted)
    assert fault.value.hint == 'pip install "hanse[cluster]"'


def test_one_worker_here_loads_nothing_for_others() -> None:
    heavy = ("ray", "numpy")
    code = f"import sys, hanse.cluster as c; c.executor(1); print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
