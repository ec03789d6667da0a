"""A fork of a small league, shared by the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hanse.lab.fork import Bench, Fork, bench
from hanse.lab.fork import fork as forked
from hanse.ledger.store import open_ledger
from tests.lab.live import settle_down


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Fork:
    """Of a league that is closed by now."""
    home = tmp_path_factory.mktemp("league")
    with open_ledger(home / "live") as ledger:
        settle_down(ledger)
    return forked(home / "live", home / "fork")


@pytest.fixture(scope="module")
def ready(copy: Fork, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """It, put to use."""
    with bench(copy, tmp_path_factory.mktemp("bench")) as made:
        yield made
