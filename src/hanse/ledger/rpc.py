"""`RpcChain`: any EVM chain behind an http(s) address, over web3.py's HTTP provider.

Only the provider is used, not the object model above it: the questions of the port are spelled here once, and
every failure leaves as a ChainFault in plain words. Of the address only scheme, host and port are ever shown, because
hosted nodes carry their access key in the path and others a password in front of the host.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

from eth_utils.address import to_checksum_address

from hanse.errors import ChainFault
from hanse.ledger.bundles import Question, bundles
from hanse.ledger.chain import DEVELOPMENT, Call, Head, Log, NonceUsed, Receipt, Reverted, Underpriced, Unreachable
from hanse.ledger.nodes import Nodes, check_address, provided

T = TypeVar("T")

UNDERPRICED = ("underpriced", "less than block base fee", "gas price below", "gas price is below", "feetoolow")
"""How geth, anvil, Besu and Nethermind say that a fee is too low."""

ANSWER_SECONDS = 30.0

FEW = 8
"""So many receipts are asked one by one, without looking whether one block has them."""

SAY_SECONDS = 5.0
"""A chain that is silent for so long is spoken of."""


class RpcChain:
    """A chain by its address, or by those of several nodes with commas between: one is asked, and the next one when it
    is silent or stays behind the others. Nothing is asked before the first question. local: it is a process of ours,
    plain http and no proxy between. patience: seconds for which a chain that has answered before is asked again
    until it counts as silent; say: then hears in words what is waited for, and "" when it goes on. Raises InputError
    for no http(s) address."""

    def __init__(
        self,
        url: str,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        local: bool = False,
        patience: float = 0.0,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        check_address(url)
        self.url = url
        self._nodes = Nodes([provided(one, answer_seconds, local) for one in url.split(",")])
        self._client: str | None = None
        self._named = ""
        self._met = False
        self._patience, self._say = patience, say
        self._takes_bundles = True

    @property
    def name(self) -> str:
        """What may be shown of the address of the node that is asked now."""
        return self._named or self._nodes.name

    @property
    def _provider(self) -> Any:
        """web3's, or our own for a local chain, of the node that is asked now."""
        return self._nodes.provider

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name})"

    # Questions.

    @property
    def forgets(self) -> bool:
        """Only a development chain does. Of any other, a node that has fewer blocks than before lags behind."""
        return self.client().startswith(DEVELOPMENT)

    def client(self) -> str:
        if self._client is None:
            try:
                self._client = str(self._ask("web3_clientVersion", [])).lower()
            except Unreachable:
                raise
            except ChainFault:
                self._client = ""
        return self._client

    def finalized(self) -> int | None:
        try:
            found = self._ask("eth_getBlockByNumber", ["finalized", False])
        except Unreachable:
            raise
        except ChainFault:  # a chain without this notion
            return None
        return None if found is None else self._read(_head, found).number

    def chain_id(self) -> int:
        return self._number("eth_chainId")

    def height(self) -> int:
        height = self._number("eth_blockNumber")
        if self._nodes.move_on(height):
            height = max(height, self._number("eth_blockNumber"))
        return height

    def block(self, number: int) -> Head | None:
        found = self._ask("eth_getBlockByNumber", [hex(number), False])
        return None if found is None else self._read(_head, found)

    def nonce(self, address: str, block: int | None = None) -> int:
        return self._number("eth_getTransactionCount", address, "latest" if block is None else hex(block))

    def transactions(self, number: int) -> tuple[tuple[str, str, int], ...]:
        found = self._ask("eth_getBlockByNumber", [hex(number), True])
        return () if found is None else self._read(_transactions, found)

    def nonces(self, addresses: Sequence[str]) -> list[int]:
        asked: list[Question] = [("eth_getTransactionCount", [address, "latest"]) for address in addresses]
        return [self._read(_int, _good(one)) for one in self._ask_all(asked)]

    def balance(self, address: str) -> int:
        return self._number("eth_getBalance", address, "latest")

    def code(self, address: str) -> bytes:
        return self._bytes("eth_getCode", address, "latest")

    def base_fee(self) -> int | None:
        found = self._ask("eth_getBlockByNumber", ["latest", False])
        return self._read(_head, found).base_fee

    def tip(self) -> int:
        try:
            return self._number("eth_maxPriorityFeePerGas")
        except Unreachable:
            raise
        except ChainFault:  # not every node has the method; the older question always exists
            price = self._number("eth_gasPrice")
            return max(0, price - (self.base_fee() or 0))

    def estimate(self, call: Call) -> int:
        return self._number("eth_estimateGas", _wire(call))

    def estimates(self, calls: Sequence[Call]) -> list[int | ChainFault]:
        answers = self._ask_all([("eth_estimateGas", [_wire(call)]) for call in calls])
        return [one if isinstance(one, ChainFault) else self._read(_int, one) for one in answers]

    def call(self, call: Call, block: int | None = None) -> bytes:
        return self._bytes("eth_call", _wire(call), "latest" if block is None else hex(block))

    def send_raw(self, raw: bytes) -> None:
        try:
            self._ask("eth_sendRawTransaction", ["0x" + raw.hex()])
        except NonceUsed:
            raise
        except ChainFault as fault:
            if not _is_known(fault.message):
                raise

    def send_all(self, raw: Sequence[bytes]) -> list[ChainFault | None]:
        answers = self._ask_all([("eth_sendRawTransaction", ["0x" + one.hex()]) for one in raw])
        return [one if isinstance(one, ChainFault) and not _is_known(one.message) else None for one in answers]

    def receipt(self, transaction: str) -> Receipt | None:
        return self._read(_receipt, self._ask("eth_getTransactionReceipt", [transaction]))

    def receipts(self, transactions: Sequence[str]) -> list[Receipt | None]:
        found: dict[str, Receipt | None] = {}
        # go-ethereum reads the whole block again for each receipt: where one has many, all of it is asked at once.
        while len(missing := [one for one in transactions if one not in found]) > FEW:
            first = found[missing[0]] = self.receipt(missing[0])
            block = self._block_receipts(first.block) if first is not None else {}
            ours = [one for one in missing if one in block]
            found |= {one: block[one] for one in ours}
            if len(ours) <= FEW:
                break
        missing = [one for one in transactions if one not in found]
        answers = self._ask_all([("eth_getTransactionReceipt", [one]) for one in missing])
        found |= {one: self._read(_receipt, _good(told)) for one, told in zip(missing, answers, strict=True)}
        return [found[one] for one in transactions]

    def _block_receipts(self, number: int) -> dict[str, Receipt]:
        """Those of a block, nothing from a node that does not know the question."""
        try:
            answers = self._ask("eth_getBlockReceipts", [hex(number)]) or []
        except Unreachable:
            raise
        except ChainFault:
            return {}
        told = (self._read(_receipt, one) for one in answers)
        return {one.transaction: one for one in told if one is not None}

    def logs(self, addresses: tuple[str, ...], first: int, last: int) -> tuple[Log, ...]:
        question = {"address": list(addresses), "fromBlock": hex(first), "toBlock": hex(last)}
        return self._logs(question)

    def logs_of(self, addresses: tuple[str, ...], block_hash: str) -> tuple[Log, ...]:
        return self._logs({"address": list(addresses), "blockHash": block_hash})

    def _logs(self, question: dict[str, Any]) -> tuple[Log, ...]:
        found = self._ask("eth_getLogs", [question]) or []
        return tuple(sorted((self._read(_log, one) for one in found), key=lambda log: (log.block, log.index)))

    def block_fields(self, number: int) -> dict[str, Any] | None:
        """A block as the node tells it, with the hashes of its transactions; for proofs that need all of it."""
        return self._read(_fields, self._ask("eth_getBlockByNumber", [hex(number), False]))

    def receipt_fields(self, transaction: str) -> dict[str, Any]:
        """A receipt as the node tells it."""
        found = self._read(_fields, self._ask("eth_getTransactionReceipt", [transaction]))
        if found is None:
            raise ChainFault("the chain has lost this transaction", where=transaction, hint="ask again")
        return found

    def peers(self) -> int:
        """How many other nodes the one that is asked is connected with."""
        return self._number("net_peerCount")

    def close(self) -> None:
        """Lets go of connections that are kept."""
        self._nodes.close()

    # Asking.

    def _ask(self, method: str, params: list[Any]) -> Any:
        """The result of one request, asked again as long as patience lasts. Raises Unreachable, Reverted, NonceUsed,
        Underpriced, ChainFault."""
        begun, pause, said = time.monotonic(), 0.1, False
        while True:
            try:
                answer = self._ask_nodes(method, params)
            except Unreachable as silence:
                left = begun + self._patience - time.monotonic()
                if left <= 0 or not self._met:
                    raise
                if not said and time.monotonic() - begun > SAY_SECONDS:
                    self._say(f"{silence.message}; it is waited for, and nothing is lost")
                    said = True
                time.sleep(min(pause, left))
                pause = min(2 * pause, 2.0)
            else:
                self._met = True
                if said:
                    self._say("")
                return answer

    def _ask_nodes(self, method: str, params: list[Any]) -> Any:
        """The result, by the first node that answers."""
        for _ in range(len(self._nodes) - 1):
            with suppress(Unreachable):
                return self._ask_node(method, params)
            self._nodes.next()
        try:
            return self._ask_node(method, params)
        except Unreachable:
            self._nodes.next()
            raise

    def _ask_node(self, method: str, params: list[Any]) -> Any:
        try:
            answer = self._nodes.ask(method, params)
        except ValueError:
            answer = None
        return _good(self._opened(method, answer))

    def _opened(self, method: str, answer: Any) -> Any:
        """The result in an answer, or the fault that it tells of. Raises ChainFault if it is no answer."""
        if not isinstance(answer, dict) or ("result" not in answer and "error" not in answer):
            raise ChainFault(
                f"what answers at {self.name} is not an Ethereum node",
                where=method,
                hint="the address must be of a JSON-RPC endpoint",
            )
        return self._fault(method, answer["error"]) if answer.get("error") else answer["result"]

    def _ask_all(self, questions: list[Question]) -> list[Any]:
        """The results of many requests, a few hundred at a time; a fault in the place of each that was refused. Raises
        Unreachable."""
        found: list[Any] = []
        for bundle in bundles(questions):
            answers = self._bundle(bundle) if self._takes_bundles and len(bundle) > 1 else None
            found += self._one_by_one(bundle) if answers is None else answers
        return found

    def _one_by_one(self, questions: list[Question]) -> list[Any]:
        found: list[Any] = []
        for method, params in questions:
            try:
                found.append(self._ask(method, params))
            except Unreachable:
                raise
            except ChainFault as fault:
                found.append(fault)
        return found

    def _bundle(self, questions: list[Question]) -> list[Any] | None:
        """The answers to a JSON-RPC batch. None without any: asked one by one there is patience, and there are other
        nodes; and from a node that takes no batches, which is not asked for one again."""
        try:
            answers = self._nodes.ask_all(questions)
        except Unreachable:
            return None
        except (ValueError, TypeError, KeyError):
            answers = None
        if not isinstance(answers, list) or len(answers) != len(questions):
            self._takes_bundles = False
            return None
        self._met = True
        return [self._opened(method, answer) for (method, _), answer in zip(questions, answers, strict=True)]

    def _fault(self, method: str, error: Any) -> ChainFault:
        message = str(error.get("message", error) if isinstance(error, dict) else error)
        data = _revert_data(error)
        if data is not None or "revert" in message.lower():
            from hanse.ledger.contracts import explain

            return Reverted(explain(data or b""), data or b"", where=method)
        if "nonce too low" in message.lower() or "nonce below" in message.lower():
            return NonceUsed("the chain already has a transaction with this nonce", where=method)
        if "replacement" in message.lower():  # our own bids rise by more than nodes ask for
            return NonceUsed("somebody else's transaction with this nonce waits for a block", where=method)
        if any(words in message.lower() for words in UNDERPRICED):
            return Underpriced(f"the chain at {self.name} asks for a higher fee: {message}", where=method)
        hint = ""
        if "insufficient" in message.lower():
            hint = "the sending account has too little gas money: give a funder key in HANSE_FUNDER_KEY"
        return ChainFault(f"the chain at {self.name} refused: {message}", where=method, hint=hint)

    def _number(self, method: str, *params: Any) -> int:
        return self._read(_int, self._ask(method, list(params)))

    def _bytes(self, method: str, *params: Any) -> bytes:
        return self._read(_hex, self._ask(method, list(params)))

    def _read(self, reader: Callable[[Any], T], value: Any) -> T:
        try:
            return reader(value)
        except (TypeError, ValueError, KeyError, AttributeError):
            raise ChainFault(
                f"the node at {self.name} answered something that is not Ethereum's form", hint="is it an EVM node?"
            ) from None


