"""docs/framework.md: every capability of the framework has a place in the product, and each row leads to what runs."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from handbook import commands

from hanse.app.api.application import described
from hanse.ledger.contracts import ELSEWHERE, NAMES

ROOT = Path(__file__).parent.parent.parent
LAYERS = {"R": 8, "N": 8, "M": 12, "C": 15, "V": 6}
"""Capabilities of each layer (Ouyang 2019), numbered from 1."""

CODES = [f"{layer}{number}" for layer, many in LAYERS.items() for number in range(1, many + 1)]


@dataclass(frozen=True)
class Row:
    """A line of a table. code: R1 to V6; feature: names of modules and contracts; where: commands, pages and routes;
    tests: `path::name`."""

    code: str
    asked: str
    feature: str
    where: str
    tests: str


def _rows() -> Iterator[Row]:
    for line in (ROOT / "docs" / "framework.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"[A-Z]\d+", cells[0]):
            yield Row(*(cells + 5 * [""])[:5])


def _named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@cache
def _commands() -> frozenset[str]:
    return frozenset(name for name, *_ in commands.commands())


@cache
def _routes() -> frozenset[str]:
    return frozenset(
        f"{method.upper()} {path}" for path, methods in described().openapi()["paths"].items() for method in methods
    )


@cache
def _pages() -> frozenset[str]:
    built = (ROOT / "src" / "hanse" / "app" / "ui" / "pages").glob("*.py")
    return frozenset(path for file in built for path in re.findall(r'@screen\("([^"]+)"', file.read_text("utf-8")))


@cache
def _tests(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef))


ROWS = list(_rows())
each = pytest.mark.parametrize("row", ROWS, ids=[row.code for row in ROWS])


def test_every_capability_has_one_row_in_the_papers_order() -> None:
    assert [row.code for row in ROWS] == CODES


@each
def test_a_row_is_whole(row: Row) -> None:
    assert row.asked
    assert _named(row.feature)
    assert _named(row.where)
    assert _named(row.tests)


@each
def test_its_feature_is_code_that_loads(row: Row) -> None:
    for name in _named(row.feature):
        if name.startswith("hanse."):
            importlib.import_module(name)
        else:
            assert name in (*NAMES, *ELSEWHERE), f"{name} is no contract"


@each
def test_it_is_reached_by_a_command_a_page_or_a_route(row: Row) -> None:
    for name in _named(row.where):
        if name.startswith("hanse "):
            assert name.removeprefix("hanse ") in _commands()
        elif name.startswith("/"):
            assert name in _pages(), f"{name} is no page"
        else:
            assert name in _routes(), f"{name} is no route"


@each
def test_its_test_is_one_that_is_run(row: Row) -> None:
    for name in _named(row.tests):
        path, _, function = name.partition("::")
        if path.endswith(".sol"):
            assert re.search(rf"function {function}\b", (ROOT / path).read_text(encoding="utf-8")), name
        else:
            assert path.startswith("tests/")
            assert function in _tests(path), name
