"""Accounts: invited, signed in, called by a name."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from hanse.app.api.people import Invited
from hanse.app.api.shapes.base import ADDRESS, Address, Code, Moment, Name, Phrase, Shape, Signature, Words


class Invite(Shape):
    """offices: what the invitation is to; offices of the chain are granted when it is accepted."""

    offices: list[Invited] = Field(min_length=1, max_length=7, examples=[["member"]])
    note: Words = Field(default="", examples=["Mueller, milling"])
    days: int = Field(default=14, ge=1, le=90, examples=[14])


class Invitation(Shape):
    """code: works once; it is shown now and never again."""

    code: str = Field(examples=["Yk3v-an-invitation-code"])
    offices: list[Invited] = Field(examples=[["member"]])
    expires: Moment


class Join(Shape):
    """Accept an invitation without a wallet: a key is made and locked with the pass-phrase."""

    invitation: Code
    name: Name
    passphrase: Phrase


class Joined(Shape):
    """recovery: printed once, kept nowhere: the code, and a sheet to print."""

    address: Address
    name: Name
    recovery: str = Field(examples=["ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ23-4567"])
    sheet: str = Field(examples=["Hanse: recovery sheet of Mueller …"])


class WalletAsk(Shape):
    address: Address


class WalletMessage(Shape):
    """message: EIP-4361, to be signed as it is within five minutes."""

    message: str = Field(examples=["localhost:8080 wants you to sign in with your Ethereum account: …"])


class WalletSignIn(Shape):
    """invitation, name: at the first sign-in of a wallet that the league's contracts do not know."""

    message: str = Field(min_length=1, max_length=2000, examples=["localhost:8080 wants you to sign in …"])
    signature: Signature
    invitation: Code | None = None
    name: Name | None = None


class SignIn(Shape):
    name: Name
    passphrase: Annotated[str, StringConstraints(min_length=1, max_length=256), Field(examples=["four words are easy"])]


class Recover(Shape):
    name: Name
    code: Code
    passphrase: Phrase


class NewPhrase(Shape):
    """current: the pass-phrase so far: a session that was left open is not enough."""

    current: Annotated[str, StringConstraints(min_length=1, max_length=256), Field(examples=["four words are easy"])]
    passphrase: Phrase


class SessionNow(Shape):
    """csrf: goes into X-Hanse-CSRF of every write. offices: by the contracts, now. seat: the identity that was given to
    it and in whose offices it acts. unlocked: whether we can sign for it."""

    address: Address
    name: Name
    managed: bool
    unlocked: bool
    offices: list[str] = Field(examples=[["member", "certified"]])
    seat: Address | None = None
    csrf: str = Field(examples=["c0" * 32])


class AccountNow(Shape):
    """offices: by the contracts, now."""

    address: Address
    name: Name
    offices: list[str] = Field(examples=[["member", "certified"]])


class Keyfile(Shape):
    """Web3 secret storage, as wallets import it; locked with the pass-phrase."""

    keyfile: dict[str, Any] = Field(examples=[{"version": 3, "address": ADDRESS[2:].lower(), "crypto": {}}])
