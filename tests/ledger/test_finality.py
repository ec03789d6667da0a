"""From which depth on blocks count, by what the blocks themselves say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import ChainFault, InputError
from hanse.ledger.chain import Head
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.finality import ISTANBUL, MOST_DEPTH, finality, parse, recognised, validators
from hanse.ledger.rpc import RpcChain
from tests.ledger.memory import MemoryChain

ZERO = "0x" + "00" * 32


def head(number: int, *, difficulty: int = 0, mix: str = ZERO, extra: bytes = b"") -> Head:
    return Head(number, ZERO, 0, 0, ZERO, difficulty, mix, extra)


def listing(count: int) -> Head:
    """A Clique block that lists so many validators."""
    return head(0, difficulty=1, extra=bytes(32 + 20 * count + 65))


SEALED = head(7, difficulty=2, extra=bytes(97))


@pytest.mark.parametrize(("count", "depth"), [(1, 1), (3, 2), (4, 3), (5, 3), (7, 4), (100, 51)])
def test_clique_wants_more_than_half_of_its_validators_upon_a_block(count: int, depth: int) -> None:
    found = recognised("geth/v1.13.15", SEALED, listing(count))
    assert (found.engine, found.depth, found.at_once) == ("clique", depth, False)
    assert str(count) in found.why


@pytest.mark.parametrize("client", ["besu/v24.1", "geth/quorum", ""])
def test_qbft_is_final_at_once(client: str) -> None:
    assert recognised(client, head(7, difficulty=1, mix=ISTANBUL), None).at_once


@pytest.mark.parametrize("client", ["anvil/v1.7.1", "hardhatnetwork/2", "ganache/7"])
def test_a_development_chain_is_final_at_once(client: str) -> None:
    found = recognised(client, head(7), head(0))
    assert (found.engine, found.depth) == ("development", 0)


def test_what_is_not_recognised_is_waited_for() -> None:
    for one in (head(7, difficulty=1), head(7, difficulty=131_072, extra=bytes(97)), SEALED):
        found = recognised("geth/v1.13.15", one, head(0))
        assert (found.engine, found.depth) == ("unknown", 12)


@given(st.binary(max_size=400))
def test_no_extra_data_is_too_strange(extra: bytes) -> None:
    count = validators(extra)
    assert count == 0 or len(extra) == 32 + 65 + 20 * count


def test_our_own_chain_and_a_strangers_anvil_are_recognised(chain: EmbeddedChain, foreign_chain: str) -> None:
    assert finality(chain).at_once
    assert finality(RpcChain(foreign_chain, local=True)).at_once


class Sealing(MemoryChain):
    """Says of its blocks what Clique does, or knows the tag `finalized`."""

    forgets = False
    tag: int | None = None

    def finalized(self) -> int | None:
        return self.tag

    def height(self) -> int:
        return 100

    def block(self, number: int) -> Head | None:
        return listing(4) if number == 0 else SEALED

    client: Callable[[], str] = staticmethod(lambda: "geth/v1.13.15")


def test_the_newest_final_block_is_told() -> None:
    chain = Sealing()
    assert finality(chain).height(chain) == 97
    assert finality(chain).height(chain, 1) == -1
    assert finality(chain, "6").height(chain) == 94
    assert finality(chain, "0").at_once
    chain.tag = 64
    assert finality(chain, "finalized").height(chain) == 64
    chain.tag = None
    assert finality(chain, "finalized").height(chain) == -1


def test_a_chain_that_calls_blocks_final_itself_is_believed_where_nothing_else_is_known() -> None:
    class Staking(Sealing):
        tag = 64

        def block(self, number: int) -> Head | None:
            return head(number)

    chain = Staking()
    found = finality(chain)
    assert (found.engine, found.depth, found.height(chain)) == ("finalizing", None, 64)

    class Refusing(Staking):
        def finalized(self) -> int | None:
            raise ChainFault("unknown block")

    assert finality(Refusing()).engine == "unknown"


@pytest.mark.parametrize("said", ["", "soon", "-1", "1.5", str(MOST_DEPTH + 1), "٣", "AUTO"])
def test_other_words_are_refused(said: str) -> None:
    with pytest.raises(InputError, match="how final"):
        parse(said)
