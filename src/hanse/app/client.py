"""`hanse.Client`: a service's API as Python, typed and synchronous. Answers are the shapes of `hanse.app.api.shapes`.

    with hanse.Client("https://league.example") as league:
        league.sign_in("Mueller", "four words are easy to keep")
        number = league.place_order(product=1, quantity=20, deposit=5_000).result["order"]
        print(league.order(number).order.status)

Writes come back when the ledger has them; `wait=False` comes back as soon as nothing can lose them. Whatever the
service refuses is raised as the error of `hanse.errors` that it stands for, with what, where and what to do.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from hanse.app.api import shapes
from hanse.errors import EnvironmentFault, EvidenceError, HanseError, InfeasibleError, InputError
from hanse.ledger.keys import external_account

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

S = TypeVar("S", bound=BaseModel)

SECONDS = 60.0
"""Longest wait for the ledger."""

Purse = Literal["settlement", "rounds", "offers"]


class Refused(HanseError):
    """The service refused. status: of HTTP; problem: all it said."""

    def __init__(self, status: int, problem: shapes.Problem) -> None:
        super().__init__(problem.detail, where=problem.where, hint=problem.hint)
        self.status, self.problem = status, problem
        self.exit_code = {422: InputError, 503: EnvironmentFault}.get(status, HanseError).exit_code
        if problem.title == "no plan exists":
            self.exit_code = InfeasibleError.exit_code


class Client:
    """A connection to the service at `url`. Use it as a context manager, or `close()` it. transport: for tests."""

    def __init__(self, url: str, *, seconds: float = 40.0, transport: httpx.BaseTransport | None = None) -> None:
        if not url.startswith(("http://", "https://")):
            raise InputError(f"{url!r} is no http(s) URL", where="--url", hint="e.g. https://league.example")
        self.url = url.rstrip("/")
        # Reading all certificates takes a while, and is for nothing without TLS.
        tls = self.url.startswith("https")
        self._http = httpx.Client(base_url=self.url, timeout=seconds, transport=transport, trust_env=False, verify=tls)
        self._csrf = ""
        self._wallet: LocalAccount | None = None

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connection; the session stays until it is over or `sign_out`."""
        self._http.close()

    # Accounts.

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
            "signature": _personal(wallet, asked.message),
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

    def keyfile(self) -> dict[str, Any]:
        """One's managed key, encrypted under the pass-phrase, as wallets import it."""
        return self._get("account/keyfile", shapes.Keyfile).keyfile

    def invite(self, *offices: str, note: str = "", days: int = 14) -> str:
        """The code of a new invitation."""
        body = {"offices": list(offices), "note": note, "days": days}
        return self._post("invitations", body, shapes.Invitation).code

    # The league.

    def league(self) -> shapes.LeagueNow:
        return self._get("league", shapes.LeagueNow)

    def set_services(self, services: Sequence[str], **how: Any) -> shapes.ActionNow:
        return self._write("PUT", "league/services", {"services": list(services)}, **how)

    def members(self) -> Iterator[shapes.MemberNow]:
        return self._all("members", shapes.MemberNow)

    def member(self, address: str) -> shapes.MemberNow:
        return self._get(f"members/{address}", shapes.MemberNow)

    def reputation(self, address: str) -> shapes.Reputation:
        return self._get(f"members/{address}/reputation", shapes.Reputation)

    def register(self, id: str, name: str, services: Sequence[str], **how: Any) -> shapes.ActionNow:
        return self._write("POST", "members", {"id": id, "name": name, "services": list(services)}, **how)

    def certify(self, member: shapes.MemberNow, **how: Any) -> shapes.ActionNow:
        """What you have seen of a member, and nothing it says later."""
        body = {"description": member.description}
        return self._write("POST", f"members/{member.address}/certificate", body, **how)

    # Orders.

    def products(self) -> Iterator[shapes.ProductNow]:
        return self._all("products", shapes.ProductNow)

    def add_product(self, id: str, name: str, required: Sequence[str], **how: Any) -> shapes.ActionNow:
        return self._write("POST", "products", {"id": id, "name": name, "required": list(required)}, **how)

    def orders(self, status: str | None = None) -> Iterator[shapes.OrderNow]:
        return self._all("orders", shapes.OrderNow, {"status": status} if status else {})

    def order(self, number: int) -> shapes.OrderStory:
        return self._get(f"orders/{number}", shapes.OrderStory)

    def place_order(
        self, *, product: int, quantity: int, deposit: int, wait: bool = True, key: str | None = None, **asked: Any
    ) -> shapes.ActionNow:
        """asked: due, release, weight, budget, min_quality, origin, destination, job."""
        body = {"product": product, "quantity": quantity, "deposit": deposit, **asked}
        return self._write("POST", "orders", body, wait=wait, key=key)

    def cancel_order(self, number: int, **how: Any) -> shapes.ActionNow:
        return self._write("DELETE", f"orders/{number}", None, **how)

    def match(self, number: int, **how: Any) -> shapes.ActionNow:
        return self._write("POST", f"orders/{number}/matching", None, **how)

    # Planning.

    def append_block(
        self, problem: Mapping[str, Any], plan: Mapping[str, Any], orders: Mapping[str, int], **how: Any
    ) -> shapes.ActionNow:
        """problem, plan: as `hanse.write` and `hanse.write_plan` spell them; orders: number by job."""
        body = {"problem": dict(problem), "plan": dict(plan), "orders": dict(orders)}
        return self._write("POST", "blocks", body, **how)

    def blocks(self) -> Iterator[shapes.BlockNow]:
        return self._all("blocks", shapes.BlockNow)

    def rounds(self) -> Iterator[shapes.RoundNow]:
        return self._all("rounds", shapes.RoundNow)

    def round(self, number: int) -> shapes.Leaderboard:
        return self._get(f"rounds/{number}", shapes.Leaderboard)

    def content(self, name: str) -> bytes:
        """The bytes behind a hash. Raises EvidenceError if they are others."""
        from hanse.model.canonical import digest

        data = self._ask("GET", f"contents/{name}").content
        if digest(data) != name:
            raise EvidenceError("the service gave other bytes than the hash names", where=name)
        return data

    # Agreements and what follows.

    def propose(self, order: int, compensation: Mapping[str, Any] | None = None, **how: Any) -> shapes.ActionNow:
        return self._write("POST", "agreements", {"order": order, "compensation": dict(compensation or {})}, **how)

    def agreements(self, *, waiting: bool = False) -> Iterator[shapes.AgreementNow]:
        """waiting: only those that need your answer."""
        return self._all("agreements", shapes.AgreementNow, {"waiting": waiting})

    def agreement(self, number: int) -> shapes.AgreementNow:
        return self._get(f"agreements/{number}", shapes.AgreementNow)

    def sign(self, number: int) -> shapes.AgreementNow:
        """Accept the present version."""
        body: dict[str, Any] = {}
        if self._wallet is not None:
            typed = self._get(f"agreements/{number}/acceptance", shapes.AcceptanceToSign).typed
            body["signature"] = _typed(self._wallet, typed)
        return self._post(f"agreements/{number}/signature", body, shapes.AgreementNow)

    def decline(self, number: int, reason: str = "unsaid", **how: Any) -> shapes.ActionNow:
        return self._write("POST", f"agreements/{number}/refusal", {"reason": reason}, **how)

    def start(self, agreement: int, milestone: int, **how: Any) -> shapes.ActionNow:
        return self._write("POST", f"agreements/{agreement}/milestones/{milestone}/start", None, **how)

    def deliver(self, agreement: int, milestone: int, words: str = "", **how: Any) -> shapes.ActionNow:
        return self._write("POST", f"agreements/{agreement}/milestones/{milestone}/delivery", {"words": words}, **how)

    def dispute(self, agreement: int, milestone: int, words: str = "", **how: Any) -> shapes.ActionNow:
        return self._write("POST", f"agreements/{agreement}/milestones/{milestone}/dispute", {"words": words}, **how)

    def accept(
        self, agreement: int, milestones: Sequence[int], ratings: Sequence[int | None], **how: Any
    ) -> shapes.ActionNow:
        body = {"milestones": list(milestones), "ratings": list(ratings)}
        return self._write("POST", f"agreements/{agreement}/acceptances", body, **how)

    # Money, audit.

    def money(self) -> shapes.Money:
        return self._get("money", shapes.Money)

    def mint(self, to: str, amount: int, **how: Any) -> shapes.ActionNow:
        return self._write("POST", "money", {"to": to, "amount": amount}, **how)

    def deposit(self, purse: Purse, amount: int, **how: Any) -> shapes.ActionNow:
        return self._write("POST", f"money/{purse}/deposit", {"amount": amount}, **how)

    def withdraw(self, purse: Purse, amount: int, **how: Any) -> shapes.ActionNow:
        return self._write("POST", f"money/{purse}/withdrawal", {"amount": amount}, **how)

    def audit(self, *, seconds: float = 600.0) -> shapes.AuditNow:
        """Has everything recomputed, and waits for what is found."""
        told, until = self._post("audit", None, shapes.AuditNow), time.monotonic() + seconds
        while told.state == "running" and time.monotonic() < until:
            time.sleep(0.1)
            told = self._get("audit", shapes.AuditNow)
        if told.state != "done":
            raise EnvironmentFault(f"the audit is {told.state}: {told.reason or 'it takes longer'}", where=self.url)
        return told

    # Writes, followed.

    def action(self, id: str) -> shapes.ActionNow:
        """What became of a write."""
        return self._get(f"actions/{id}", shapes.ActionNow)

    def wait(self, action: shapes.ActionNow, *, seconds: float = SECONDS) -> shapes.ActionNow:
        """Until the ledger has it. Raises HanseError if it failed, EnvironmentFault if it takes too long."""
        until, pause = time.monotonic() + seconds, 0.01
        while action.state == "stored":
            if time.monotonic() > until:
                raise EnvironmentFault("the ledger takes long; it is not lost", where=f"action {action.id}")
            time.sleep(pause)
            pause = min(0.25, 1.5 * pause)
            action = self.action(action.id)
        if action.state == "failed":
            raise HanseError(action.reason, where=f"{action.what}, action {action.id}", hint="nothing was changed")
        return action

    def _write(
        self, method: str, path: str, body: Any, *, wait: bool = True, key: str | None = None
    ) -> shapes.ActionNow:
        """key: names the intention; the same key does nothing twice. Left out, a new one."""
        headers = {"Idempotency-Key": key or secrets.token_hex(16)}
        action = _read(self._ask(method, path, json=body, headers=headers), shapes.ActionNow)
        if action.state == "to sign" and self._wallet is not None:
            signed = [_transaction(self._wallet, one) for one in action.sign]
            action = self._post(f"actions/{action.id}/signed", {"signed": signed}, shapes.ActionNow)
        return self.wait(action) if wait else action

    # Asking.

    def _ask(
        self, method: str, path: str, *, json: Any = None, params: Any = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        carried = {**(headers or {}), **({"X-Hanse-CSRF": self._csrf} if self._csrf else {})}
        try:
            answer = self._http.request(method, f"/api/v1/{path}", json=json, params=params, headers=carried)
        except httpx.HTTPError as failure:
            raise EnvironmentFault(
                f"the service does not answer ({type(failure).__name__})", where=self.url, hint="is it running?"
            ) from None
        if answer.status_code < 400:
            return answer
        try:
            problem = shapes.Problem.model_validate_json(answer.content)
        except ValidationError:
            raise EnvironmentFault(
                f"what answers is no Hanse service (status {answer.status_code})", where=self.url, hint="check the URL"
            ) from None
        raise Refused(answer.status_code, problem)

    def _get(self, path: str, shape: type[S], params: Any = None) -> S:
        return _read(self._ask("GET", path, params=params), shape)

    def _post(self, path: str, body: Any, shape: type[S]) -> S:
        return _read(self._ask("POST", path, json=body), shape)

    def _all(self, path: str, shape: type[S], params: Mapping[str, Any] | None = None) -> Iterator[S]:
        reader, cursor = TypeAdapter(list[shape]), None  # type: ignore[valid-type]
        while True:
            asked = {**(params or {}), "limit": 200, **({"cursor": cursor} if cursor else {})}
            page = self._ask("GET", path, params=asked).json()
            yield from reader.validate_python(page["items"])
            cursor = page["next"]
            if cursor is None:
                return

    def _begun(self, told: shapes.SessionNow) -> shapes.SessionNow:
        self._csrf = told.csrf
        return told


def _read(answer: httpx.Response, shape: type[S]) -> S:
    try:
        return shape.model_validate_json(answer.content)
    except ValidationError:
        raise EnvironmentFault(
            "the service answers in a form that this version does not know", where=str(answer.url), hint="update Hanse"
        ) from None


def _personal(wallet: LocalAccount, message: str) -> str:
    """As `personal_sign` signs a text."""
    from eth_account.messages import encode_defunct

    return "0x" + bytes(wallet.sign_message(encode_defunct(text=message)).signature).hex()


def _typed(wallet: LocalAccount, typed: dict[str, Any]) -> str:
    """As `eth_signTypedData_v4` signs."""
    from eth_account.messages import encode_typed_data

    return "0x" + bytes(wallet.sign_message(encode_typed_data(full_message=typed)).signature).hex()


def _transaction(wallet: LocalAccount, asked: shapes.ToSign) -> str:
    from hanse.ledger.signing import Fees, sign

    raw, _ = sign(
        wallet,
        chain_id=asked.chain_id,
        nonce=asked.nonce,
        gas=asked.gas,
        to=asked.to,
        value=asked.value,
        data=bytes.fromhex(asked.data[2:]),
        fees=Fees(asked.most, asked.tip),
    )
    return "0x" + raw.hex()
