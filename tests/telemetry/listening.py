"""A listener in a process of its own, to be killed: `python -m tests.telemetry.listening PORT JOURNAL`."""

from __future__ import annotations

import sys
from pathlib import Path

from hanse.telemetry.gate import Gate
from hanse.telemetry.intake import Intake
from hanse.telemetry.journal import Journal
from hanse.telemetry.mqtt import Broker, MqttListener


def main(port: int, path: Path) -> None:
    journal = Journal(path, member="E1", chain_id=31337)
    intake = Intake(journal, Gate({"E1/line": frozenset({"M1", "M2"})}))
    MqttListener(Broker("127.0.0.1", port), intake).run(lambda: False)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