def _good(answer: Any) -> Any:
    if isinstance(answer, ChainFault):
        raise answer
    return answer


def _is_known(message: str) -> bool:
    """Whether a node refuses a transaction only because it has it: anvil, geth, Besu and Nethermind differ in words."""
    return any(word in message.lower() for word in ("already known", "already imported", "alreadyknown", "known trans"))


def _revert_data(error: Any) -> bytes | None:
    """The contract's reason in an error of a node, wherever that kind of node puts it."""
    found = error.get("data") if isinstance(error, dict) else None
    for _ in range(3):
        if isinstance(found, dict):
            found = found.get("data", found.get("result"))
    if isinstance(found, str):
        start = found.find("0x")
        try:
            return bytes.fromhex(found[start + 2 :]) if start >= 0 else None
        except ValueError:
            return None
    return None


def _wire(call: Call) -> dict[str, str]:
    wire = {"from": call.sender, "data": "0x" + call.data.hex(), "value": hex(call.value)}
    return wire if call.to is None else {**wire, "to": call.to}


@lru_cache(maxsize=4096)
def _checksummed(address: str) -> str:
    """The same few addresses are in all events, and their checksum is a hash."""
    return str(to_checksum_address(address))


def _int(value: Any) -> int:
    return int(value, 16)


def _hex(value: Any) -> bytes:
    return bytes.fromhex(value.removeprefix("0x"))


