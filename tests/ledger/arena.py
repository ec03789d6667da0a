"""A token and the rounds contract alone on a real chain, whose time stands still between transactions.

Anyone can act, hostile actors included: the chain takes transactions without signatures here, and nobody pays for gas.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Sequence
from secrets import token_bytes
from typing import Any

from hanse.ledger.chain import Call
from hanse.ledger.contracts import Event, contract, role
from hanse.ledger.embedded import EmbeddedChain
from hanse.model.keccak import keccak

PROBLEM, TARGETS, DOCUMENT, EVIDENCE, REASON = (keccak(name) for name in (b"p", b"t", b"d", b"e", b"r"))
BASELINE, TARGET = 100, 60
"""Of every demand."""

ADMIN, JUDGE, SPONSOR = ("0x" + f"{number:02x}" * 20 for number in (0xAD, 0x1D, 0x59))


class Refused(Exception):
    """The contract refused the transaction."""


class Arena:
    """The token and the rounds; `now` is the time of the newest block."""

    def __init__(self, chain: EmbeddedChain) -> None:
        self.chain = chain
        chain._ask("anvil_autoImpersonateAccount", [True])
        newest = chain.block(chain.height())
        assert newest is not None
        self.now = max(int(time.time()), newest.timestamp) + 10
        self.at: dict[str, str] = {}
        self.deploy("LeagueToken", "Cent", "HNS", ADMIN)
        self.deploy("Rounds", ADMIN, self.at["LeagueToken"])
        self.act(ADMIN, "LeagueToken", "grantRole", role("MINTER_ROLE"), ADMIN)
        self.act(ADMIN, "Rounds", "grantRole", role("COORDINATOR_ROLE"), SPONSOR)
        self.act(ADMIN, "Rounds", "appoint", JUDGE)

    def deploy(self, name: str, *arguments: Any) -> None:
        receipt = self._send(ADMIN, None, contract(name).creation(*arguments))
        self.at[name] = receipt["contractAddress"]

    def act(self, sender: str, name: str, function: str, *arguments: Any) -> list[Event]:
        """Sends a transaction, one second after the newest block, and tells its events. Raises Refused."""
        receipt = self._send(sender, self.at[name], contract(name).encode(function, *arguments))
        if int(receipt["status"], 16) == 0:
            raise Refused(f"{function}{arguments}")
        found = self.chain.receipt(receipt["transactionHash"])
        assert found is not None
        names = {address.lower(): one for one, address in self.at.items()}
        told = (contract(names[log.address.lower()]).event(log) for log in found.logs)
        return [event for event in told if event is not None]

    def read(self, name: str, function: str, *arguments: Any) -> Any:
        data = contract(name).encode(function, *arguments)
        return contract(name).decode(function, self.chain.call(Call(ADMIN, self.at[name], data)))

    def later(self, seconds: int) -> None:
        """The next transaction is so much later."""
        self.now += seconds

    def fund(self, account: str, amount: int) -> None:
        """Gives an account money and puts it all down as its stake."""
        self.act(ADMIN, "LeagueToken", "mint", account, amount, token_bytes(32))
        self.act(account, "LeagueToken", "approve", self.at["Rounds"], 2**255)
        self.act(account, "Rounds", "deposit", amount)

    def free(self, account: str) -> int:
        return int(self.read("Rounds", "free", account))

    def balance(self, account: str) -> int:
        return int(self.read("LeagueToken", "balanceOf", account))

    def seal(self, round_: int, solver: str, claim: bytes, salt: bytes) -> bytes:
        return bytes(self.read("Rounds", "seal", round_, solver, keccak(claim), EVIDENCE, salt))

    def _send(self, sender: str, to: str | None, data: bytes) -> dict[str, Any]:
        self.now += 1
        self.chain._ask("evm_setNextBlockTimestamp", [self.now])
        transaction = {"from": sender, "data": "0x" + data.hex(), "gas": hex(10_000_000), "gasPrice": "0x0"}
        name = self.chain._ask("eth_sendTransaction", [transaction | ({"to": to} if to else {})])
        while (receipt := self.chain._ask("eth_getTransactionReceipt", [name])) is None:
            time.sleep(0.001)
        answer: dict[str, Any] = receipt
        return answer


def terms(demands: int, **changes: Any) -> tuple[Any, ...]:
    """Terms of a round as the contract's struct, with windows of 40 seconds."""
    said = {
        "problem": PROBLEM, "targets": TARGETS, "document": DOCUMENT, "baseline": demands * BASELINE,
        "target": demands * TARGET, "least": 0, "pot": 8_000, "bond": 1_001, "commit": 40, "reveal": 40,
        "challenge": 40, "demands": demands, "most": 64, "first_wins": False,
    }  # fmt: skip
    return tuple((said | changes).values())


def words_of(covered: int, demands: int) -> list[int]:
    """A bitmap of demands as words."""
    return [covered >> 256 * place & (2**256 - 1) for place in range(-(-demands // 256))]


def claim_bytes(
    covered: Sequence[int],
    value: int,
    baseline: int,
    target: int,
    *,
    problem: bytes = PROBLEM,
    targets: bytes = TARGETS,
    bound: int = 2,
) -> bytes:
    """An encoded claim about a part; its trees are of no matter here, and its sums prove a bound of two."""
    node = keccak(b"node")
    cover = keccak(b"".join(word.to_bytes(32, "big") for word in covered))
    return struct.pack(
        ">B32s32s32s32s3QQ32sI32s3Q32sQIQ", 1, problem, targets, cover, node,
        value - value // 3, value // 3, 7, 99, node, 3, node, 2_000, baseline, target, node, 500, 1_000, bound,
    )  # fmt: skip
