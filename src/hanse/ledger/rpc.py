"""`RpcChain`: any EVM chain behind an http(s) address, over web3.py's HTTP provider.

Only the provider is used, not the object model above it: the thirteen questions of the port are spelled here once, and
every failure leaves as a ChainFault in plain words. Of the address only scheme, host and port are ever shown, because
hosted nodes carry their access key in the path and others a password in front of the host.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from eth_utils.address import to_checksum_address

from hanse.errors import ChainFault, InputError
from hanse.ledger.chain import Call, Head, Log, NonceUsed, Receipt, Reverted, Unreachable

T = TypeVar("T")

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 30.0


class RpcChain:
    """A chain by its address. Nothing is asked before the first question. local: it is a process of ours, plain http
    and no proxy between. Raises InputError for no http(s) address."""

    def __init__(self, url: str, *, answer_seconds: float = ANSWER_SECONDS, local: bool = False) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(
                "the address of a chain starts with http:// or https:// and names a host",
                where="--chain",
                hint="for example http://localhost:8545; leave it out to use Hanse's own chain",
            )
        self.name, self.url = public_name(url), url
        self._provider, self._failures = _provider(url, answer_seconds, local)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name})"

    # Questions.

    def chain_id(self) -> int:
        return self._number("eth_chainId")

    def height(self) -> int:
        return self._number("eth_blockNumber")

    def block(self, number: int) -> Head | None:
        found = self._ask("eth_getBlockByNumber", [hex(number), False])
        return None if found is None else self._read(_head, found)

    def nonce(self, address: str) -> int:
        return self._number("eth_getTransactionCount", address, "latest")

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

    def receipt(self, transaction: str) -> Receipt | None:
        found = self._ask("eth_getTransactionReceipt", [transaction])
        # A node may name a receipt before its block is final enough to have a number.
        return None if found is None or found.get("blockNumber") is None else self._read(_receipt, found)

    def logs(self, addresses: tuple[str, ...], first: int, last: int) -> tuple[Log, ...]:
        question = {"address": list(addresses), "fromBlock": hex(first), "toBlock": hex(last)}
        found = self._ask("eth_getLogs", [question]) or []
        return tuple(sorted((self._read(_log, one) for one in found), key=lambda log: (log.block, log.index)))

    def close(self) -> None:
        """Nothing to let go of: idle connections end by themselves."""

    # Asking.

    def _ask(self, method: str, params: list[Any]) -> Any:
        """The result of one request. Raises Unreachable, Reverted, NonceUsed, ChainFault."""
        try:
            answer = self._provider.make_request(method, params)
        except self._failures as failure:
            raise Unreachable(
                f"the chain at {self.name} does not answer ({_plain(failure)})",
                where=method,
                hint="is the node running, and is the address right?",
            ) from None  # the original names the whole address, access key included
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or ("result" not in answer and "error" not in answer):
            raise ChainFault(
                f"what answers at {self.name} is not an Ethereum node",
                where=method,
                hint="the address must be of a JSON-RPC endpoint",
            )
        if answer.get("error"):
            raise self._fault(method, answer["error"])
        return answer["result"]

    def _fault(self, method: str, error: Any) -> ChainFault:
        message = str(error.get("message", error) if isinstance(error, dict) else error)
        data = _revert_data(error)
        if data is not None or "revert" in message.lower():
            from hanse.ledger.contracts import explain

            return Reverted(explain(data or b""), data or b"", where=method)
        if "nonce too low" in message.lower() or "nonce below" in message.lower():
            return NonceUsed("the chain already has a transaction with this nonce", where=method)
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


def public_name(url: str) -> str:
    """Scheme, host and port of an address: all of it that may be shown."""
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.scheme}://{parts.hostname}{port}"


def _provider(url: str, answer_seconds: float, local: bool) -> tuple[Any, tuple[type[Exception], ...]]:
    """What asks, and what it raises if there is no answer."""
    if local:
        from urllib3.exceptions import HTTPError

        from hanse.ledger.local import LocalProvider

        parts = urlsplit(url)
        kept = LocalProvider(parts.hostname or "", parts.port or 80, CONNECT_SECONDS, answer_seconds)
        return kept, (HTTPError, OSError)
    # Imported here because web3 takes half a second, and only whoever talks to a foreign chain should wait for it.
    from requests.exceptions import RequestException
    from web3.providers.rpc import HTTPProvider

    provider = HTTPProvider(
        url,
        request_kwargs={"timeout": (CONNECT_SECONDS, answer_seconds)},
        exception_retry_configuration=None,  # repeating is the outbox's business: it knows what is safe to repeat
    )
    return provider, (RequestException, OSError)


def _plain(failure: Exception) -> str:
    """The kind of a network failure, without the address that its own text would give away."""
    name = type(failure).__name__
    words = {
        "ConnectTimeout": "no connection in time",
        "ReadTimeout": "no answer in time",
        "ReadTimeoutError": "no answer in time",
        "SSLError": "the encrypted connection failed",
        "JSONDecodeError": "the answer is not JSON",
    }
    if name == "HTTPError":
        return f"HTTP status {getattr(getattr(failure, 'response', None), 'status_code', 'unknown')}"
    return words.get(name, "no connection")


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


def _int(value: Any) -> int:
    return int(value, 16)


def _hex(value: Any) -> bytes:
    return bytes.fromhex(value.removeprefix("0x"))


def _head(found: Any) -> Head:
    fee = found.get("baseFeePerGas")
    return Head(_int(found["number"]), found["hash"], _int(found["timestamp"]), None if fee is None else _int(fee))


def _log(found: Any) -> Log:
    return Log(
        address=to_checksum_address(found["address"]),
        topics=tuple(_hex(topic) for topic in found["topics"]),
        data=_hex(found["data"]),
        block=_int(found["blockNumber"]),
        index=_int(found["logIndex"]),
        transaction=found["transactionHash"],
    )


def _receipt(found: Any) -> Receipt:
    made = found.get("contractAddress")
    return Receipt(
        transaction=found["transactionHash"],
        block=_int(found["blockNumber"]),
        block_hash=found["blockHash"],
        ok=_int(found["status"]) == 1,
        gas=_int(found["gasUsed"]),
        contract=to_checksum_address(made) if made else None,
        logs=tuple(_log(log) for log in found["logs"]),
    )