def _fields(found: Any) -> dict[str, Any] | None:
    return None if found is None else dict(found)


def _head(found: Any) -> Head:
    fee = found.get("baseFeePerGas")
    return Head(
        number=_int(found["number"]),
        hash=found["hash"],
        timestamp=_int(found["timestamp"]),
        base_fee=None if fee is None else _int(fee),
        parent=found.get("parentHash", ""),
        difficulty=_int(found.get("difficulty", "0x0")),
        mix=found.get("mixHash", ""),
        extra=_hex(found.get("extraData", "0x")),
    )


def _transactions(found: Any) -> tuple[tuple[str, str, int], ...]:
    return tuple((one["hash"], _checksummed(one["from"]), _int(one["nonce"])) for one in found["transactions"])


def _log(found: Any) -> Log:
    return Log(
        address=_checksummed(found["address"]),
        topics=tuple(_hex(topic) for topic in found["topics"]),
        data=_hex(found["data"]),
        block=_int(found["blockNumber"]),
        index=_int(found["logIndex"]),
        transaction=found["transactionHash"],
        block_hash=found.get("blockHash") or "",
    )


def _receipt(found: Any) -> Receipt | None:
    # A node may name a receipt before its block is final enough to have a number.
    if found is None or found.get("blockNumber") is None:
        return None
    made = found.get("contractAddress")
    return Receipt(
        transaction=found["transactionHash"],
        block=_int(found["blockNumber"]),
        block_hash=found["blockHash"],
        ok=_int(found["status"]) == 1,
        gas=_int(found["gasUsed"]),
        contract=_checksummed(made) if made else None,
        logs=tuple(_log(log) for log in found["logs"]),
    )
