"""What every part of the client stands on: asking, answers read as shapes, refusals as errors, writes followed."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from hanse.app.api import shapes
from hanse.app.api.problems import MEDIA_TYPE
from hanse.app.client import signing
from hanse.errors import EnvironmentFault, HanseError, InfeasibleError, InputError

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

S = TypeVar("S", bound=BaseModel)

SECONDS = 60.0
"""Longest wait for the ledger."""

AGAIN_SECONDS = 10.0
"""So long a service that has answered before may be away, for what does nothing twice: a proxy needs a moment to find
another server when one dies, and a server to come back."""

AWAY = (502, 503, 504)
"""What proxies say then. The service's own 503 is a problem by name, and its asker's to judge."""


class How(TypedDict, total=False):
    """How a write is made. wait: until the ledger has it (the default), or only until nothing can lose it; key: names
    the intention, and the same key does nothing twice; left out, a new one."""

    wait: bool
    key: str | None


class Refused(HanseError):
    """The service refused. status: of HTTP; problem: all it said."""

    def __init__(self, status: int, problem: shapes.Problem) -> None:
        super().__init__(problem.detail, where=problem.where, hint=problem.hint)
        self.status, self.problem = status, problem
        self.exit_code = {422: InputError, 503: EnvironmentFault}.get(status, HanseError).exit_code
        if problem.title == "no plan exists":
            self.exit_code = InfeasibleError.exit_code


@dataclass(frozen=True, slots=True)
class Dated:
    """Of an answer. block: the ledger's that it has seen at least; final: the newest of those that will not be
    replaced; chain: `well`, or what is wrong with it (`shapes.ChainNow.state`). -1 and "" if it was not said."""

    block: int
    final: int
    chain: str


class Connection:
    """Asks the service at `url`, as whoever is signed in. seconds: longest wait for an answer; transport: for tests."""

    def __init__(self, url: str, *, seconds: float, transport: httpx.BaseTransport | None) -> None:
        if not url.startswith(("http://", "https://")):
            raise InputError(f"{url!r} is no http(s) URL", where="--url", hint="e.g. https://league.example")
        self.url = url.rstrip("/")
        # Reading all certificates takes a while, and is for nothing without TLS.
        tls = self.url.startswith("https")
        self._http = httpx.Client(base_url=self.url, timeout=seconds, transport=transport, trust_env=False, verify=tls)
        self._met = False
        self._csrf = ""
        self._wallet: LocalAccount | None = None
        self.standing = Dated(-1, -1, "")
        """Of which block the last answer was, and how final that is."""

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    def close(self) -> None:
        """Lets go of the connection; the session stays until it is over or `sign_out`."""
        self._http.close()

    # Writes, followed.

    def action(self, id: str) -> shapes.ActionNow:
        """What became of a write."""
        return self._get(f"actions/{id}", shapes.ActionNow)

    def actions(self, limit: int = 20) -> list[shapes.ActionNow]:
        """Your newest writes."""
        return self._list("actions", shapes.ActionNow, {"limit": limit})

    def wait(self, action: shapes.ActionNow, *, seconds: float = SECONDS) -> shapes.ActionNow:
        """Until the ledger has it. Raises HanseError if it failed, EnvironmentFault if it takes too long."""
        until, pause = time.monotonic() + seconds, 0.01
        while action.state == "stored":
            if time.monotonic() > until:
                raise EnvironmentFault("the ledger takes long; it is not lost", where=f"action {action.id}")
            time.sleep(pause)
            pause = min(0.25, 1.5 * pause)
            action = self.action(action.id)
        if action.state == "failed":
            raise HanseError(action.reason, where=f"{action.what}, action {action.id}", hint="nothing was changed")
        return action

    def _write(
        self, method: str, path: str, body: Any, *, wait: bool = True, key: str | None = None
    ) -> shapes.ActionNow:
        """wait, key: as in `How`."""
        headers = {"Idempotency-Key": key or secrets.token_hex(16)}
        action = read(self._ask(method, path, json=body, headers=headers), shapes.ActionNow)
        if action.state == "to sign" and self._wallet is not None:
            signed = [signing.transaction(self._wallet, one) for one in action.sign]
            # They are taken once, whatever the key.
            answer = self._ask("POST", f"actions/{action.id}/signed", json={"signed": signed}, headers=headers)
            action = read(answer, shapes.ActionNow)
        return self.wait(action) if wait else action

    # Asking.

    def _ask(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The answer. What does nothing twice (a question, a write under a key) is asked again while a service that has
        answered before is away. Raises Refused, EnvironmentFault."""
        carried = {**(headers or {}), **({"X-Hanse-CSRF": self._csrf} if self._csrf else {})}
        again = self._met and (method == "GET" or "Idempotency-Key" in carried)
        until, pause = time.monotonic() + (AGAIN_SECONDS if again else 0.0), 0.1
        while True:
            try:
                answer = self._http.request(
                    method, f"/api/v1/{path}", json=json, params=params, content=content, headers=carried
                )
            except httpx.HTTPError as failure:
                said, hint = f"the service does not answer ({type(failure).__name__})", "is it running?"
                away = not isinstance(failure, httpx.TimeoutException)
            else:
                if answer.status_code < 400 or answer.headers.get("content-type", "").startswith(MEDIA_TYPE):
                    return self._taken(answer)
                said, hint = f"what answers is no Hanse service (status {answer.status_code})", "check the URL"
                away = answer.status_code in AWAY
            if not away or time.monotonic() > until:
                raise EnvironmentFault(said, where=self.url, hint=hint)
            time.sleep(pause)
            pause = min(1.0, 2 * pause)

    def _taken(self, answer: httpx.Response) -> httpx.Response:
        self.standing, self._met = _standing(answer), True
        if answer.status_code < 400:
            return answer
        raise Refused(answer.status_code, read(answer, shapes.Problem))

    def _get(self, path: str, shape: type[S], params: Any = None) -> S:
        return read(self._ask("GET", path, params=params), shape)

    def _post(self, path: str, body: Any, shape: type[S]) -> S:
        return read(self._ask("POST", path, json=body), shape)

    def _list(self, path: str, shape: type[S], params: Any = None) -> list[S]:
        """A list that comes whole."""
        told = self._ask("GET", path, params=params).json()
        return TypeAdapter(list[shape]).validate_python(told)  # type: ignore[valid-type]

    def _document(self, path: str, params: Any = None) -> dict[str, Any]:
        """A file in one of Hanse's formats, as it is."""
        found: dict[str, Any] = self._ask("GET", path, params=params).json()
        return found

    def _all(self, path: str, shape: type[S], params: Mapping[str, Any] | None = None) -> Iterator[S]:
        """A list that comes in parts, each asked for when it is needed."""
        reader, cursor = TypeAdapter(list[shape]), None  # type: ignore[valid-type]
        while True:
            asked = {**(params or {}), "limit": 200, **({"cursor": cursor} if cursor else {})}
            page = self._ask("GET", path, params=asked).json()
            yield from reader.validate_python(page["items"])
            cursor = page["next"]
            if cursor is None:
                return


def read(answer: httpx.Response, shape: type[S]) -> S:
    """An answer as its shape. Raises EnvironmentFault if it has another form."""
    try:
        return shape.model_validate_json(answer.content)
    except ValidationError:
        raise EnvironmentFault(
            "the service answers in a form that this version does not know", where=str(answer.url), hint="update Hanse"
        ) from None


def said(**values: Any) -> dict[str, Any]:
    """Parameters of a question, without those that are None."""
    return {name: value for name, value in values.items() if value is not None}


def _standing(answer: httpx.Response) -> Dated:
    told = answer.headers
    block, final = (told.get(f"x-hanse-{name}", "-1") for name in ("block", "final"))
    return Dated(int(block), int(final), told.get("x-hanse-chain", ""))
