"""Decentralised identifiers: `did:pkh:eip155:1:0x…` is an account; `did:ethr:0x1:0x…` what Identities says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from eth_utils.address import is_checksum_formatted_address, to_checksum_address

from hanse.errors import InputError

Method = Literal["pkh", "ethr"]

_PKH = re.compile(r"did:pkh:eip155:([1-9][0-9]{0,18}):(0x[0-9a-fA-F]{40})")
_ETHR = re.compile(r"did:ethr:0x([1-9a-f][0-9a-f]{0,15}):(0x[0-9a-fA-F]{40})")


@dataclass(frozen=True, slots=True)
class Did:
    """An identifier. chain_id: of the chain its account is on; address: with checksum."""

    method: Method
    chain_id: int
    address: str

    def __str__(self) -> str:
        chain = f"eip155:{self.chain_id}" if self.method == "pkh" else hex(self.chain_id)
        return f"did:{self.method}:{chain}:{self.address}"

    @property
    def account(self) -> str:
        """Of chain and address, as CAIP-10 writes it."""
        return f"eip155:{self.chain_id}:{self.address}"


def parse(text: str) -> Did:
    """Reads one. Raises InputError for anything else, a wrong checksum included."""
    hint = "did:ethr:0x1:0x… or did:pkh:eip155:1:0x…"
    pkh, ethr = _PKH.fullmatch(text), _ETHR.fullmatch(text)
    if pkh is not None:
        method, chain_id, written = "pkh", int(pkh[1]), pkh[2]
    elif ethr is not None:
        method, chain_id, written = "ethr", int(ethr[1], 16), ethr[2]
    else:
        raise InputError("this is no identifier that can be resolved here", where=text[:100], hint=hint)
    address = to_checksum_address(written)
    if is_checksum_formatted_address(written) and written != address:
        raise InputError("a sign of this address is wrong: its checksum does not agree", where=text, hint=hint)
    return Did("pkh" if method == "pkh" else "ethr", chain_id, address)


def did_of(address: str, chain_id: int) -> Did:
    """What credentials call an account: by did:ethr, so that it can change its key."""
    return Did("ethr", chain_id, to_checksum_address(address))
