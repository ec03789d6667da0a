"""What an engine's files are made of, before they are on disk."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from eth_keys.datatypes import PrivateKey

from hanse.network.sites import Site, shown

SECRET, PUBLIC, PROGRAM = 0o600, 0o644, 0o755

_CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@dataclass(frozen=True, slots=True)
class File:
    """A file of a validator's directory. mode: who may read it."""

    path: str
    text: str
    mode: int = PUBLIC


@dataclass(frozen=True, slots=True)
class Keys:
    """A validator's: `signer` signs blocks, `node` is who it is among its peers."""

    signer: PrivateKey
    node: PrivateKey

    def __repr__(self) -> str:
        return f"Keys({self.address})"

    @property
    def address(self) -> str:
        """Of the signer."""
        return str(self.signer.public_key.to_checksum_address())


def new_key() -> PrivateKey:
    """A key from the system's chance."""
    return PrivateKey((1 + secrets.randbelow(_CURVE_ORDER - 1)).to_bytes(32))


def enode(key: PrivateKey, site: Site) -> str:
    """How others reach a node."""
    return f"enode://{key.public_key.to_bytes().hex()}@{shown(site.host)}:{site.peers}"
