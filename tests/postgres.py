"""A real PostgreSQL server in a directory of its own, for tests that start, kill and ask it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

REQUIRED = "HANSE_REQUIRE_POSTGRES"
"""Set to 1, tests without PostgreSQL fail; else they are skipped."""

START_SECONDS = 60.0


def program(name: str) -> str | None:
    """One of PostgreSQL's programs, wherever Debian hides it."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: float(one.parent.name), reverse=True)
    return shutil.which(name, path=os.pathsep.join([*map(str, places), os.environ.get("PATH", "")]))


class Server:
    """A server that listens at a port of this machine and asks for no password. home: where its data are; durable:
    whether they survive a power cut, which no test needs."""

    def __init__(self, home: Path, *, durable: bool = False) -> None:
        self.home, self._durable = home, durable
        self.process: subprocess.Popen[bytes] | None = None
        self._user = "postgres" if os.getuid() == 0 else None  # it refuses to run as root
        if self._user is not None:
            shutil.chown(home, self._user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        words = ["--username=hanse", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
        self._do("initdb", *words, str(home / "data"))
        self.start()

    def start(self) -> None:
        """Starts it and waits until it takes connections; after a kill it reads its log first."""
        settings = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        settings["fsync"] = "on" if self._durable else "off"
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        end = time.monotonic() + START_SECONDS
        while True:
            with (self.home / "server.log").open("ab") as log:
                command = [_found("postgres"), "-D", str(self.home / "data"), *words]
                self.process = subprocess.Popen(command, stdout=log, stderr=log, user=self._user, cwd=self.home)
            while self.process.poll() is None:
                if (
                    subprocess.run([_found("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode
                    == 0
                ):
                    return
                assert time.monotonic() < end, "PostgreSQL does not start"
                time.sleep(0.05)
            # Processes of the one that was killed may not be gone yet.
            assert time.monotonic() < end, (self.home / "server.log").read_text()
            time.sleep(0.1)

    def kill(self) -> None:
        """`kill -9` of all its processes."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for one in (self.process.pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ends it at once."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=30)

    def database(self) -> str:
        """The address of an empty place for a league: a schema, which is made faster than a database."""
        name = f"league_{secrets.token_hex(6)}"
        self.ask(f"CREATE SCHEMA {name}")
        return f"{self.url}?options=-csearch_path%3D{name}"

    def kept(self, address: str) -> bytes:
        """All that is in a place of `database`, to go back to."""
        command = [_found("pg_dump"), "--schema", _schema(address), self.url]
        return subprocess.run(command, check=True, capture_output=True).stdout

    def bring_back(self, address: str, kept: bytes) -> None:
        """Makes a place what it was when it was `kept`."""
        self.ask(f"DROP SCHEMA {_schema(address)} CASCADE")
        command = [_found("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url]
        subprocess.run(command, input=kept, check=True, capture_output=True)

    @property
    def url(self) -> str:
        """The address of its one database."""
        return f"postgresql://hanse@127.0.0.1:{self.port}/postgres"

    def ask(self, statement: str) -> None:
        """Runs a statement as its owner."""
        command = [_found("psql"), "-X", "-q", "-d", self.url, "-c", statement]
        subprocess.run(command, check=True, capture_output=True)

    def _do(self, name: str, *words: str) -> None:
        subprocess.run([_found(name), *words], check=True, capture_output=True, user=self._user, cwd=self.home)


def _schema(address: str) -> str:
    return address.rsplit("%3D", 1)[1]


def _found(name: str) -> str:
    found = program(name)
    if found is None:
        said = "PostgreSQL is not installed (apt-get install postgresql)"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(said)
        pytest.skip(said)
    return found


@contextlib.contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """A server that is ended on leaving (see `Server`). Its directory is not pytest's, which only root may enter."""
    _found("initdb")
    home = Path(tempfile.mkdtemp(prefix="hanse-postgres-"))
    made = None
    try:
        made = Server(home, durable=durable)
        yield made
    finally:
        if made is not None:
            made.stop()
        shutil.rmtree(home, ignore_errors=True)
