"""Files beside orders: sent by whoever is signed in, and given out again only as files to keep (`planning.content`)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from hanse.app.api import shapes
from hanse.app.api.callers import Caller, SignedIn
from hanse.app.api.problems import Conflict, TooOften
from hanse.app.api.routes.base import router as made
from hanse.app.api.uploads import kind_of
from hanse.model.canonical import digest
from hanse.rights.sealing import head_of, is_sealed, seal, wrap

router = made("contents")

PER_MINUTE = 20

FileName = Annotated[
    str, Query(min_length=3, max_length=128, pattern=r"^[^/\\\x00-\x1f\x7f]+$", examples=["flange.step"])
]
BODY = {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7"}


async def _bytes(request: Request) -> bytes:
    return await request.body()


def _uploading(who: SignedIn) -> Caller:
    if not who.service.tries.hit(PER_MINUTE, "upload", who.address):
        raise TooOften("too many files of this account", where=who.name, hint="wait a minute")
    return who


@router.post(
    "/contents",
    status_code=201,
    response_model=shapes.UploadNow,
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": BODY}}},
)
def upload(
    who: Annotated[Caller, Depends(_uploading)], name: FileName, data: Annotated[bytes, Depends(_bytes)]
) -> shapes.UploadNow:
    """Send a drawing or model for an order: pdf, step, dxf, stl, png, jpg or svg. Sealed already, or it is sealed here
    for your published key before it is stored; but the promises of a broker, json, are kept as they are. Nobody
    executes it."""
    service = who.service
    if is_sealed(data):
        sent = service.uploads.take(service.content, who.address, name, data)
        service.vault.keep(sent.content, data)
        head = head_of(data)
        return shapes.UploadNow(content=sent.content, file=head.file, bytes=head.bytes, design=head.design)
    if kind_of(name, data) == "json":  # a broker's promises: members have signed them, and whoever buys reads them
        plain = service.uploads.take(service.content, who.address, name, data)
        return shapes.UploadNow(**plain._asdict(), design=digest(data))
    reader = service.vault.key(who.address)
    if reader is None:
        raise Conflict(
            "your account has published no key to seal files for", where=who.name, hint="hanse rights key publishes one"
        )
    sealed, key = seal(data, owner=who.address, file=name)
    sent = service.uploads.take(service.content, who.address, name, sealed)
    service.vault.keep(sent.content, sealed)
    service.vault.let(sent.content, who.address, who.address, wrap(key, sealed, reader))
    return shapes.UploadNow(content=sent.content, file=name, bytes=len(data), design=digest(data))
