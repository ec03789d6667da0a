"""The image: linted, and what it starts is started."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.app.api.house import free_port
from tests.deploy.files import DEPLOY, ROOT, entry_point, health_check, instructions, last, running, tool


def test_hadolint_has_nothing_to_say() -> None:
    done = subprocess.run(
        [tool("hadolint", "hadolint"), DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_it_brings_the_chain_that_the_tests_use() -> None:
    pinned = json.loads((ROOT / "package.json").read_text())["dependencies"]["@foundry-rs/anvil"]
    text = (DEPLOY / "Dockerfile").read_text()
    assert re.findall(r"@foundry-rs/anvil@(\S+)", text) == [pinned]


def test_nobody_in_it_is_root_and_every_image_has_a_version() -> None:
    assert last("USER") == "10001:10001"
    sources = [rest.split()[0] for word, rest in instructions() if word == "FROM"]
    assert all(re.search(r":[\d.]+", source) for source in sources)


def test_what_is_copied_is_there_and_nothing_else_reaches_the_image() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().split("\n")
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        name
        for word, rest in instructions()
        if word == "COPY" and not rest.startswith("--from")
        for name in rest.split()[:-1]
    }
    assert "*" in ignored
    assert {name.removeprefix("./") for name in copied} == allowed
    assert all((ROOT / name).exists() for name in allowed)


def test_its_command_serves_and_its_health_check_knows(tmp_path: Path) -> None:
    port = str(free_port())

    def here(words: list[str]) -> list[str]:
        return [word.replace("8080", port).replace("/data", str(tmp_path / "data")) for word in words]

    command, check = here(entry_point()), here(health_check())
    assert command[0] == "hanse"
    assert check[0] == "python"
    command[0] = str(Path(sys.executable).with_name("hanse"))
    check[0] = sys.executable
    assert subprocess.run(check, capture_output=True, check=False).returncode != 0
    log = tmp_path / "log"
    with running(command, log, f"http://127.0.0.1:{port}/health") as process:
        assert subprocess.run(check, capture_output=True, check=False).returncode == 0
        process.terminate()
        assert process.wait(timeout=30) == 0
    assert "invitation of the first coordinator" in log.read_text()
    assert subprocess.run(check, capture_output=True, check=False).returncode != 0
