"""Makes a network: keys, first block and a directory for each validator."""

from __future__ import annotations

import ipaddress
import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from hanse.errors import EnvironmentFault, InputError
from hanse.network import besu, compose, geth, units
from hanse.network.files import SECRET, File, Keys, new_key
from hanse.network.genesis import genesis
from hanse.network.sites import MAX_CHAIN_ID, MAX_PERIOD, Network

FORMAT = "hanse-network/1"
NAME = "network.json"

FUNDER, FUNDER_WEI = "funder.key", 10**27
"""Where the key is of an account that can pay for all, should gas ever cost something: in Clique it may."""

MEMBER_WEI = 10**21
"""What accounts of members have from the first block on, where gas may cost something."""


def init(network: Network, folder: Path) -> dict[str, Any]:
    """Writes a network to a folder that is not there yet, whole or not at all; returns what network.json says.

    Raises InputError if the folder is there or what is asked makes no network, EnvironmentFault if the disk refuses.
    """
    _check(network)
    keys = [_keys(network) for _ in network.sites]
    funder = new_key() if network.engine == "geth-clique" else None
    if funder is not None:
        account = str(funder.public_key.to_checksum_address())
        network = replace(network, accounts={**network.accounts, account: FUNDER_WEI})
    first = genesis(network, [key.signer.public_key.to_canonical_address() for key in keys])
    text = json.dumps(first, indent=2)
    told = _description(network, keys, first)
    engine = besu if network.engine == "besu-qbft" else geth
    everything = [File("genesis.json", text), File(NAME, json.dumps(told, indent=1)), compose.file(network)]
    if funder is not None:
        everything.append(File(FUNDER, funder.to_hex(), SECRET))
    for site in network.sites:
        own = [*engine.files(network, site, keys, text), units.file(network)]
        everything += [File(f"{site.name}/{file.path}", file.text, file.mode) for file in own]
    _write(folder, everything)
    return told


def read_network(folder: Path) -> dict[str, Any]:
    """network.json of a folder that `init` made. Raises InputError."""
    path = folder / NAME
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        good = told["format"] == FORMAT and all(isinstance(one["url"], str) for one in told["validators"])
    except (OSError, ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise InputError("here is no network that `hanse network init` made", where=str(path))
    return told


def _check(network: Network) -> None:
    if not 0 < network.chain_id < MAX_CHAIN_ID:
        raise InputError("a chain's id is a whole number above 0 and below 2^53", where="--chain-id")
    if not 0 < network.period <= MAX_PERIOD:
        raise InputError(f"blocks come every 1 to {MAX_PERIOD} seconds", where="--period")
    try:
        ipaddress.ip_address(network.listen)
    except ValueError:
        raise InputError(
            f"{network.listen!r} is no IP address", where="--listen", hint="127.0.0.1, or the machine's own in a VPN"
        ) from None


def _keys(network: Network) -> Keys:
    node = new_key()
    # Besu has one key for both; in geth's files the one that signs blocks is sealed.
    return Keys(node, node) if network.engine == "besu-qbft" else Keys(new_key(), node)


def _description(network: Network, keys: list[Keys], first: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "engine": network.engine,
        "chain_id": network.chain_id,
        "period": network.period,
        "first": {name: first[name] for name in ("timestamp", "extraData", "gasLimit", "mixHash")},
        "validators": [
            {**asdict(site), "name": site.name, "address": key.address, "url": site.url}
            for site, key in zip(network.sites, keys, strict=True)
        ],
    }


def _write(folder: Path, files: list[File]) -> None:
    aside = folder.with_name(f"{folder.name}.new")
    try:
        if folder.exists():
            raise InputError(
                "this is there already, and another network would need another first block",
                where=str(folder),
                hint="name another directory; keys are never replaced",
            )
        aside.mkdir(parents=True, mode=0o700)
        for file in files:
            path = aside / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file.mode)
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as opened:
                opened.write(file.text if file.text.endswith("\n") else file.text + "\n")
            if file.mode & 0o111:
                path.chmod(file.mode)
        aside.rename(folder)
    except OSError as failure:
        raise EnvironmentFault(
            f"the network cannot be written ({failure.strerror})", where=str(failure.filename or folder)
        ) from None
