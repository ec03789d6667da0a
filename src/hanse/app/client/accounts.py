"""Accounts: invited, signed in with a pass-phrase or as a wallet, called by a name, given and taken offices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from hanse.app.api import shapes
from hanse.app.client import signing
from hanse.app.client.connection import Connection
from hanse.ledger.keys import external_account


class Accounts(Connection):
    def join(self, invitation: str, name: str, passphrase: str) -> shapes.Joined:
        """Accept an invitation without a wallet. The answer holds the recovery sheet, which is told once."""
        body = {"invitation": invitation, "name": name, "passphrase": passphrase}
        return self._post("accounts", body, shapes.Joined)

    def sign_in(self, name: str, passphrase: str) -> shapes.SessionNow:
        """With name and pass-phrase."""
        return self._begun(self._post("session", {"name": name, "passphrase": passphrase}, shapes.SessionNow))

    def sign_in_with_key(
        self, key: str, *, invitation: str | None = None, name: str | None = None
    ) -> shapes.SessionNow:
        """As a wallet, by its private key, which stays here: it signs the message, and later what is written."""
        wallet = external_account(key, "the wallet's key")
        asked = self._post("session/wallet/message", {"address": wallet.address}, shapes.WalletMessage)
        body = {
            "message": asked.message,
            "signature": signing.personal(wallet, asked.message),
            "invitation": invitation,
            "name": name,
        }
        told = self._begun(self._post("session/wallet", body, shapes.SessionNow))
        self._wallet = wallet
        return told

    def recover(self, name: str, code: str, passphrase: str) -> shapes.SessionNow:
        """A new pass-phrase, by the code on the recovery sheet."""
        body = {"name": name, "code": code, "passphrase": passphrase}
        return self._begun(self._post("session/recover", body, shapes.SessionNow))

    def session(self) -> shapes.SessionNow:
        """Who is signed in, and what it is on the chain now."""
        return self._begun(self._get("session", shapes.SessionNow))

    def sign_out(self) -> None:
        self._ask("DELETE", "session")
        self._csrf, self._wallet = "", None

    def change_passphrase(self, current: str, passphrase: str) -> None:
        """Ends every session of this account: sign in with the new one."""
        self._ask("PUT", "account/passphrase", json={"current": current, "passphrase": passphrase})
        self._csrf = ""

    def keyfile(self) -> dict[str, Any]:
        """One's managed key, encrypted under the pass-phrase, as wallets import it."""
        return self._get("account/keyfile", shapes.Keyfile).keyfile

    def accounts(self) -> Iterator[shapes.AccountNow]:
        """All, with the offices that they hold."""
        return self._all("accounts", shapes.AccountNow)

    def account(self, address: str) -> shapes.AccountNow:
        return self._get(f"accounts/{address}", shapes.AccountNow)

    def invite(self, *offices: str, note: str = "", days: int = 14) -> str:
        """The code of a new invitation."""
        body = {"offices": list(offices), "note": note, "days": days}
        return self._post("invitations", body, shapes.Invitation).code

    def take_office(self, office: Literal["coordinator", "notary", "treasurer", "arbiter"], address: str) -> None:
        """As a coordinator, from another's account."""
        self._ask("DELETE", f"offices/{office}/{address}")

    def _begun(self, told: shapes.SessionNow) -> shapes.SessionNow:
        self._csrf = told.csrf
        return told
