"""Zhang 2019 reproduced: its table as printed, verdicts that follow the figures, documents without network."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from hanse.app.reproduce.sheet import markdown, page, show
from hanse.app.reproduce.zhang import as_json, reproduce, sheet, study, write
from hanse.app.reproduce.zhang import run as order_of_work
from hanse.app.reproduce.zhang.document import Findings
from hanse.app.reproduce.zhang.published import published
from hanse.app.reproduce.zhang.study import check_table
from hanse.app.reproduce.zhang.verdict import verdicts
from hanse.app.story import Story


@pytest.fixture(scope="module")
def found() -> Findings:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_of_work, "QUICK_GENERATIONS", (5, 10))
        return reproduce(Story(Console(quiet=True)), quick=True)


def test_table_7_follows_but_for_one_budget_and_one_quality() -> None:
    table = check_table(published())
    assert table.makespan == 66
    assert all(c.fits for c in table.checked)
    assert [c.row.task for c in table.checked if c.cost > c.budget] == [5]
    assert table.violations == ("budget: job T5: costs 11984, its budget is 10500",)
    assert table.value == 8_889_148
    off = [c.row.task for c in table.checked if abs(c.quality - c.row.quality) > 0.005 + 1e-9]
    assert set(off) <= {7, 8, 10, 11, 14, 15}
    assert off
    assert not [c for c in table.checked if abs(c.quality_corrected - c.row.quality) > 0.005 + 1e-9]


def test_ten_yuan_are_too_little_once_and_too_much_per_unit_of_time() -> None:
    table = check_table(published())
    assert [lift.compensation for lift in table.lifts] == [2173]
    once, each = table.ten_yuan
    assert (round(once, 4), round(each, 4)) == (Decimal("0.8158"), Decimal("0.8304"))


def test_every_run_of_the_race_is_judged_and_decodes_what_it_says(found: Findings) -> None:
    assert [(r.method, r.generations) for r in found.races[:6]] == [
        (method, count) for count in (5, 10) for method in study.METHODS
    ]
    longest, equal = found.races[5], found.races[6]
    assert abs(longest.decoded - equal.decoded) < 60
    assert [(r.method, r.tuned) for r in found.races[6:]] == [("GA", False), *((m, True) for m in study.METHODS)]
    for race in found.races:
        assert len(race.trajectory) == race.generations + 1
        assert max(race.worths) < 9_200_000


def test_verdicts_change_when_the_figures_do(found: Findings) -> None:
    def better(worth: int) -> str:
        doctored = tuple(
            replace(race, worths=(worth,) * len(race.worths)) if race.method == "MA" else race for race in found.races
        )
        return next(v.verdict for v in verdicts(found.given, found.table, None, doctored) if "finds better" in v.claim)

    assert better(9_180_000) == "true"
    assert better(1) == "not confirmed"
    honest = replace(found.table, violations=())
    assert verdicts(found.given, honest, None, found.races)[1].verdict == "true"


def test_documents_ask_nothing_of_any_network_and_are_well_formed(found: Findings, tmp_path: Path) -> None:
    files = write(found, tmp_path)
    text = files.page.read_text()
    assert "default-src 'none'" in text
    assert not re.search(r"(src|href|url)\s*[=(]", text.replace('xmlns="http://www.w3.org/2000/svg"', ""))
    for path in files.figures:
        ElementTree.parse(path)
    assert json.loads(files.data.read_text()) == json.loads(json.dumps(as_json(found)))
    for block in markdown(sheet(found)).split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1, block
    assert page(sheet(found)).startswith("<!doctype html>")


def test_the_terminal_shows_tables_and_verdicts(found: Findings, capsys: pytest.CaptureFixture[str]) -> None:
    show(sheet(found), Path("findings.html"), Console(width=150))
    said = capsys.readouterr().out
    assert "open findings.html" in said
    assert "false if paid once" in said
