"""Managed keys: the Ethereum key of a person who has no wallet, encrypted under a pass-phrase (Web3 secret storage,
scrypt).

The service can use a key only while its owner is signed in. A second copy is encrypted under a recovery code of 160
random bits, which is printed on a sheet and kept nowhere. Both copies are standard keyfiles: any wallet reads them.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from typing import TYPE_CHECKING

from hanse.errors import InputError

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

LEAST_LETTERS = 12
"""Of a pass-phrase."""

CODE_BYTES = 20
CODE_WORK = 2**12
"""A recovery code is random enough not to need more."""

_AT_ONCE = threading.BoundedSemaphore(2)
"""Each derivation takes a second of a core and 32 MB; strangers may ask for them."""


def create() -> LocalAccount:
    """A new key."""
    from eth_account import Account

    account: LocalAccount = Account.create(secrets.token_hex(32))
    return account


def lock(account: LocalAccount, phrase: str, work: int) -> str:
    """The keyfile. work: of scrypt, a power of two. Raises InputError for a pass-phrase that is too short."""
    if len(phrase) < LEAST_LETTERS:
        raise InputError(
            f"a pass-phrase has at least {LEAST_LETTERS} letters",
            where="passphrase",
            hint="four words are easy to keep",
        )
    return _encrypted(account, phrase, work)


def unlock(keyfile: str, phrase: str) -> LocalAccount | None:
    """The key, None if the pass-phrase is another."""
    from eth_account import Account

    with _AT_ONCE:
        try:
            key = Account.decrypt(keyfile, phrase)
        except ValueError:
            return None
    account: LocalAccount = Account.from_key(key)
    return account


def new_code() -> str:
    """A recovery code: `ABCD-EFGH-…`, eight groups of four letters and digits."""
    text = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def lock_with_code(account: LocalAccount, code: str) -> str:
    """The second keyfile."""
    return _encrypted(account, plain_code(code), CODE_WORK)


def plain_code(code: str) -> str:
    """A code as somebody types it, without dashes, blanks and case."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def sheet(league: str, origin: str, name: str, address: str, code: str) -> str:
    """What a person prints and puts away."""
    return (
        f"{league}: recovery sheet of {name}\n\n"
        f"Sign in at      {origin}\n"
        f"Name            {name}\n"
        f"Account         {address}\n"
        f"Recovery code   {code}\n\n"
        "With this code you choose a new pass-phrase if you have forgotten yours. Whoever has this sheet can act\n"
        "as you: keep it where you keep contracts. It is shown once, and nobody else has a copy.\n"
    )


def _encrypted(account: LocalAccount, phrase: str, work: int) -> str:
    from eth_account import Account

    with _AT_ONCE:
        return json.dumps(Account.encrypt(account.key, phrase, kdf="scrypt", iterations=work))
