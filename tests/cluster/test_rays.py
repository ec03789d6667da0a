"""An executor's promises, kept by the nodes of a real Ray cluster on this machine: two nodes with one CPU each.

Run by `make test-cluster`; needs the extra `cluster`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import hanse as door
from hanse.app.cases.radmanesh2021 import generate
from hanse.cluster import Bounds, Executor, Piece, executor, rays
from hanse.errors import EnvironmentFault, HanseError, InfeasibleError
from hanse.planning.decomposition import by_region, decompose
from hanse.planning.pareto.starts import explore_starts
from hanse.planning.starts import solve_starts
from tests.app.cli import hanse
from tests.cluster import work
from tests.cluster.test_crew import alive, begun, just_begun, pieces, soon
from tests.model.build import job, machine, operation, shops
from tests.planning.jobshop.search.test_run import jobs_at_random

pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings("ignore")]

SMALL = {"num_cpus": 1, "object_store_memory": 100 << 20}


@pytest.fixture(scope="module")
def town(request: pytest.FixtureRequest) -> Iterator[tuple[Any, int]]:
    """The cluster, and the port of its head for clients."""
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    patch = request.getfixturevalue("patch")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    patch.setenv("GRPC_ENABLE_FORK_SUPPORT", "0")  # see docs/cluster.md
    patch.setenv("RAY_CLIENT_RECONNECT_GRACE_PERIOD", "1")
    patch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parents[2]), *sys.path]))
    cluster = Cluster(
        initialize_head=True, head_node_args={**SMALL, "include_dashboard": False, "ray_client_server_port": port}
    )
    cluster.add_node(**SMALL)
    patch.setenv("RAY_ADDRESS", cluster.address)
    yield cluster, port
    cluster.shutdown()


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as made:
        yield made


@pytest.fixture
def node(town: tuple[Any, int]) -> Iterator[Callable[..., Any]]:
    """More nodes, for one test."""
    cluster, made = town[0], list[Any]()

    def one_more(**settings: Any) -> Any:
        made.append(cluster.add_node(**SMALL, **settings))
        cluster.wait_for_nodes()
        return made[-1]

    yield one_more
    for one in made:
        if one in cluster.worker_nodes:
            cluster.remove_node(one)


@pytest.fixture
def full(crew: Executor, tmp_path: Path) -> None:
    """Both CPUs that are always there are taken."""
    place = tmp_path / "full"
    place.mkdir()
    assert len(list(crew.run(pieces(2, work.met, str(place))))) == 2
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def crew(town: tuple[Any, int]) -> Iterator[Executor]:
    del town
    with executor("ray") as two:
        assert two.count == 2
        yield two


def test_every_piece_is_answered_once_by_a_process_of_each_node(crew: Executor, tmp_path: Path) -> None:
    assert sorted(crew.run(pieces(8, work.twice))) == [(number, 2 * number) for number in range(8)]
    met = [answer for _, answer in crew.run([Piece("", work.met, (number, str(tmp_path))) for number in range(2)])]
    assert len(set(met)) == 2
    assert len({parent for _, parent in met}) == 2
    assert list(crew.run([Piece("", work.threads, (0,))])) == [(0, ["1", "1"])]


def test_shared_things_and_folders_reach_every_node(crew: Executor, tmp_path: Path) -> None:
    shop = shops(machine("M1"), jobs=[job("J1", operation("O1", ("M1", 1)))])
    shared = crew.share(shop)
    names = [answer for _, answer in crew.run([Piece("", work.name_of, (shared, number)) for number in range(6)])]
    assert sorted(name for name, _ in names) == [f"{shop.name} {number}" for number in range(6)]
    (tmp_path / "one").write_text("1")
    folder = crew.folder(tmp_path)
    assert [answer for _, answer in crew.run([Piece("", work.listed, (folder,))] * 4)] == [["one: 1"]] * 4


def test_an_error_arrives_with_its_piece_and_its_traceback(crew: Executor) -> None:
    with pytest.raises(InfeasibleError, match="0 has no plan") as refusal:
        list(crew.run([Piece("part north", work.refuse, (0,))]))
    assert refusal.value.where == "part north: job J1"
    with pytest.raises(ZeroDivisionError) as fault:
        list(crew.run([Piece("part north", work.divide, (0,))]))
    assert "return number / 0" in str(fault.value.__cause__)
    with pytest.raises(HanseError, match="Odd: left"):
        list(crew.run([Piece("part north", work.odd, (0,))]))


def test_a_killed_worker_costs_its_piece_only_and_a_deadly_piece_is_given_up(crew: Executor, tmp_path: Path) -> None:
    running = crew.run(pieces(6, work.held, str(tmp_path)))
    answers = [next(running)]
    victim, process = just_begun(tmp_path)
    os.kill(process, signal.SIGKILL)
    (tmp_path / "go").touch()
    answers += running
    assert sorted(answers) == [(number, number) for number in range(6)]
    assert begun(tmp_path) == sorted([*range(6), victim])
    others: list[tuple[int, object]] = []
    with pytest.raises(EnvironmentFault, match="lost 3 times") as fault:
        others.extend(crew.run([Piece[object]("deadly", work.die, (0,)), *pieces(4, work.twice)]))
    assert (len(others), fault.value.where) == (4, "deadly")


def test_bounds_hold_on_nodes(crew: Executor) -> None:
    with pytest.raises(EnvironmentFault, match="took more than 400 MiB"):
        list(crew.run([Piece("greedy", work.greedy, (500,))], Bounds(memory=400)))
    with pytest.raises(EnvironmentFault, match=r"took more than 0.5 s"):
        list(crew.run([Piece("slow", work.slow, (1, 60.0))], Bounds(seconds=0.5)))
    assert list(crew.run(pieces(1, work.twice), Bounds(400, 20))) == [(0, 0)]


@pytest.mark.usefixtures("full")
def test_a_node_lost_mid_run_costs_its_piece_only(
    town: tuple[Any, int], node: Callable[..., Any], tmp_path: Path
) -> None:
    doomed, _ = node(), node()
    with executor("ray?workers=2") as two:
        running = two.run(pieces(8, work.held, str(tmp_path)))
        answers = [next(running), next(running)]
        assert soon(lambda: begun(tmp_path)[-2:] == [2, 3])  # one on each node, and both wait
        waiting = [int(path.name.split("-")[1]) for path in tmp_path.iterdir() if path.name[0] in "23"]
        town[0].remove_node(doomed, allow_graceful=False)
        assert soon(lambda: sum(map(alive, waiting)) == 1)
        (tmp_path / "go").touch()
        answers += running
    assert sorted(answers) == [(number, number) for number in range(8)]
    assert len(begun(tmp_path)) == 9


@pytest.mark.usefixtures("full")
def test_a_full_cluster_is_waited_for_and_then_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rays, "OPENING", 3.0)
    with executor("ray?workers=2") as late, pytest.raises(EnvironmentFault, match="no CPU free for 3 s"):
        list(late.run(pieces(2, work.twice)))


def test_the_same_seeds_give_the_same_plans_here_and_there(crew: Executor) -> None:
    problem, shop = generate(8, 12, 4, 100), jobs_at_random(2, jobs=8, machines=5)
    split = by_region(problem, 4)
    parts, starts, fronts = [], [], []
    for workers in (1, 2, 4, crew):
        plan = decompose(problem, split, "cost", "genetic", seed=7, workers=workers).plan
        best = solve_starts(shop, time_limit=120, starts=3, rounds=2, workers=workers).plan
        front = explore_starts(shop, "makespan,energy", "moth-flame", 120, starts=2, evaluations=400, workers=workers)
        assert plan is not None
        assert best is not None
        parts.append(plan.assignments)
        starts.append((best.assignments, best.lower_bound))
        fronts.append([point.plan.assignments for point in front.points])
    for found in (parts, starts, fronts):
        assert all(one == found[0] for one in found)


@pytest.mark.usefixtures("full")
def test_a_client_from_outside_gets_the_same(town: tuple[Any, int], node: Callable[..., Any], tmp_path: Path) -> None:
    node()
    path = tmp_path / "chains.json"
    door.write(generate(8, 12, 4, 100), path)
    words = ("decompose", path, "--parts", "4", "--method", "genetic", "--no-whole", "--json")
    far, near = (hanse(*words, "--workers", where) for where in (f"ray://127.0.0.1:{town[1]}?workers=1", "1"))
    assert far.code == 0, far.err
    told = [{k: v for k, v in one.json.items() if k in ("value", "measures", "lower_bound")} for one in (far, near)]
    assert told[0] == told[1]
    hanse(*words, "--workers", "ray://127.0.0.1:1").failed(4, "no Ray cluster to work with")


SCRIPT = """
import sys
from hanse.cluster import Piece, executor
from tests.cluster.work import started
with executor(sys.argv[2]) as crew:
    list(crew.run([Piece("long", started, (sys.argv[1], True))]))
