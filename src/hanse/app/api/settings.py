"""What `hanse serve` was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hanse.errors import InputError


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """public: the address people type, `http://HOST:PORT` unless a proxy stands in front. name: of a league to be
    founded. body_bytes: largest request; seconds: a request may take so long; per_minute: requests of one account, and
    of one network address; proxied: a proxy of ours says whom it asks for (X-Forwarded-For). scrypt: work factor of
    keystores, a power of two."""

    data: Path
    chain: str | None = None
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

    def __post_init__(self) -> None:
        if self.public:
            parts = urlsplit(self.public)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
                raise InputError(
                    f"{self.public!r} is no address people could type",
                    where="--public",
                    hint="e.g. https://league.example",
                )

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
