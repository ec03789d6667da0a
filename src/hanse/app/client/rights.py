"""`Client.rights`: designs, licences and sealed files over a service's API. With a wallet, files are sealed and opened
here: the service never sees them, nor a key that opens them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

from hanse.app.api import shapes
from hanse.app.client import signing
from hanse.app.client.connection import How, Refused
from hanse.errors import EvidenceError, InputError

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hanse.app.client import Client
    from hanse.rights.sealing import ReaderKey, Realm


class Own(NamedTuple):
    """A wallet with its published key. number: of it."""

    wallet: LocalAccount
    realm: Realm
    number: int


class Rights:
    """Of one client; use it as `client.rights`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    # Sealed files.

    def publish_key(self, number: int | None = None) -> shapes.ReadingKeyNow:
        """Publishes the key that files are sealed for when this wallet is to read them. number: of the key; left out,
        the first, or the one that is published. Raises InputError without a wallet: the service has published a managed
        account's."""
        from hanse.rights.sealing import publish

        wallet, realm = self._wallet(), self._realm()
        if number is None:
            known = self._key(wallet.address)
            number = 1 if known is None else known.number
        made = publish(wallet, realm, number)
        body = {"key": "0x" + made.key.hex(), "number": number, "signature": "0x" + made.signature.hex()}
        self._client._ask("PUT", "keys/me", json=body)
        return self._client._get(f"keys/{wallet.address}", shapes.ReadingKeyNow)

    def upload(self, name: str, data: bytes) -> shapes.UploadNow:
        """Seals a drawing for oneself, here, and sends it; others read it when they are let. Needs a wallet."""
        from hanse.app.api.uploads import kind_of
        from hanse.rights.sealing import seal, wrap

        kind_of(name, data)
        own = self._own()
        sealed, key = seal(data, owner=own.wallet.address, file=name)
        sent = self._client._send_file(name, sealed)
        reader = self._reader(own.wallet.address)
        assert reader is not None
        self._let(sent.content, own.wallet.address, wrap(key, sealed, reader))
        return sent

    def open(self, content: str) -> bytes:
        """The file behind a sealed one. Raises Refused without a grant, EvidenceError if it is not what was sealed."""
        from hanse.rights.sealing import unseal

        if self._client._wallet is None:
            return self._client._ask("GET", f"contents/{content}/opened").content
        sealed = self._client.content(content)
        return unseal(sealed, self._file_key(content, sealed))

    def let_read(self, content: str, reader: str) -> None:
        """Lets an account read a file of one's own, by its published key, whose signature is checked here."""
        from hanse.rights.sealing import wrap

        if self._client._wallet is None:
            self._client._ask("POST", f"contents/{content}/grants", json={"reader": reader})
            return
        key = self._reader(reader)
        if key is None:
            raise InputError(
                "this account has published no key", where=reader, hint="it does so with: hanse rights key"
            )
        sealed = self._client.content(content)
        self._let(content, reader, wrap(self._file_key(content, sealed), sealed, key))

    def let_asked(self, order: int) -> list[str]:
        """Lets the members that can work for an order of one's own read its drawing; returns who now may. Members
        that have published no key are left out."""
        story = self._client.order(order)
        drawing = story.asked.get("drawing") or {}
        if story.order.customer != self._client.session().address or "design" not in drawing:
            return []
        may = {one.reader for one in self.readers(drawing["content"]).grants}
        done = []
        for one in story.answers:
            if one.answer in ("ACCEPT", "PARTIAL") and one.member not in may and self._key(one.member) is not None:
                self.let_read(drawing["content"], one.member)
                done.append(one.member)
        return done

    def withdraw(self, content: str, reader: str) -> None:
        """From now on the service gives this reader nothing of the file any more."""
        self._client._ask("DELETE", f"contents/{content}/grants/{reader}")

    def readers(self, content: str) -> shapes.ReadersNow:
        """Who may read a file of one's own, and who fetched its key when."""
        return self._client._get(f"contents/{content}/grants", shapes.ReadersNow)

    # Designs and licences.

    def designs(self, *, own: bool = False) -> Iterator[shapes.DesignNow]:
        return self._client._all("designs", shapes.DesignNow, {"own": "true"} if own else None)

    def design(self, design: str) -> shapes.DesignNow:
        return self._client._get(f"designs/{design}", shapes.DesignNow)

    def register(self, design: str, parents: Sequence[str] = ()) -> shapes.ActionNow:
        """Registers a design by the hash of its file: sealed first, so that nobody who looks on is faster."""
        salt = "0x" + secrets.token_hex(32)
        self._client._write("POST", "designs/seals", {"design": design, "salt": salt})
        return self._client._write("POST", "designs", {"design": design, "salt": salt, "parents": list(parents)})

    def transfer(self, design: str, to: str) -> shapes.ActionNow:
        return self._client._write("POST", f"designs/{design}/transfer", {"to": to})

    def contest(self, design: str, words: str) -> shapes.ActionNow:
        return self._client._write("POST", f"designs/{design}/contest", {"words": words})

    def decide(self, design: str, claimant: str, upheld: bool, words: str) -> shapes.ActionNow:
        body = {"claimant": claimant, "upheld": upheld, "words": words}
        return self._client._write("POST", f"designs/{design}/decision", body)

    def licences(self) -> Iterator[shapes.LicenceNow]:
        return self._client._all("licences", shapes.LicenceNow)

    def license(
        self, design: str, licensee: str, *, pieces: int, until: int, royalty: int, order: int = 0
    ) -> shapes.ActionNow:
        """until: seconds since 1970; royalty: cents a piece; order: the only one it is for, 0 for any."""
        body: dict[str, Any] = {"design": design, "licensee": licensee, "pieces": pieces}
        return self._client._write("POST", "licences", {**body, "until": until, "royalty": royalty, "order": order})

    def use(self, licence: int, order: int) -> shapes.ActionNow:
        """Uses a licence for an order of one's own; what the purse for royalties lacks is put down with it."""
        return self._client._write("POST", f"orders/{order}/designs", {"licence": licence})

    def uses(self, order: int) -> list[shapes.UseNow]:
        return self._client._list(f"orders/{order}/designs", shapes.UseNow)

    def give_back(self, order: int, design: str) -> shapes.ActionNow:
        return self._client._write("DELETE", f"orders/{order}/designs/{design}", None)

    # Passports, and what becomes of products.

    def passport_draft(self, order: int) -> shapes.PassportDraft:
        """What an order's passport would say now, unsigned."""
        return self._client._get(f"orders/{order}/passport", shapes.PassportDraft)

    def publish_passport(self, order: int) -> shapes.PassportNow:
        """Signs and publishes the passport of an order of one's own; anyone who has its name reads it."""
        wallet, body = self._client._wallet, dict[str, Any]()
        if wallet is not None:
            body["signature"] = signing.typed(wallet, self.passport_draft(order).to_sign)
        return self._client._post(f"orders/{order}/passport", body, shapes.PassportNow)

    def passport(self, name: str) -> dict[str, Any]:
        """A published passport; check it with `hanse.rights.passport.check`."""
        return self._client._document(f"passports/{name}")

    def say_turn(
        self, order: int, kind: str, words: str = "", *, materials: Mapping[str, int] | None = None,
        **how: Unpack[How],
    ) -> shapes.ActionNow:  # fmt: skip
        """Records what became of an order's product, to the day it is recycled; passports made from then on list it.
        kind: as in `shapes.SayTurn`; materials: grams by name, that were won back, put in or thrown away."""
        body = {"kind": kind, "words": words, "materials": dict(materials or {})}
        return self._client._write("POST", f"orders/{order}/life", body, **how)

    # Inside.

    def _wallet(self) -> LocalAccount:
        if self._client._wallet is None:
            raise InputError("this needs a wallet's key", where="rights", hint="sign in with a key: HANSE_KEY")
        return self._client._wallet

    def _realm(self) -> Realm:
        from hanse.rights.sealing import Realm

        told = self._client.league()
        return Realm(told.chain_id, told.contracts["Designs"])

    def _own(self) -> Own:
        """The wallet, with a key published if it had none."""
        wallet = self._wallet()
        known = self._key(wallet.address) or self.publish_key()
        return Own(wallet, self._realm(), known.number)

    def _key(self, account: str) -> shapes.ReadingKeyNow | None:
        try:
            return self._client._get(f"keys/{account}", shapes.ReadingKeyNow)
        except Refused as refusal:
            if refusal.status == 404:
                return None
            raise

    def _reader(self, account: str) -> ReaderKey | None:
        """The key of a reader. Raises EvidenceError unless the reader itself has signed it for this league."""
        from eth_utils.address import to_checksum_address

        from hanse.rights.sealing import ReaderKey

        told = self._key(account)
        if told is None:
            return None
        if told.account != to_checksum_address(account):
            raise EvidenceError("the service gave another account's key", where=account)
        key = ReaderKey(told.account, bytes.fromhex(told.key[2:]), told.number, bytes.fromhex(told.signature[2:]))
        key.check(self._realm())
        return key

    def _file_key(self, content: str, sealed: bytes) -> bytes:
        from hanse.rights.sealing import secret_of, unwrap

        own = self._own()
        wrapped = self._client._get(f"contents/{content}/key", shapes.WrappedKey).wrapped
        secret = secret_of(own.wallet, own.realm, own.number)
        return unwrap(bytes.fromhex(wrapped[2:]), sealed, own.wallet.address, secret)

    def _let(self, content: str, reader: str, wrapped: bytes) -> None:
        body = {"reader": reader, "wrapped": "0x" + wrapped.hex()}
        self._client._ask("POST", f"contents/{content}/grants", json=body)
