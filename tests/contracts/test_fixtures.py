"""The witnesses that the Solidity tests read are what their script writes; it proves each of them before it does."""

from __future__ import annotations

import importlib.util
from types import ModuleType

from hanse.ledger.certificates.witness import Lie, Witness
from tests.contracts.tools import CONTRACTS

FOLDER = CONTRACTS / "test" / "fixtures"


def script() -> ModuleType:
    found = importlib.util.spec_from_file_location("make", FOLDER / "make.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_fixtures_are_what_their_script_writes() -> None:
    assert (FOLDER / "witnesses.json").read_text(encoding="utf-8") == script().document()


def test_there_is_one_of_every_lie_and_it_survives_the_wire() -> None:
    told = script().lies().values()
    assert {witness.lie for _, witness in told} == set(Lie)
    for _, witness in told:
        assert Witness.decode(witness.encode()) == witness
