"""Notices: what is offered and wanted, found and ranked with reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Unpack

from hanse.app.api import shapes
from hanse.app.client.connection import Connection, How


class Notices(Connection):
    def notices(self, kind: str | None = None, *, own: bool = False) -> Iterator[shapes.NoticeNow]:
        """kind: offered or wanted."""
        return self._all("notices", shapes.NoticeNow, {"own": own, **({"kind": kind} if kind else {})})

    def post_notice(
        self, kind: str, title: str, services: Sequence[str], *, wait: bool = True, key: str | None = None, **what: Any
    ) -> shapes.ActionNow:
        """what: price, ready, expires, quality, position, words."""
        body = {"kind": kind, "title": title, "services": list(services), **what}
        return self._write("POST", "notices", body, wait=wait, key=key)

    def withdraw_notice(self, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("DELETE", f"notices/{number}", None, **how)

    def search(self, *services: str, weights: Mapping[str, int] | None = None, **wish: Any) -> shapes.Finds:
        """Notices of others that offer these services. wish: kind, budget, x, y, reach, since, by, quality, limit."""
        asked = {"service": services, "weight": [f"{name}:{n}" for name, n in (weights or {}).items()], **wish}
        return self._get("notices/search", shapes.Finds, asked)

    def suggested(self) -> shapes.Suggested:
        """What suits you among notices and requests."""
        return self._get("notices/suggested", shapes.Suggested)
