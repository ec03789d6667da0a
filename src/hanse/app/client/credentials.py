"""Credentials: issued, shown, judged, taken back; and what was refused (docs/identity.md). With a wallet, credentials
are signed and shown here: the service sees neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from hanse.app.api import shapes
from hanse.app.client.accounts import Accounts
from hanse.app.client.connection import How, said
from hanse.app.client.league import League
from hanse.clock import SystemClock

if TYPE_CHECKING:
    from hanse.identity.credential import Kind


class Credentials(Accounts, League):
    def issue_credential(
        self, kind: Kind, subject: str, claims: Mapping[str, Any], *, days: int = 365
    ) -> shapes.CredentialNow:
        """As a notary, or in the seat of one. Give it to its holder: it is kept nowhere else. claims: each is hidden
        until its holder shows it."""
        if self._wallet is None:
            body = {"kind": kind, "subject": subject, "claims": dict(claims), "days": days}
            return self._post("credentials", body, shapes.CredentialNow)
        from hanse.identity import credential
        from hanse.identity.did import did_of

        league, wallet = self.league(), self._wallet
        issuer, about = (did_of(one, league.chain_id) for one in (self.session().seat or wallet.address, subject))
        text = credential.issue(
            wallet, issuer, kind, about, claims,
            valid_from=int(SystemClock().now()), seconds=days * 86_400, contract=league.contracts["Identities"],
        )  # fmt: skip
        made = credential.read(text)
        return shapes.CredentialNow(
            credential=text,
            digest=made.digest,
            issuer=str(made.issuer),
            subject=str(made.subject),
            until=made.valid_until,
        )

    def revoke_credential(
        self, credential: str | None = None, *, digest: str | None = None, subject: str | None = None,
        reason: str = "", **how: Unpack[How],
    ) -> shapes.ActionNow:  # fmt: skip
        """Takes one of yours back for ever, by its text, or by its digest and whom it is about. A certified member's
        certificate is withdrawn with it."""
        body = {"credential": credential, "digest": digest, "subject": subject, "reason": reason}
        return self._write("POST", "credentials/revocation", body, **how)

    def ask_showing(self) -> shapes.QuestionNow:
        """What to tell somebody who is to show you something."""
        return self._post("presentations/questions", None, shapes.QuestionNow)

    def show(self, credential: str, claims: Sequence[str], asked: shapes.QuestionNow) -> str:
        """A presentation of these claims of a credential of yours. asked: by its reader (`ask_showing`)."""
        if self._wallet is None:
            body = {"credential": credential, "show": list(claims), "audience": asked.audience, "nonce": asked.nonce}
            return self._post("presentations", body, shapes.Presented).presentation
        from hanse.identity.presentation import present

        now = int(SystemClock().now())
        return present(self._wallet, credential, claims, audience=asked.audience, nonce=asked.nonce, now=now)

    def judge(self, presentation: str, nonce: str) -> shapes.VerifiedNow:
        """What is believed of what was shown to you. nonce: of your question. Raises Refused with the reason for a
        no."""
        return self._post("presentations/judgement", {"presentation": presentation, "nonce": nonce}, shapes.VerifiedNow)

    def refusals(self, limit: int = 50, *, before: int | None = None) -> list[shapes.RefusalNow]:
        """What was refused and why, the newest first: what is about you, for the league's staff all. before: only
        those with smaller numbers."""
        return self._list("refusals", shapes.RefusalNow, said(limit=limit, before=before))
