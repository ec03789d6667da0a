"""A running network for the tests that are marked `network`; `make test-network` runs them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hanse.ledger.store import Ledger, open_ledger
from tests.network.validators import Validators
from tests.network.validators import validators as started_in
from tests.network.wires import WiredValidators, wired


@pytest.fixture
def network(validators: Validators) -> Validators:
    """Four validators that nobody may harm."""
    return validators


@pytest.fixture
def own_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Validators]:
    """Four validators of this test alone."""
    with started_in(tmp_path_factory.mktemp("network") / "four") as started:
        yield started


@pytest.fixture(scope="session")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WiredValidators]:
    """Four validators whose wires can be cut; whoever harms them heals them."""
    with wired(tmp_path_factory.mktemp("wired") / "four") as started:
        yield started


@pytest.fixture(scope="session")
def ledger(net: WiredValidators, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A league on it, which asks the first validator, and the others when that is silent."""
    urls = ",".join(one.url for one in net)
    with open_ledger(tmp_path_factory.mktemp("data"), urls, say=lambda _: None) as opened:
        yield opened
