"""The examples are programs that run, and the file beside them is what the program writes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

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


def test_the_notebook_runs_from_top_to_bottom_and_is_kept_without_outputs(tmp_path: Path) -> None:
    """In a kernel of its own, beside the example file, as a researcher opens it."""
    notebook: Any = nbformat.read(EXAMPLES / "tour.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in codes)
    shutil.copy(EXAMPLES / "two_shops.json", tmp_path)
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    shown = ["".join(str(out.get("text") or out["data"]["text/plain"]) for out in cell.outputs) for cell in codes]
    assert "two shops" in shown[0]
    assert "value" in shown[1] or "optimal" in shown[1]
    assert any("knee" in one for one in shown)
    assert "cheapest" in shown[-1]
    framed = [
        out["data"]["text/html"]
        for cell in codes
        for out in cell.outputs
        if "data" in out and "text/html" in out["data"]
    ]
    assert len(framed) == 2
    assert all("srcdoc" in one for one in framed)
