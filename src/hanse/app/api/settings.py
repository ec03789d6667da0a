"""What `hanse serve` was asked for."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from hanse.errors import InputError


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """db: address of a database in PostgreSQL, None for the one the data directory has. public: the address people
    type, `http://HOST:PORT` unless a proxy stands in front. name: of a league to be founded. body_bytes: largest
    request; seconds: a request may take so long; per_minute: requests of one account, and of one network address;
    proxied: a proxy of ours says whom it asks for (X-Forwarded-For). other, beacon: URL of another chain, and address
    of the contract there that believes this league's attestors; both or none. scrypt: work factor of keystores, a power
    of two. several: one of several servers on the same data directory, database and chain. finality: how final the
    chain's blocks are (`hanse.ledger.finality.parse`)."""

    data: Path
    chain: str | None = None
    db: str | None = field(default=None, repr=False)
    league: str | None = None
    host: str = "127.0.0.1"
    port: int = 8080
    public: str = ""
    name: str = "Hanse"
    body_bytes: int = 4 * 1024 * 1024
    seconds: float = 30.0
    per_minute: int = 1200
    proxied: bool = False
    scrypt: int = 2**18
    other: str | None = None
    beacon: str | None = None
    several: bool = False
    finality: str = "auto"

    def __post_init__(self) -> None:
        if (self.other is None) != (self.beacon is None):
            raise InputError(
                "another chain and the beacon on it go together",
                where="--other, --beacon",
                hint="give the URL and the address, as hanse bridge found said it",
            )
        if self.public:
            parts = urlsplit(self.public)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
                raise InputError(
                    f"{self.public!r} is no address people could type",
                    where="--public",
                    hint="e.g. https://league.example",
                )

    @property
    def node(self) -> str:
        """Names this server among several: what is its own in the data directory lies under it."""
        return re.sub(r"[^A-Za-z0-9.-]", "-", f"{socket.gethostname()}-{self.port}")

    @property
    def origin(self) -> str:
        """Scheme, host and port, as browsers send it."""
        if not self.public:
            shown = f"[{self.host}]" if ":" in self.host else self.host
            return f"http://{shown}:{self.port}"
        parts = urlsplit(self.public)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def domain(self) -> str:
        """Host and port: what a wallet is told it signs in to."""
        return urlsplit(self.origin).netloc

    @property
    def https(self) -> bool:
        return self.origin.startswith("https:")
