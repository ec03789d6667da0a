"""`KeyRing`: every account of a data directory from one secret file.

A role name ("treasury", "member:E1") always gives the same account, so a rerun signs with the keys of the first run and
there is one file to keep safe. Derivation: HMAC-SHA256 over the name under the secret (the expand step of HKDF,
RFC 5869), repeated with a counter in the one case in 2^128 that the result is no secp256k1 key.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from hanse.errors import EnvironmentFault, InputError

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

SECRET_BYTES = 32
_CONTEXT = b"hanse account 1\x00"
_PURPOSE = b"hanse purpose 1\x00"
_CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class KeyRing:
    """The accounts of one secret, which is made at the first use if `path` does not exist.

    Raises EnvironmentFault if the file is not a secret, is readable by others, or cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._secret = _load(path) if path.exists() else _create(path)
        self._accounts: dict[str, LocalAccount] = {}

    def __repr__(self) -> str:
        return f"KeyRing({self.path.name})"

    def account(self, role: str) -> LocalAccount:
        """The account of a role. Raises InputError for an empty name."""
        if not role:
            raise InputError("a role needs a name", where="key ring")
        if role not in self._accounts:
            from eth_account import Account

            self._accounts[role] = Account.from_key(self._derive(role))
        return self._accounts[role]

    def address(self, role: str) -> str:
        """The address of a role, with checksum."""
        return str(self.account(role).address)

    def secret(self, purpose: str) -> bytes:
        """32 bytes that are nobody's account, for one purpose: the same wherever this file is."""
        return hmac.digest(self._secret, _PURPOSE + purpose.encode(), "sha256")

    def _derive(self, role: str) -> bytes:
        for counter in range(256):
            message = _CONTEXT + role.encode() + b"\x00" + bytes([counter])
            key = hmac.new(self._secret, message, hashlib.sha256).digest()
            if 0 < int.from_bytes(key) < _CURVE_ORDER:
                return key
        raise AssertionError("256 hashes in a row beyond the curve's order")


def external_account(key: str, where: str) -> LocalAccount:
    """An account from a private key somebody gives as hex. where: what to name in the error (never the key itself)."""
    from eth_account import Account

    try:
        account: LocalAccount = Account.from_key(bytes.fromhex(key.strip().removeprefix("0x")))
        return account
    except Exception:  # noqa: BLE001 - the libraries raise many kinds, and their texts may quote the key
        raise InputError("a private key is 64 hexadecimal digits", where=where, hint="with or without 0x") from None


def _load(path: Path) -> bytes:
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii")
        secret = bytes.fromhex(text.strip())
    except (OSError, ValueError):
        raise EnvironmentFault(
            "the key file cannot be read as a secret", where=str(path), hint="restore it from a backup"
        ) from None
    if len(secret) != SECRET_BYTES:
        raise EnvironmentFault("the key file is damaged", where=str(path), hint="restore it from a backup")
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise EnvironmentFault("others may read the key file", where=str(path), hint=f"chmod 600 {path}")
    return secret


def _create(path: Path) -> bytes:
    """Writes a new secret aside and links it into place: nobody ever sees half of one or replaces one."""
    secret = secrets.token_bytes(SECRET_BYTES)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secret.hex() + "\n")
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(aside, path)
            except FileExistsError:
                return _load(path)  # another process was first
        finally:
            aside.unlink()
    except OSError as failure:
        raise EnvironmentFault(
            f"the key file cannot be made ({failure.strerror})", where=str(path), hint="is the directory writable?"
        ) from None
    return secret
