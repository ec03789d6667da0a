"""What a notary states of an organisation, a person or a device: a W3C verifiable credential (data model 2.0), secured
as VC-JOSE-COSE says for SD-JWT. It is one line of text that its holder keeps: `<signed>~<claim>~<claim>~…~`.

What it is about is signed in the open; each claim is signed as a salted hash, and its holder shows what it wants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from hanse.errors import InputError
from hanse.identity import disclosure, keys
from hanse.identity.did import Did, did_of, parse
from hanse.model.keccak import keccak

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

Kind = Literal["organisation", "person", "device"]
KINDS: tuple[Kind, ...] = get_args(Kind)

TYPE = "vc+sd-jwt"
STATUS = "HanseIdentities1"
CONTEXT = ("https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/undefined-terms/v2")
MOST_SIGNS = 65_536
"""Of a credential or a presentation; beyond that it is not even looked at."""

_TYPES: Mapping[Kind, str] = {
    "organisation": "HanseOrganisationCredential",
    "person": "HansePersonCredential",
    "device": "HanseDeviceCredential",
}


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential as it stands. digest: by which its issuer takes it back; disclosures: claims that came with it;
    valid_from, valid_until: seconds since 1970; status: address of the contract that knows whether it was taken back,
    by chain; signer: address of the key that signed; hashes: of all its claims."""

    text: str
    kind: Kind
    issuer: Did
    subject: Did
    valid_from: int
    valid_until: int
    status: str
    signer: str
    digest: str
    hashes: tuple[str, ...]
    disclosures: tuple[str, ...]

    @property
    def claims(self) -> dict[str, Any]:
        """The claims that came with it. Raises InputError for one that was not signed."""
        return disclosure.shown(self.hashes, self.disclosures)


def issue(
    issuer: LocalAccount,
    identity: Did,
    kind: Kind,
    subject: Did,
    claims: Mapping[str, Any],
    *,
    valid_from: int,
    seconds: int,
    contract: str,
) -> str:
    """A credential of an identity, signed by its key. contract: of the league's identities, where it can be taken back.
    Raises InputError for claims that cannot be signed, subjects of another chain, or a time that is none."""
    if subject.chain_id != identity.chain_id:
        raise InputError(
            f"the subject is of chain {subject.chain_id}", where=str(subject), hint="use the league's chain"
        )
    if not 0 < seconds <= 3650 * 86_400:
        raise InputError("a credential is valid for a second to ten years", where=f"{seconds} seconds")
    hashes, disclosures = disclosure.hidden(claims)
    payload = {
        "@context": list(CONTEXT),
        "type": ["VerifiableCredential", _TYPES[kind]],
        "issuer": str(identity),
        "validFrom": _written(valid_from),
        "validUntil": _written(valid_from + seconds),
        "credentialSubject": {"id": str(subject), disclosure.HASHES: hashes},
        "credentialStatus": {"type": STATUS, "contract": did_of(contract, identity.chain_id).account},
        "cnf": {"kid": str(subject)},
        "_sd_alg": disclosure.ALGORITHM,
    }
    text = "~".join([keys.sign(issuer, TYPE, f"{identity}#controller", payload), *disclosures, ""])
    if len(text) > MOST_SIGNS:
        raise InputError(f"a credential has at most {MOST_SIGNS:,} signs, not {len(text):,}", where="claims")
    return text


def read(text: str) -> Credential:
    """A credential as its holder keeps it; its signature is right, and nothing else is checked. Raises InputError."""
    if len(text) > MOST_SIGNS:
        raise InputError(f"a credential has at most {MOST_SIGNS:,} signs", where=f"{len(text):,} signs")
    signed_text, *disclosures = text.split("~")
    if not disclosures or disclosures[-1]:
        raise InputError(
            "a credential ends with ~", where="credential", hint="was it cut off, or is it a presentation?"
        )
    try:
        signed = keys.read(signed_text)
    except keys.Unreadable as reason:
        raise InputError(str(reason), where="credential") from None
    if signed.typ != TYPE:
        raise InputError(f"this is {signed.typ[:40]!r} and not {TYPE!r}", where="credential")
    return _understood(text, signed, disclosures[:-1])


def _understood(text: str, signed: keys.Signed, disclosures: list[str]) -> Credential:
    said = signed.payload
    try:
        subject, status = said["credentialSubject"], said["credentialStatus"]
        if (
            said["_sd_alg"] != disclosure.ALGORITHM
            or status["type"] != STATUS
            or len(disclosures) > len(subject[disclosure.HASHES])
        ):
            raise InputError("it hides claims, or is taken back, in a way not known here", where="credential")
        if said["cnf"] != {"kid": subject["id"]} or set(subject) != {"id", disclosure.HASHES}:
            raise InputError("its holder is not whom it is about", where="credential")
        kind = next(kind for kind, name in _TYPES.items() if said["type"] == ["VerifiableCredential", name])
        issuer = parse(said["issuer"])
        if signed.kid.partition("#")[0] != str(issuer):
            raise InputError("it was signed in another name", where=signed.kid[:120])
        return Credential(
            text,
            kind,
            issuer,
            parse(subject["id"]),
            _seconds(said["validFrom"]),
            _seconds(said["validUntil"]),
            str(status["contract"]),
            signed.signer,
            # Of what was signed and not of the signature, of which anyone can write a second one.
            "0x" + keccak(signed.head).hex(),
            tuple(map(str, subject[disclosure.HASHES])),
            tuple(disclosures),
        )
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration):
        raise InputError("these are not the words of a credential of a league", where="credential") from None


def _written(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(text: str) -> int:
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
