"""`fork`: a league copied into a directory of the laboratory, in seconds, while its service is at work.

    directory/fork.json         what was copied, and when        directory/ledger.sqlite3   its read models
    directory/chain/state.json  its own chain as it was          directory/content/         contents by hash
    directory/secret            keys of the laboratory

Nothing made here can act on the live league, for four reasons, each of which would do:

* the live key ring is never read; the laboratory's keys are derived from what was copied, and hold no office outside;
* the copy runs under another chain id, so no transaction Hanse signs for it, and no signature over a deal, means
  anything on the live chain (anvil takes old-style transactions of any chain id; Hanse makes none);
* what members signed (the outbox, accounts, sessions, signatures that wait) is not in the copy;
* the live files and database are opened for reading, and of a live chain only questions are asked.

What a saved state of Hanse's own chain lacks is sent again, from the copy of the outbox to the copy of the chain, as
after a crash; then the outbox is emptied. Somebody else's chain is not copied: the laboratory's chain asks it for what
it needs of the block that was forked, so that chain must keep old states.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from hanse.errors import ChainFault, EnvironmentFault, InputError
from hanse.instances import write_bytes
from hanse.lab.fork.chain import CHAIN_ID, ForkChain
from hanse.lab.fork.rows import DATABASE, copy_rows
from hanse.ledger.embedded import CHAIN_ID as EMBEDDED
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.keys import KeyRing
from hanse.ledger.league import ADMIN
from hanse.ledger.opening import has_database
from hanse.ledger.outbox import Outbox
from hanse.ledger.rpc import RpcChain
from hanse.ledger.sqlite import SqliteDatabase
from hanse.model.keccak import keccak

FORMAT = "hanse-fork/1"
_STATES = ("state.json", "state.previous.json")


@dataclass(frozen=True, slots=True)
class Fork:
    """A copied league. chain, league: id and address book of the live one; block, hash, time: its newest block that was
    copied (seconds since 1970); url: where the chain is asked for the rest, None if all of it was copied; fresh: False
    if the saved chain lacked blocks, which the outbox then sent again."""

    directory: Path
    chain: int
    league: str
    block: int
    hash: str
    time: int
    url: str | None
    fresh: bool

    @property
    def state(self) -> Path:
        """The copied chain."""
        return self.directory / "chain" / _STATES[0]


def fork(data: Path, target: Path, *, chain_url: str | None = None, within: bool = False) -> Fork:
    """Copies the league of the directory `data` into the new directory `target`, whole or not at all.

    chain_url: of the chain it is on, None for Hanse's own; within: `target` may be in `data`, for whoever removes it
    soon. Raises InputError if there is no league or `target` is
    there already, ChainFault if the chain is another, EnvironmentFault if disk or database refuse.
    """
    if not has_database(data):
        raise InputError("there is no league in this directory", where=str(data), hint="name its --data")
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise InputError(
            "there is something here already", where=str(target), hint="name a directory that is not there"
        )
    if not within and target.resolve().is_relative_to(data.resolve()):
        raise InputError("a fork inside the league it is of would be saved with it", where=str(target))
    aside = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        (aside / "chain").mkdir(parents=True)
        if chain_url is None:
            _copy_state(data / "chain", aside / "chain")  # first, so that the outbox knows all that is in it
        copy_rows(data, aside / DATABASE)
        if (data / "content").is_dir():
            shutil.copytree(data / "content", aside / "content", copy_function=shutil.copyfile, ignore=_being_written)
        made = _settle(aside, chain_url)
        told = {"format": FORMAT, **asdict(made)}
        del told["directory"]
        write_bytes(aside / "fork.json", (json.dumps(told, indent=1) + "\n").encode())
        if target.exists():
            target.rmdir()
        aside.replace(target)
    except OSError as failure:
        where = str(failure.filename or target)
        raise EnvironmentFault(f"the fork cannot be made ({failure.strerror or failure})", where=where) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return replace(made, directory=target)


def read_fork(directory: Path) -> Fork:
    """A fork that was made before. Raises InputError if there is none."""
    try:
        told = json.loads((directory / "fork.json").read_bytes())
        if told.pop("format") != FORMAT:
            raise ValueError
        return Fork(directory=directory, **told)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError("there is no fork here", where=str(directory), hint="make one: hanse lab fork") from None


def _copy_state(source: Path, target: Path) -> None:
    """The newest saved state of Hanse's own chain; an open file stays whole while it is replaced by a newer."""
    for name in (*_STATES, *_STATES):  # twice: it may be on its way from the first name to the second
        try:
            shutil.copyfile(source / name, target / _STATES[0])
        except FileNotFoundError:
            continue
        break
    if (source / "genesis.json").exists():
        shutil.copyfile(source / "genesis.json", target / "genesis.json")


