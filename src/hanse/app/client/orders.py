"""Products and orders, the drawings that go with them, and who can make them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Unpack

from hanse.app.api import shapes
from hanse.app.client.connection import Connection, How, read
from hanse.app.client.rights import Rights


class Orders(Connection):
    rights: Rights

    def products(self) -> Iterator[shapes.ProductNow]:
        return self._all("products", shapes.ProductNow)

    def product(self, number: int) -> shapes.ProductNow:
        return self._get(f"products/{number}", shapes.ProductNow)

    def add_product(self, id: str, name: str, required: Sequence[str], **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("POST", "products", {"id": id, "name": name, "required": list(required)}, **how)

    def retire_product(self, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        """Nobody orders it any more."""
        return self._write("DELETE", f"products/{number}", None, **how)

    def orders(self, status: str | None = None) -> Iterator[shapes.OrderNow]:
        return self._all("orders", shapes.OrderNow, {"status": status} if status else {})

    def order(self, number: int) -> shapes.OrderStory:
        return self._get(f"orders/{number}", shapes.OrderStory)

    def place_order(
        self, *, product: int, quantity: int, deposit: int, wait: bool = True, key: str | None = None, **asked: Any
    ) -> shapes.ActionNow:
        """asked: due, release, weight, budget, min_quality, origin, destination, job, drawing (see `upload`)."""
        body = {"product": product, "quantity": quantity, "deposit": deposit, **asked}
        return self._write("POST", "orders", body, wait=wait, key=key)

    def cancel_order(self, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        return self._write("DELETE", f"orders/{number}", None, **how)

    def refund_order(self, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        """As a coordinator: gives the deposit of a planned order back that nobody will agree on."""
        return self._write("POST", f"orders/{number}/refund", None, **how)

    def match(self, number: int, **how: Unpack[How]) -> shapes.ActionNow:
        """Asks the members. Whoever can work for it may then read its drawing, if that is yours."""
        done = self._write("POST", f"orders/{number}/matching", None, **how)
        if self._wallet is not None and done.state == "done":
            self.rights.let_asked(number)
        return done

    def contribution(self, order: int) -> shapes.ContributionNow:
        """Who added what to a planned order."""
        return self._get(f"orders/{order}/contribution", shapes.ContributionNow)

    def upload(self, name: str, data: bytes) -> shapes.UploadNow:
        """Send a drawing or model; its hash goes into an order as `drawing`. name: of the file. With a wallet it is
        sealed here; without, the service seals it before it keeps it."""
        return self.rights.upload(name, data) if self._wallet is not None else self._send_file(name, data)

    def _send_file(self, name: str, data: bytes) -> shapes.UploadNow:
        return read(self._ask("POST", "contents", params={"name": name}, content=data), shapes.UploadNow)
