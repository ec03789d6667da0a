"""The API, asked in the name of one visitor, without leaving the process.

The same requests as from outside: the same rights, the same checks, the same errors, the same limits. So a page cannot
show or do what its visitor may not, whatever we get wrong here.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI
from pydantic import BaseModel, TypeAdapter

from hanse.app.api import shapes
from hanse.app.api.callers import COOKIE, CSRF_HEADER
from hanse.app.api.sessions import csrf_of
from hanse.app.client import Refused
from hanse.errors import EnvironmentFault

S = TypeVar("S", bound=BaseModel)

SECONDS = 60.0
"""So long a page waits for the ledger before it says that it takes long."""


class Door:
    """token: of the visitor's session; address: of its machine, whose requests are counted."""

    def __init__(self, app: FastAPI, origin: str, token: str, address: str) -> None:
        self.origin = origin
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, client=(address, 0)),
            base_url=f"{origin}/api/v1/",
            headers={CSRF_HEADER: csrf_of(token), "Cookie": f"{COOKIE}={token}"},
            timeout=SECONDS,
            trust_env=False,
        )

    async def get(self, path: str, shape: type[S], **params: Any) -> S:
        """One thing. Raises Refused."""
        return shape.model_validate_json((await self._ask("GET", path, params=params)).content)

    async def json(self, path: str, **params: Any) -> Any:
        """A document that is no shape: a problem, a plan. Raises Refused."""
        return (await self._ask("GET", path, params=params)).json()

    async def bytes(self, path: str) -> bytes:
        """As it is. Raises Refused."""
        return (await self._ask("GET", path)).content

    async def all(self, path: str, shape: type[S], *, most: int = 2_000, **params: Any) -> list[S]:
        """A list, whole, or its first `most`. Raises Refused."""
        reader = _list_of(shape)
        found: list[S] = []
        cursor = None
        while len(found) < most:
            asked = {**params, "limit": 200, **({"cursor": cursor} if cursor else {})}
            page = (await self._ask("GET", path, params=asked)).json()
            found += reader.validate_python(page["items"])
            cursor = page["next"]
            if cursor is None:
                break
        return found[:most]

    async def some(self, path: str, shape: type[S], **params: Any) -> list[S]:
        """A plain list. Raises Refused."""
        return _list_of(shape).validate_json((await self._ask("GET", path, params=params)).content)

    async def maybe(self, path: str, shape: type[S], **params: Any) -> S | None:
        """One thing, None if it is not there or not for the visitor."""
        try:
            return await self.get(path, shape, **params)
        except Refused as refusal:
            if refusal.status == 404:
                return None
            raise

    async def health(self) -> shapes.Health:
        """Whether every part of the service does its turns."""
        return shapes.Health.model_validate_json((await self._http.get(f"{self.origin}/ready")).content)

    async def ask(self, method: str, path: str, shape: type[S], body: Mapping[str, Any] | None = None) -> S:
        """What is no write to the ledger: invitations, signatures, audits. Raises Refused."""
        return shape.model_validate_json((await self._ask(method, path, json=body)).content)

    async def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
        """What is no write to the ledger and has no answer: who may read a file. Raises Refused."""
        await self._ask(method, path, json=body)

    async def write(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None
    ) -> shapes.ActionNow:
        """A write, taken. key: names the intention; the same key does nothing twice. Raises Refused."""
        headers = {"Idempotency-Key": key or secrets.token_hex(16)}
        return shapes.ActionNow.model_validate_json((await self._ask(method, path, json=body, headers=headers)).content)

    async def settled(self, action: shapes.ActionNow) -> shapes.ActionNow:
        """The same action when the ledger has it, or has refused it, or a minute is over."""
        pause, waited = 0.02, 0.0
        while action.state == "stored" and waited < SECONDS:
            await asyncio.sleep(pause)
            waited += pause
            pause = min(0.25, 1.5 * pause)
            action = await self.get(f"actions/{action.id}", shapes.ActionNow)
        return action

    async def _ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        try:
            answer = await self._http.request(method, path, **how)
        except httpx.HTTPError as failure:
            raise EnvironmentFault(f"no answer ({type(failure).__name__})", where=path) from None
        if answer.status_code >= 400:
            raise Refused(answer.status_code, shapes.Problem.model_validate_json(answer.content))
        return answer


@cache
def _list_of(shape: type[S]) -> TypeAdapter[list[S]]:
    return TypeAdapter(list[shape])  # type: ignore[valid-type]
