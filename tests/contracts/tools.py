"""Where the Solidity tools are, and how these tests run them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = ROOT / "contracts"
PACKAGES = ROOT / "node_modules"
ARTIFACTS = ROOT / "src" / "hanse" / "ledger" / "artifacts"


def needs_packages() -> None:
    """Skips where `npm install` was not run, except in CI, where leaving a test out would hide it."""
    for what, there in (("node", shutil.which("node")), ("node_modules", PACKAGES.joinpath("solc").exists())):
        if not there:
            message = f"{what} is missing: run npm install"
            if os.environ.get("CI"):
                pytest.fail(message)
            pytest.skip(message)


def run(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Runs a tool, with our launcher of forge (which keeps its exit code) first in PATH, and captures what it says."""
    environment = {**os.environ, "PATH": f"{CONTRACTS / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )
