"""The tutorials work as they stand: every command and every line of Python in them is run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.app.api.house import free_port
from tests.docs.play import blocks

ROOT = Path(__file__).parent.parent.parent
TUTORIALS = ROOT / "docs" / "tutorials"
PERSONS = ("shop-owner", "customer", "coordinator", "solver", "auditor", "researcher")


def test_every_person_has_a_tutorial() -> None:
    assert {path.stem for path in TUTORIALS.glob("*.md")} == {"index", *PERSONS}


@pytest.mark.parametrize("person", PERSONS)
def test_a_tutorial_does_what_it_says(person: str, tmp_path: Path) -> None:
    """In a folder with nothing but the cast, at ports that are free here."""
    text = (TUTORIALS / f"{person}.md").read_text(encoding="utf-8")
    assert len(list(blocks(text))) >= 4
    for port in ("8080", "8545"):
        text = text.replace(port, str(free_port()))
    page = tmp_path / f"{person}.md"
    page.write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "examples" / "cast.py", tmp_path / "cast.py")
    url = next((word.split('"')[1] for word in text.split() if "http://127" in word and '"' in word), "")
    bins = f"{Path(sys.executable).parent}:{ROOT / 'node_modules' / '.bin'}"
    surroundings = {
        **os.environ,
        "HANSE_URL": url,
        "PATH": f"{bins}:{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}",
    }
    command = [sys.executable, "-m", "tests.docs.play", str(page)]
    with (tmp_path / "log").open("wb") as log:
        # A session of its own, so that all it left in the background can be ended.
        playing = subprocess.Popen(
            command, cwd=tmp_path, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=surroundings,
            start_new_session=True,
        )  # fmt: skip
        try:
            code = playing.wait(timeout=300)
        except subprocess.TimeoutExpired:
            code = -1
        finally:
            with suppress(ProcessLookupError):
                os.killpg(playing.pid, signal.SIGKILL)
    assert code == 0, (tmp_path / "log").read_text(encoding="utf-8")[-6000:]
