"""One chain for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hanse.ledger.store import open_ledger
from tests.identity.firm import Firm


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    with open_ledger(tmp_path_factory.mktemp("identities")) as ledger:
        yield Firm(ledger)
