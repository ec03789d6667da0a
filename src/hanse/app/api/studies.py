"""Studies: files that are looked at, plans and fronts that are calculated, for one person each, beside the service.

Each has a process and a folder of its own (`study.py`), so a study that takes all it can get slows nobody down, can be
ended at any time, and never shares memory with keys. Studies are questions, not writes: a restart forgets them.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from hanse.app.api import logs
from hanse.app.api.problems import Conflict, NotThere
from hanse.errors import EnvironmentFault, HanseError, InputError

What = Literal["plan", "front", "quotes", "lab"]
Keep = tuple[str, Callable[[bytes], None]]
State = Literal["running", "done", "failed", "ended"]

PLACES, PLACES_OF_OTHERS = 2, 1
"""Studies at a time in all, and of people who are not of the league's staff: a coordinator finds a place."""

LOOKS = 4
"""Files that are read at a time, one a person."""

GRACE_SECONDS = 120
"""So long a study may take beyond its time: to compile what it calculates with, the first time, and to write down what
it found."""

LOOK_SECONDS = 25.0
"""A request may take little longer."""

KEPT_SECONDS = 3600
"""A finished study is forgotten after so long, or when its person begins another of its kind."""

POINTS = 400
"""Steps of a trajectory that are told; of more, every few."""

NEEDED = ("PATH", "HOME", "PYTHONPATH", "NUMBA_CACHE_DIR", "TMPDIR", "LANG", "SYSTEMROOT")
"""What a study knows of the service's environment."""


@dataclass(slots=True)
class Study:
    """One study. points: seconds, value and bound (millionths) as they became known; share: of a front's work that is
    done; results: names of files in its folder."""

    id: str
    owner: str
    staff: bool
    what: What
    name: str
    objective: str
    limit: int
    folder: Path
    begun: float
    state: State = "running"
    ended: float | None = None
    share: float = 0.0
    points: list[tuple[float, int | None, int | None]] = field(default_factory=list)
    results: tuple[str, ...] = ()
    failure: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def seconds(self) -> float:
        """How long it took, or takes so far."""
        return (self.ended or time.monotonic()) - self.begun


