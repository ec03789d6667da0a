"""Errors as people's programs meet them: RFC 9457 problem+json, mapped from the one tree of errors in one place.

Every HanseError has a status here, directly or by its nearest listed ancestor; a test walks the tree. What is no
HanseError is a bug: its words stay in the log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hanse.errors import (
    ChainFault,
    EnvironmentFault,
    EvidenceError,
    HanseError,
    InfeasibleError,
    InputError,
)
from hanse.ledger.chain import NonceUsed, Reverted, Unreachable
from hanse.ledger.succession import LeagueMoved

MEDIA_TYPE = "application/problem+json"


class NotSignedIn(InputError):
    """Nobody is signed in, or no longer."""


class NotAllowed(InputError):
    """Whoever is signed in may not do this."""


class NotThere(InputError):
    """There is no such thing, or the caller may not know of it."""


class Conflict(InputError):
    """It contradicts what is already there."""


class Sealed(InputError):
    """The caller's key is locked: sign in with the pass-phrase again."""


class TooMuch(InputError):
    """The body is larger than the service takes."""


class TooOften(InputError):
    """More requests than one account or address may send."""


class WrongForm(InputError):
    """The request is not of the form the OpenAPI document describes. errors: each fault, with its place."""

    def __init__(self, message: str, errors: list[dict[str, str]], *, where: str = "", hint: str = "") -> None:
        super().__init__(message, where=where, hint=hint)
        self.errors = errors


STATUSES: Mapping[type[HanseError], tuple[int, str]] = {
    HanseError: (409, "refused"),
    InputError: (422, "bad input"),
    InfeasibleError: (409, "no plan exists"),
    EnvironmentFault: (503, "not available now"),
    ChainFault: (503, "the chain is not available now"),
    Unreachable: (503, "the chain does not answer"),
    Reverted: (409, "the contract refused"),
    NonceUsed: (409, "another transaction came first"),
    EvidenceError: (409, "the evidence does not agree"),
    NotSignedIn: (401, "sign in first"),
    NotAllowed: (403, "not allowed"),
    NotThere: (404, "not there"),
    Conflict: (409, "contradicts what is there"),
    Sealed: (423, "the key is locked"),
    TooMuch: (413, "too much"),
    TooOften: (429, "too often"),
    LeagueMoved: (409, "the league goes on elsewhere"),
    WrongForm: (422, "not of the described form"),
}


def status_of(error: HanseError) -> tuple[int, str]:
    """Status and title: of the nearest class that has one."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def problem(error: HanseError, request: str) -> dict[str, Any]:
    """The document. request: its id in the log. Where on this machine something went wrong is nobody's business: of
    faults of the machine the place stays in the log."""
    status, title = status_of(error)
    where = "" if isinstance(error, EnvironmentFault) and not isinstance(error, Reverted) else error.where
    document: dict[str, Any] = {
        "type": f"/problems/{title.replace(' ', '-')}",
        "title": title,
        "status": status,
        "detail": error.message,
        "where": where,
        "hint": error.hint,
        "request": request,
    }
    if isinstance(error, WrongForm):
        document["errors"] = error.errors
    return document


def plain(status: int, title: str, detail: str, request: str) -> dict[str, Any]:
    """A problem that no HanseError stands for, such as a path that leads nowhere."""
    kind = f"/problems/{title.replace(' ', '-')}"
    return {
        "type": kind,
        "title": title,
        "status": status,
        "detail": detail,
        "where": "",
        "hint": "",
        "request": request,
    }


def encoded(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
