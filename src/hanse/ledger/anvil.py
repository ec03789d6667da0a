"""The program `anvil`: where it is, and how to run one that never outlives Hanse.

It is the small EVM node of Foundry, the npm package `@foundry-rs/anvil`. `embedded.py` makes a chain of it.
"""

from __future__ import annotations

import gzip
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hanse.errors import ChainFault, EnvironmentFault

VARIABLE = "HANSE_ANVIL"

# Runs in a fresh interpreter between Hanse and anvil. The kernel kills the process when its parent dies
# (PR_SET_PDEATHSIG = 1 with SIGKILL = 9); the setting survives exec. Asking for the parent afterwards closes the gap in
# which Hanse died before the call. A trampoline, because code between fork and exec is unsafe in threaded programs.
_LIFELINE = """
import ctypes, os, sys
try:
    ctypes.CDLL(None).prctl(1, 9)
except (OSError, AttributeError):
    pass
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


def find_anvil(start: Path | None = None) -> Path:
    """The binary: named by HANSE_ANVIL, or in the nearest node_modules above `start` (default: the working directory)
    or above this package, or on the PATH. Raises EnvironmentFault if there is none.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if _is_program(Path(named)):
            return Path(named)
        raise EnvironmentFault("there is no program to run", where=f"{VARIABLE}={named}")
    for directory in _node_modules(start or Path.cwd()):
        for path in _binaries(directory):
            if _is_program(path):
                return path
    on_path = shutil.which("anvil")
    if on_path:
        return Path(on_path)
    raise EnvironmentFault(
        "anvil, the local chain, is not installed",
        hint=f"npm install @foundry-rs/anvil (make demo does), or name the program in {VARIABLE}, or give --chain http://…",
    )


def _node_modules(start: Path) -> Iterator[Path]:
    for place in (start.resolve(), Path(__file__).resolve().parent):
        for directory in (place, *place.parents):
            yield directory / "node_modules" / "@foundry-rs"
    shim = shutil.which("anvil")
    if shim:  # npm's own launcher is a script that starts the binary as a child, out of reach of our lifeline
        yield Path(shim).resolve().parent.parent


def _binaries(directory: Path) -> Iterator[Path]:
    system = {"Windows": "win32"}.get(platform.system(), platform.system().lower())
    machine = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "amd64"
    name = "anvil.exe" if system == "win32" else "anvil"
    yield directory / f"anvil-{system}-{machine}" / "bin" / name
    yield directory / "anvil" / "dist" / name


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def spawn(binary: Path, arguments: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Starts anvil with its output in `log`. Raises EnvironmentFault.

    On Linux the kernel ends it when the calling *thread* ends, so call this from one that lives as long as the chain.
    """
    command = tied([str(binary), *arguments])
    # A variable of this name would win over --host and open the chain to the network.
    environment = {name: value for name, value in os.environ.items() if name != "ANVIL_IP_ADDR"}
    try:
        with log.open("wb") as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,  # Ctrl-C is for Hanse, which then closes the chain in good order
            )
    except OSError as failure:
        raise EnvironmentFault(f"anvil cannot be started ({failure.strerror})", where=str(binary)) from None


def tied(command: Sequence[str]) -> list[str]:
    """The command of a process that the kernel ends with the calling thread; elsewhere than on Linux the command as it
    is. Its first word is the path of a program."""
    if sys.platform != "linux":
        return list(command)
    return [sys.executable, "-I", "-S", "-c", _LIFELINE, str(os.getpid()), *command]


def wait_for_port(process: subprocess.Popen[bytes], log: Path, seconds: float) -> int:
    """The port anvil chose, read from its own output: asking the port first would leave room for another program to
    answer in its place. Raises ChainFault if it ends or stays silent."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("Listening on "):
                return int(line.rpartition(":")[2])
        if process.poll() is not None:
            break
        time.sleep(0.004)
    stop(process)
    tail = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
    raise ChainFault("the local chain did not start", where=str(log), hint=" / ".join(tail)[:400])


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends anvil at once. Its state is not its own to save (`embedded.py` does), so there is nothing to wait for."""
    process.kill()
    process.wait()


def remember(process: subprocess.Popen[bytes], file: Path) -> None:
    """Writes who the process is, so that a later Hanse can recognise an orphan."""
    file.write_text(json.dumps({"pid": process.pid, "identity": _identity(process.pid)}), encoding="utf-8")


def stop_orphan(file: Path) -> bool:
    """Ends the process remembered in `file` if it still is that very process; True if it did. Forgets it either way.

    The kernel already ends anvil with Hanse on Linux; this is for other systems and for what slipped through.
    """
    pid = runs(file)
    file.unlink(missing_ok=True)
    if pid is None:
        return False
    try:
        os.kill(pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    except OSError:
        return False
    return True


def runs(file: Path) -> int | None:
    """The process remembered in `file` if it still is that very process."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        pid, identity = int(told["pid"]), str(told["identity"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # Otherwise it ended, or the number belongs to somebody else by now.
    return pid if identity and _identity(pid) == identity else None


def _identity(pid: int) -> str:
    """Start time and command of a process: equal only for the same one, numbers being reused. Empty if it is gone."""
    if sys.platform == "linux":
        try:
            status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except OSError:
            return ""
        return "" if status[0] == "Z" else f"{boot} {status[19]}"
    if shutil.which("ps") is None:
        return ""
    shown = subprocess.run(
        ["ps", "-p", str(pid), "-o", "lstart=,command="], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()


def state_of_one_moment(ask: Callable[[str, list[Any]], Any]) -> bytes:
    """All of a running anvil, as JSON to be loaded again. ask: puts a JSON-RPC question. Raises what it raises, and
    ChainFault if blocks are made although none should be.

    Anvil reads its blocks first and its accounts later. A block made in between would be in the accounts alone: after
    loading, its transactions could neither be found nor be sent again. So no block is made meanwhile; what is sent
    waits, and gets its block afterwards.
    """
    ask("evm_setAutomine", [False])
    try:
        for _ in range(100):  # a block may just be in the making
            before = ask("eth_blockNumber", [])
            state = ask("anvil_dumpState", [])
            if ask("eth_blockNumber", []) == before:
                return gzip.decompress(bytes.fromhex(state[2:]))
        raise ChainFault("somebody else makes blocks on this chain", where="saving its state")
    finally:
        ask("evm_setAutomine", [True])
        # Only what is sent from here on would be noticed by itself.
        if int(ask("txpool_status", [])["pending"], 16):
            ask("evm_mine", [])
