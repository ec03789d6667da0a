"""The broker with the very settings of `deploy/mosquitto`: strangers are refused, houses hear themselves only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tests.app.api.house import free_port
from tests.deploy.files import DEPLOY, tool

PASSWORDS = {"E1": "a mill", "E2": "a lathe"}


@pytest.fixture
def port() -> Iterator[int]:
    """Of the broker: the file as it is shipped, with the container's paths and port put here. Where root starts it, it
    becomes the user `mosquitto`, as in the container, and must be able to read what that user may."""
    program, password = tool("mosquitto", "mosquitto"), tool("mosquitto_passwd", "mosquitto")
    with tempfile.TemporaryDirectory(prefix="hanse-broker-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        for place in (home, home / "config", home / "data"):
            place.mkdir(exist_ok=True)
            place.chmod(0o755)
        shutil.copy(DEPLOY / "mosquitto" / "acl", home / "config" / "acl")
        passwords = home / "config" / "passwords"
        passwords.touch(0o600)
        for name, word in PASSWORDS.items():
            subprocess.run([password, "-b", passwords, name, word], check=True, capture_output=True)
        if os.geteuid() == 0:
            for own in (passwords, home / "data"):
                shutil.chown(own, "mosquitto")
        yield from running(program, home)


def running(program: str, home: Path) -> Iterator[int]:
    """The broker in that folder, until the test is over; its port."""
    free = free_port()
    text = (DEPLOY / "mosquitto" / "mosquitto.conf").read_text()
    assert "listener 1883\n" in text
    text = text.replace("/mosquitto/", f"{home}/").replace("listener 1883", f"listener {free} 127.0.0.1")
    (home / "mosquitto.conf").write_text(text)
    log = home / "log"
    with log.open("wb") as output:
        process = subprocess.Popen([program, "-c", home / "mosquitto.conf"], stdout=output, stderr=output)
    try:
        until(lambda: "running" in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield free
    finally:
        process.terminate()
        process.wait(timeout=10)


class House:
    """Somebody at the broker. heard: topics of what came; code: why it was let in or not, 0 for yes."""

    def __init__(self, port: int, name: str | None, password: str | None, topic: str = "#") -> None:
        self.heard: list[str] = []
        self.code: int | None = None
        self._ready = False
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2)
        if name is not None:
            self.client.username_pw_set(name, password)
        self.client.on_connect = lambda client, _, __, code, ___: self._let_in(client, code.value, topic)
        self.client.on_subscribe = lambda *_: setattr(self, "_ready", True)
        self.client.on_message = lambda _, __, message: self.heard.append(message.topic)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        until(lambda: self._ready or bool(self.code))

    def _let_in(self, client: mqtt.Client, code: int, topic: str) -> None:
        self.code = code
        if code == 0:
            client.subscribe(topic, qos=1)

    def say(self, topic: str) -> None:
        self.client.publish(topic, b"x", qos=1).wait_for_publish(5)

    def leave(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize(("name", "password"), [(None, None), ("E1", "a lathe"), ("E3", "a mill")])
def test_whoever_is_not_known_is_refused(port: int, name: str | None, password: str | None) -> None:
    stranger = House(port, name, password)
    stranger.leave()
    assert stranger.code == 135  # not authorised


def test_a_house_hears_and_speaks_in_its_own_group_only(port: int) -> None:
    mill, lathe = (House(port, name, PASSWORDS[name]) for name in ("E1", "E2"))
    mill.say("spBv1.0/E2/NDATA/line")  # as if it were the other
    mill.say("elsewhere")
    mill.say("spBv1.0/E1/NDATA/line")
    lathe.say("spBv1.0/E2/NDATA/press")
    until(lambda: mill.heard and lathe.heard)
    time.sleep(0.2)
    assert mill.heard == ["spBv1.0/E1/NDATA/line"]
    assert lathe.heard == ["spBv1.0/E2/NDATA/press"]
    mill.leave()
    lathe.leave()