class Studies:
    """All studies of a service. home: a folder of ours, emptied now and at the end."""

    def __init__(self, home: Path) -> None:
        self._home, self._lock = home, threading.Lock()
        self._all: dict[str, Study] = {}
        self._looking: set[str] = set()
        shutil.rmtree(home, ignore_errors=True)

    def begin(
        self, owner: str, what: What, problem: bytes | None, objective: str, seconds: int, *,
        name: str = "", staff: bool = False, more: dict[str, Any] | None = None, keep: Keep | None = None,
    ) -> Study:  # fmt: skip
        """Begins one. problem: hanse-problem/1, None for none; more: what else its process is told (`study.py`); keep:
        a file it will write, and who gets it before the study is done. Raises Conflict if the owner has one running,
        EnvironmentFault if all places are taken."""
        study = Study(
            secrets.token_hex(16), owner, staff, what, name, objective, seconds, self._home, time.monotonic()
        )  # fmt: skip
        with self._lock:
            self._find_place(study)
            study.folder = self._folder(study.id)
            if problem is not None:
                (study.folder / "problem.json").write_bytes(problem)
            asked = {"what": what, "objective": objective, "seconds": seconds}
            study.process = _process(study.folder, {**asked, **(more or {})})
            self._all[study.id] = study
        threading.Thread(target=self._follow, args=(study, keep), name="hanse-study", daemon=True).start()
        return study

    def of(self, owner: str) -> list[Study]:
        """The owner's, the newest first."""
        return sorted((one for one in self._all.values() if one.owner == owner), key=lambda one: -one.begun)

    def get(self, id: str, owner: str) -> Study:
        """One of the owner's. Raises NotThere."""
        found = self._all.get(id)
        if found is None or found.owner != owner:
            raise NotThere("there is no such study of yours", where=id, hint="a restart forgets studies; begin another")
        return found

    def enough(self, study: Study) -> None:
        """Ends its search; what it found until then is its result."""
        if study.process is not None and study.state == "running":
            study.process.send_signal(signal.SIGINT)

    def forget(self, study: Study) -> None:
        """Ends it, if it is running, and removes all of it."""
        with self._lock:
            self._remove(study)

    def result(self, study: Study, name: str) -> bytes:
        """A file it wrote. Raises NotThere."""
        try:
            if name in study.results or name == "problem.json":
                return (study.folder / name).read_bytes()
        except OSError:
            pass  # it was forgotten meanwhile
        raise NotThere(f"this study has no {name}", where=name, hint="is it done?")

    def look(self, owner: str, name: str, data: bytes) -> tuple[dict[str, Any], bytes | None]:
        """What a file holds (`study._look`), and the problem in it, if it can be read. Raises InputError for one that
        takes too long or too much, Conflict and EnvironmentFault as `begin`."""
        with self._lock:
            if owner in self._looking:
                raise Conflict("a file of yours is being read", where="files", hint="one after the other")
            if len(self._looking) >= LOOKS:
                raise EnvironmentFault("others have files read now", where="files", hint="try again in a moment")
            folder = self._folder(secrets.token_hex(16))
            self._looking.add(owner)
        try:
            (folder / "file").write_bytes(data)
            process = _process(folder, {"what": "look", "name": name})
            try:
                told = _heard(process, LOOK_SECONDS, lambda _: None)
            finally:
                _end(process)
            found = folder / "problem.json"
            return told, found.read_bytes() if found.exists() else None
        finally:
            self._looking.discard(owner)
            shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Ends all of them."""
        with self._lock:
            for study in [*self._all.values()]:
                self._remove(study)
        shutil.rmtree(self._home, ignore_errors=True)

    def _find_place(self, study: Study) -> None:
        for old in [*self._all.values()]:
            same = (old.owner, old.what) == (study.owner, study.what)
            if old.state != "running" and (same or time.monotonic() - (old.ended or 0) > KEPT_SECONDS):
                self._remove(old)
        running = [one for one in self._all.values() if one.state == "running"]
        if any(one.owner == study.owner for one in running):
            raise Conflict("you have a study running", where="studies", hint="wait for it, or end it")
        others = sum(not one.staff for one in running)
        if len(running) >= PLACES or (not study.staff and others >= PLACES_OF_OTHERS):
            raise EnvironmentFault("others are calculating now", where="studies", hint="try again in a few minutes")

    def _folder(self, name: str) -> Path:
        made = self._home / name
        made.mkdir(parents=True, mode=0o700)
        return made

    def _remove(self, study: Study) -> None:
        self._all.pop(study.id, None)
        study.state = "ended" if study.state == "running" else study.state
        if study.process is not None:
            _end(study.process)
        shutil.rmtree(study.folder, ignore_errors=True)

    def _follow(self, study: Study, keep: Keep | None) -> None:
        assert study.process is not None
        try:
            told = _heard(study.process, study.limit + GRACE_SECONDS, lambda said: _note(study, said))
            if keep is not None and study.state == "running":
                keep[1]((study.folder / keep[0]).read_bytes())
            study.results, state = tuple(told["results"]), "done"
        except HanseError as error:
            study.failure = {"message": error.message, "where": error.where, "hint": error.hint}
            state = "failed"
        finally:
            _end(study.process)
        with self._lock:
            study.ended = time.monotonic()
            if study.state == "running":
                study.state = "done" if state == "done" else "failed"


def _note(study: Study, said: dict[str, Any]) -> None:
    if "share" in said:
        study.share = float(said["share"])
    if "point" in said:
        seconds, value, bound = said["point"]
        if len(study.points) >= POINTS:
            study.points = study.points[::2]
        study.points = [*study.points, (seconds, value, bound)]


def _process(folder: Path, asked: dict[str, Any]) -> subprocess.Popen[bytes]:
    (folder / "asked.json").write_text(json.dumps(asked))
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "hanse.app.api.study", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in NEEDED if name in os.environ},
    )


def _heard(process: subprocess.Popen[bytes], seconds: float, told: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """What the process told last. Raises InputError with what it says went wrong, or that it told nothing."""
    assert process.stdout is not None
    ending = threading.Timer(seconds, process.kill)
    ending.daemon = True
    ending.start()
    try:
        for line in process.stdout:
            said = json.loads(line)
            if "done" in said:
                done: dict[str, Any] = said["done"]
                return done
            if "failed" in said:
                if said.get("fault"):
                    logs.warn("a study met a fault of ours", at=said["fault"])
                raise InputError(**said["failed"])
            told(said)
    finally:
        ending.cancel()
    process.wait()
    logs.warn("a study told nothing", status=process.returncode)
    raise InputError("it took too much time or memory", where="study", hint="ask for less at once")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