def _being_written(_: str, names: list[str]) -> list[str]:
    return [name for name in names if name.startswith(".")]


def _settle(aside: Path, url: str | None) -> Fork:
    """Brings the copied chain up to the copied outbox, and makes the copy the laboratory's own."""
    with closing(SqliteDatabase(aside / DATABASE)) as database:
        told = {str(name): str(value) for name, value in database.rows("SELECT name, value FROM identity")}
        if "league" not in told:
            raise InputError("no league was founded in this directory yet", where="fork", hint="hanse run makes one")
        known = int(database.row("SELECT coalesce(max(block), -1) FROM outbox")[0])
        waiting = int(database.row("SELECT count(*) FROM outbox WHERE block IS NULL AND NOT displaced")[0])
        if url is None:
            fresh = _height(aside / "chain" / _STATES[0]) >= known and not waiting
            if told["chain"] != str(EMBEDDED):
                raise InputError("this league is not on Hanse's own chain", where="fork", hint="give its --chain")
            made = _own(aside, database, told["league"], fresh)
        else:
            made = _foreign(aside, told, url)
        keys = _laboratory(aside, made)
        with database.transaction():
            database.write("DELETE FROM outbox")
            for name, value in (("chain", str(CHAIN_ID)), ("keys", keys.address(ADMIN))):
                database.put("identity", (name, value))
            database.write("DELETE FROM identity WHERE name IN ('holder', 'genesis')")
        database.write("PRAGMA journal_mode = DELETE")
        return made


def _own(aside: Path, database: SqliteDatabase, league: str, fresh: bool) -> Fork:
    """Hanse's own chain, with all that the outbox knows."""
    if not fresh:
        with EmbeddedChain(aside / "chain") as chain:
            outbox = Outbox(database, chain)
            chain.revived = outbox.replay
            outbox.replay()
            outbox.settle()
    with closing(ForkChain(aside / "anvil.log", state=aside / "chain" / _STATES[0])) as copied:
        head = copied.head()
    for name in ("anvil.log", "chain/anvil.log", "chain/state.previous.json", "chain/genesis.json"):
        (aside / name).unlink(missing_ok=True)
    return Fork(aside, EMBEDDED, league, head.number, head.hash, head.timestamp, None, fresh)


def _foreign(aside: Path, told: dict[str, str], url: str) -> Fork:
    """A block of somebody else's chain, which is only asked."""
    chain = RpcChain(url)
    number = chain.chain_id()
    first, head = chain.block(0), chain.block(chain.height())
    if str(number) != told["chain"] or head is None or first is None or first.hash != told.get("genesis", first.hash):
        raise ChainFault("this data belongs to another chain", where=url, hint="give the --chain it was made with")
    return Fork(aside, number, told["league"], head.number, head.hash, head.timestamp, url, True)


def _height(state: Path) -> int:
    """Number of the newest block of a saved state, -1 if there is none to be read."""
    try:
        return int(json.loads(state.read_bytes())["best_block_number"])
    except (OSError, ValueError, KeyError, TypeError):
        return -1


def _laboratory(aside: Path, made: Fork) -> KeyRing:
    """Keys that anybody could derive from what was copied: so the same fork gives the same figures to the last unit of
    gas, and nobody mistakes them for keys worth stealing."""
    file = aside / "secret"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as target:
        target.write(keccak(f"hanse laboratory {made.league} {made.hash}".encode()).hex() + "\n")
    return KeyRing(file)
