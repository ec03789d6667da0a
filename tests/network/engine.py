"""The engine that network tests run: go-ethereum, built from its module once for each machine.

Nothing of it is changed but its clock, which can be put wrong (`Validator.turn_clock`): Go asks the system for the time
past all libraries, so its own package `time` is the place. `go build -overlay` puts our copy of one of its files, with
one line more, in the place of the installed one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
VARIABLE = "HANSE_GETH"
PACKAGE = "github.com/ethereum/go-ethereum/cmd/geth"
BUILD_SECONDS = 1500
CLOCK = HERE / "clock" / "clock.go"
ASKED = re.compile(r"^\tsec, nsec, mono := (now|runtimeNow)\(\)\n", re.MULTILINE)
"""Where Go's `time.Now` asks the system."""


def geth() -> Path:
    """The program: named by HANSE_GETH, or from the cache, or built there. Skips the test without Go."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    go = shutil.which("go")
    if go is None:
        pytest.skip(f"no Go on this machine to build the engine with; or name a geth in {VARIABLE}")
    version = subprocess.run([go, "version"], cwd=HERE, capture_output=True, text=True, check=True).stdout
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "hanse"
    cache.mkdir(parents=True, exist_ok=True)
    parts = (version, (HERE / "go.sum").read_text(), CLOCK.read_text())
    name = hashlib.sha256("".join(parts).encode()).hexdigest()[:16]
    program = cache / f"geth-{name}"
    if program.exists():
        return program
    with (cache / "geth.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several tests may want it at once
        if not program.exists():
            _build(go, version, program)
    return program


def _build(go: str, version: str, program: Path) -> None:
    aside = program.with_suffix(".new")
    found = re.search(r"go1\.(\d+)", version)
    # Go 1.23 and newer object to a library of geth's that reaches into the runtime.
    flags = ["-ldflags=-checklinkname=0"] if found and int(found[1]) >= 23 else []
    with tempfile.TemporaryDirectory() as place:
        flags += ["-overlay", str(_overlay(go, Path(place)))]
        command = [go, "build", "-trimpath", "-buildvcs=false", *flags, "-o", str(aside), PACKAGE]
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    aside.rename(program)


def _overlay(go: str, place: Path) -> Path:
    """What is built in the place of what: Go's clock, and the file that says by how much it is wrong."""
    root = subprocess.run([go, "env", "GOROOT"], cwd=HERE, capture_output=True, text=True, check=True).stdout.strip()
    installed = Path(root) / "src" / "time"
    text, found = ASKED.subn(r"\g<0>\tsec += *wrong\n", (installed / "time.go").read_text())
    assert found == 1, f"{installed / 'time.go'} asks for the time in {found} places, not in one"
    (place / "time.go").write_text(text)
    named = {str(installed / "time.go"): str(place / "time.go"), str(installed / CLOCK.name): str(CLOCK)}
    (place / "overlay.json").write_text(json.dumps({"Replace": named}))
    return place / "overlay.json"
