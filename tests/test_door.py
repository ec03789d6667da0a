"""The public door and the errors behind it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import hanse
from hanse import errors
from hanse.units import Units, decimal, millionths, money_text, time_text


def test_every_promised_name_is_there_and_listed() -> None:
    for name in hanse.__all__:
        assert getattr(hanse, name) is not None
    assert set(hanse.__all__) <= set(dir(hanse))
    assert hanse.__all__ == sorted(hanse.__all__)
    with pytest.raises(AttributeError):
        hanse.nothing_of_this_name  # noqa: B018


def test_importing_hanse_loads_no_solver_and_no_chain() -> None:
    heavy = ("ortools", "web3", "numpy", "rich", "msgspec")
    code = f"import sys, hanse, hanse.planning; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.HanseError, 1), (errors.EvidenceError, 1), (errors.InputError, 2), (errors.InfeasibleError, 3),
        (errors.EnvironmentFault, 4), (errors.ChainFault, 4),
    ],
)  # fmt: skip
def test_each_kind_of_error_has_its_exit_code(kind: type[errors.HanseError], code: int) -> None:
    assert kind("x").exit_code == code


def test_an_error_says_what_where_and_what_next() -> None:
    error = errors.InputError("no such machine", where="job J1", hint="add it").at("shop.json")
    assert str(error).splitlines() == ["no such machine", "  where: shop.json: job J1", "  next:  add it"]


def test_quantities_are_spoken_as_people_do() -> None:
    units = Units(time="minute", money="cent")
    assert money_text(159320, units) == "1 593.20"
    assert time_text(135, units) == "2 h 15 min"
    assert time_text(0, units) == "0 s"
    assert time_text(1500, Units()) == "1 500"


def test_ratios_are_exact_millionths() -> None:
    assert millionths(0.82, where="x") == 820_000
    assert (decimal(820_000), decimal(2_000_000)) == (0.82, 2)
    with pytest.raises(errors.InputError, match="six decimal digits"):
        millionths(0.1234567, where="x")
