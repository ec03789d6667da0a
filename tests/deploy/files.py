"""The files of `deploy/`, read as what they are, and a way to run what they would start."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"


def compose(name: str = "compose.yaml") -> dict[str, Any]:
    """compose.yaml, or what is laid over it, with its anchors put in place."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))
    return found


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile: instruction and what follows, continued lines joined, comments left out."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]


def last(instruction: str) -> str:
    """What the last instruction of that name says."""
    return [rest for word, rest in instructions() if word == instruction][-1]


def entry_point() -> list[str]:
    """What the container starts if nobody says otherwise."""
    words: list[str] = json.loads(last("ENTRYPOINT")) + json.loads(last("CMD"))
    return words


def health_check() -> list[str]:
    words: list[str] = json.loads(last("HEALTHCHECK").partition("CMD ")[2])
    return words


def filled(text: str, values: Mapping[str, str]) -> str:
    """Compose's `${NAME}`, `${NAME:-default}` and `${NAME:?why}`."""

    def value(found: re.Match[str]) -> str:
        name, way, other = found.groups()
        if name in values:
            return values[name]
        assert way == "-", f"nobody says {name}"
        return other or ""

    return re.sub(r"\$\{(\w+)(?::([-?])([^}]*))?\}", value, text)


def tool(name: str, package: str) -> str:
    """A program, or the test is left out."""
    found = shutil.which(name) or shutil.which(name, path=f"{Path(sys.executable).parent}:/usr/sbin")
    if found is None:
        pytest.skip(f"no {name} on this machine: apt install {package}")
    return found


@contextmanager
def running(command: Sequence[str], log: Path, url: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that answers at `url` before we go on, and is ended on leaving."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, **environment})
    try:
        for _ in range(1200):
            try:
                urllib.request.urlopen(url, timeout=2).close()
                break
            except urllib.error.HTTPError as answer:
                if answer.code < 500:
                    break
            except OSError:
                pass
            assert process.poll() is None, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        else:
            raise AssertionError(log.read_text(encoding="utf-8"))
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def behind_caddy(folder: Path, people: str, *ports: int) -> Iterator[None]:
    """Caddy with our file at `people`, an address without a name to certify, in front of servers of this machine."""
    proxy = [tool("caddy", "caddy"), "run", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    upstream = " ".join(f"127.0.0.1:{port}" for port in ports)
    homes = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    said = {"HANSE_DOMAIN": people, "HANSE_UPSTREAM": upstream, **homes}
    with running(proxy, folder / "caddy.log", f"{people}/health", **said):
        yield
