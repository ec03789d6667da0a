"""Workers on the nodes of a Ray cluster (https://www.ray.io, Apache-2.0).

Ray chooses the node, carries bytes there and says when a node is gone. On the node an actor, which takes one CPU, holds
the same process that is a worker on this machine (`process.py`), so bounds, ends, errors and threads are the same
everywhere. Something shared is put into Ray's object store once, which brings it to each node once.

Whoever reaches a Ray cluster can run anything on it: it belongs behind a firewall, and its nodes to one owner.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hanse.cluster.crew import Crew, NoRoom
from hanse.cluster.parcel import wrap_folder
from hanse.cluster.port import Bounds, Shared
from hanse.cluster.process import ENDING, Process, Report
from hanse.errors import EnvironmentFault, HanseError

OPENING = 60.0
"""Seconds a worker may wait for a CPU of the cluster, and take to begin there."""

REACHING = 5.0
"""Seconds a cluster may take to answer at all."""


def ray_crew(address: str, count: int | None) -> Crew:
    """Workers of a cluster. address: `ray://HOST:PORT`, or `auto` for the one this machine is part of. count: None for
    one on each CPU. A process that works with a cluster already (`ray.init`) stays with it. Raises EnvironmentFault
    without Ray, or without that cluster."""
    try:
        import ray
    except ImportError:
        raise EnvironmentFault(
            "Ray is not installed", where=f"workers {address}", hint='pip install "hanse[cluster]"'
        ) from None
    own = not ray.is_initialized()
    if own:
        _connect(ray, address)
    elif address != "auto":
        raise EnvironmentFault(
            "this process works with a Ray cluster already", where=address, hint="use that, as ray, or leave it first"
        )
    if count is None:
        count = int(ray.cluster_resources().get("CPU", 0))
        if not count:
            if own:
                ray.shutdown()
            raise EnvironmentFault("this cluster has no CPU", where=address, hint="add nodes, or say ?workers=N")
    return Crew(RayYard(ray, own=own), count)


def _connect(ray: Any, address: str) -> None:
    hint = "start one: ray start --head" if address == "auto" else "is its head up, and the port the client's (10001)?"
    try:
        if address != "auto":
            url = urlsplit(address)
            socket.create_connection((str(url.hostname), int(url.port or 0)), REACHING).close()
        ray.init(address, log_to_driver=False, logging_level="ERROR")
    except Exception as fault:  # Ray has no family of errors for this
        said = [line for line in str(fault).splitlines() if line.strip()] or [type(fault).__name__]
        raise EnvironmentFault(
            f"no Ray cluster to work with: {said[-1].strip()[:300]}", where=address, hint=hint
        ) from fault


class RayYard:
    """See `Yard`. own: whether to leave the cluster at the end."""

    def __init__(self, ray: Any, *, own: bool) -> None:
        self.ray, self._own = ray, own
        self.post = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(Post)
        self.kept: dict[str, tuple[Any, bool]] = {}

    def seat(self) -> RaySeat:
        """See `Yard`."""
        return RaySeat(self)

    def put(self, key: str, data: bytes, folder: bool) -> None:
        """See `Yard`."""
        self.kept[key] = self.ray.put(data), folder

    def folder(self, key: str, path: Path) -> Shared[Path]:
        """See `Yard`. Other machines get a copy."""
        self.put(key, wrap_folder(path), folder=True)
        return Shared(key, path)

    def close(self) -> None:
        """See `Yard`."""
        self.kept.clear()
        if self._own:
            self.ray.shutdown()


class RaySeat:
    """See `Seat`."""

    def __init__(self, yard: RayYard) -> None:
        self._yard, self._versions = yard, ""
        self._actor: Any = None

    def open(self) -> str:
        """See `Seat`."""
        if self._actor is not None:
            return self._versions
        ray, self._actor = self._yard.ray, self._yard.post.remote()
        try:
            self._versions = ray.get(self._actor.begin.remote(), timeout=OPENING)
        except BaseException as fault:
            self.kill()
            self._actor = None
            raise _not_open(ray, fault) from fault
        return self._versions

    def do(self, data: bytes, keys: Sequence[str], bounds: Bounds) -> Report:
        """See `Seat`."""
        ray, kept = self._yard.ray, {key: self._yard.kept[key] for key in keys}
        try:
            report: Report = ray.get(self._actor.do.remote(data, kept, bounds))
        except ray.exceptions.RayError as fault:
            report = Report("lost", None, str(fault).strip().splitlines()[0])
        if report.kind not in ("answer", "error"):
            self.kill()
            self._actor = None
        return report

    def kill(self) -> None:
        """See `Seat`."""
        actor = self._actor
        if actor is not None:
            with suppress(Exception):  # it, its node or the cluster is gone already
                self._yard.ray.kill(actor)

    def close(self) -> None:
        """See `Seat`."""
        if self._actor is not None:
            with suppress(Exception):  # as above
                self._yard.ray.get(self._actor.end.remote(), timeout=2 * ENDING)
            self.kill()
            self._actor = None


def _not_open(ray: Any, fault: BaseException) -> BaseException:
    """What it means that no worker came up."""
    if isinstance(fault, ray.exceptions.GetTimeoutError):
        return NoRoom(f"the cluster had no CPU free for {OPENING:g} s")
    if isinstance(fault, ray.exceptions.RayTaskError) and isinstance(fault.cause, HanseError):
        return fault.cause
    if not isinstance(fault, ray.exceptions.RayError):
        return fault
    if "ModuleNotFoundError" in str(fault) or "AttributeError" in str(fault):
        return EnvironmentFault(
            "a node of the cluster has no Hanse, or another one than this", where="workers",
            hint="install the same versions on every machine",
        )  # fmt: skip
    return NoRoom(f"a worker was lost while it began: {str(fault).strip().splitlines()[0]}")


class Post:
    """The actor: on its node it holds one worker's process."""

    def __init__(self) -> None:
        self._process = Process()

    def begin(self) -> str:
        """See `Process`."""
        return self._process.begin()

    def do(self, data: bytes, kept: dict[str, tuple[Any, bool]], bounds: Bounds) -> Report:
        """See `Process`. kept: shared things of the piece, in the object store."""
        import ray

        lacks = [(key, *one) for key, one in kept.items() if self._process.lacks(key)]
        return self._process.do(data, [(key, ray.get(ref), folder) for key, ref, folder in lacks], bounds)

    def end(self) -> None:
        """See `Process`."""
        self._process.end()
