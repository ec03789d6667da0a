"""The examples are programs that run, and the file beside them is what the program writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import hanse

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.mark.parametrize("program", sorted(path.name for path in EXAMPLES.glob("*.py")))
def test_an_example_runs(program: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, EXAMPLES / program], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr


def test_the_example_file_is_what_its_program_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, EXAMPLES / "build_a_problem.py", tmp_path / "made.json"], check=True)
    assert hanse.read(tmp_path / "made.json").root == hanse.read(EXAMPLES / "two_shops.json").root


def test_ten_lines_ends_with_a_valid_plan() -> None:
    out = subprocess.run([sys.executable, EXAMPLES / "ten_lines.py"], capture_output=True, text=True, check=True).stdout
    assert out.strip().endswith("valid: True")


def test_in_the_agreement_all_that_anna_paid_is_somebodys_in_the_end() -> None:
    out = subprocess.run([sys.executable, EXAMPLES / "agreement.py"], capture_output=True, text=True, check=True).stdout
    said = [line.rpartition(" ")[2] for line in out.splitlines() if "takes out" in line]
    assert said == ["35.00", "60.00", "1.90", "0.95", "2.15"]
    assert round(sum(map(float, said)), 2) == 100.00
