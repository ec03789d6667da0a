"""`Wire`: a way to a node that can be cut and be long: TCP, passed on as it is."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from urllib.parse import urlsplit


class Wire:
    """Leads to the node at `url`; ask at `self.url`. cut: nobody answers there; delay: seconds each way. A long way
    is no narrow one: as much may be under way as anybody sends."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._to = (parts.hostname or "", parts.port or 80)
        self.delay, self._cut = 0.0, False
        self._open: set[socket.socket] = set()
        wire = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                wire._carry(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def cut(self) -> bool:
        return self._cut

    @cut.setter
    def cut(self, cut: bool) -> None:
        self._cut = cut
        if cut:
            for one in [*self._open]:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.cut = True
        self._server.shutdown()
        self._server.server_close()

    def _carry(self, near: socket.socket) -> None:
        if self._cut:
            return
        with suppress(OSError), socket.create_connection(self._to, timeout=10) as far:
            far.settimeout(None)
            self._open |= {near, far}
            back = threading.Thread(target=self._pump, args=(far, near), daemon=True)
            back.start()
            self._pump(near, far)
            back.join()
        self._open -= {near}

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        under_way: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
        delivery = threading.Thread(target=_deliver, args=(under_way, source, sink), daemon=True)
        delivery.start()
        with suppress(OSError):
            while data := source.recv(65_536):
                under_way.put((time.monotonic() + self.delay, data))
        under_way.put((time.monotonic() + self.delay, b""))
        delivery.join()


def _deliver(under_way: SimpleQueue[tuple[float, bytes]], source: socket.socket, sink: socket.socket) -> None:
    """Each when it is due, up to the end, which is empty; or until nobody takes it."""
    with suppress(OSError):
        while True:
            due, data = under_way.get()
            time.sleep(max(0.0, due - time.monotonic()))
            if not data:
                break
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
    with suppress(OSError):
        source.shutdown(socket.SHUT_RD)


@contextmanager
def wire(url: str) -> Iterator[Wire]:
    """A wire that is taken away on leaving."""
    made = Wire(url)
    try:
        yield made
    finally:
        made.close()