"""


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.usefixtures("full")
def test_nothing_outlives_whoever_asked(
    town: tuple[Any, int], node: Callable[..., Any], tmp_path: Path, blow: signal.Signals, inside: bool
) -> None:
    node()
    script, began = tmp_path / "script.py", tmp_path / "began"
    script.write_text(SCRIPT)
    began.mkdir()
    where = "ray?workers=1" if inside else f"ray://127.0.0.1:{town[1]}?workers=1"
    asking = subprocess.Popen([sys.executable, str(script), str(began), where], stderr=subprocess.DEVNULL)
    assert soon(lambda: any(path.read_text() for path in began.iterdir()), 90)
    asking.send_signal(blow)
    asking.wait(60)
    (file,) = began.iterdir()
    assert soon(lambda: not any(alive(int(pid)) for pid in file.name.split("-")), 45)


@pytest.mark.usefixtures("full")
def test_a_node_with_another_hanse_is_refused_by_name(node: Callable[..., Any], tmp_path: Path) -> None:
    source = Path(door.__file__).parent
    shutil.copytree(source, tmp_path / "hanse", ignore=shutil.ignore_patterns("__pycache__"))
    front = tmp_path / "hanse" / "__init__.py"
    front.write_text(front.read_text().replace(f'"{door.__version__}"', '"9.9.9"'))
    node(env_vars={"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ["PYTHONPATH"]])})
    with executor("ray?workers=1") as one, pytest.raises(EnvironmentFault, match=r"this one: hanse 9\.9"):
        list(one.run(pieces(1, work.twice)))


def test_a_process_works_with_one_cluster(crew: Executor) -> None:
    del crew
    with pytest.raises(EnvironmentFault, match="with a Ray cluster already"):
        executor("ray://127.0.0.1:1")
