"""Everything that reads a file or bytes of somebody else's, with true samples of each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hanse
from hanse import instances
from hanse.errors import EvidenceError, HanseError, InputError
from tests.campaign import samples
from tests.campaign.mutate import Kind

Made = Mapping[str, bytes]


@dataclass(frozen=True)
class Reader:
    """name: for the table; samples: true contents, by file name, whose ending the reader may look at; read: takes a
    file and refuses with a HanseError or not at all. of_league: its samples are made by a league on a chain. cost: one
    input takes as long as so many of others, and it gets so many times fewer."""

    name: str
    kind: Kind
    samples: Callable[[], Made]
    read: Callable[[Path], object]
    of_league: bool = False
    cost: int = 1


class Changed(AssertionError):
    """A refusal left something behind, or what was taken is not what was written."""


# --- problems, plans, tables ------------------------------------------------------------------------------------------


def _problem(path: Path) -> object:
    """What is taken is whole: it has a root, and written again it is the same."""
    problem = hanse.read(path)
    again = instances.hanse_json.read_problem(instances.hanse_json.write_problem(problem))
    if again.root != problem.root:
        raise Changed("a problem that was read, written and read again has another root")
    return problem


def _plan(path: Path) -> object:
    plan = instances.read_plan(path)
    again = instances.hanse_json.read_plan(instances.hanse_json.write_plan(plan))
    if again.root != plan.root:
        raise Changed("a plan that was read, written and read again has another root")
    return plan


def _checked(path: Path) -> object:
    """A plan beside its problem, judged."""
    from hanse.model.check import check

    return check(samples.problem(), instances.read_plan(path))


def _schedule(path: Path) -> object:
    """The calendar of a plan, for whatever plan its own problem can check."""
    from datetime import UTC, datetime

    from hanse.instances.schedule import write_ics

    return write_ics(samples.problem(), instances.read_plan(path), datetime(2026, 11, 30, 8, tzinfo=UTC))


def _preview(path: Path) -> object:
    from hanse.instances import tables

    seen = tables.look(instances.read_bytes(path))
    if (seen.problem is None) != bool(seen.total):
        raise Changed("a preview shows neither a problem nor a fault, or both")
    return seen


def _front(path: Path) -> object:
    from hanse.app.pareto.files import pick

    return pick(path, "knee")


def _contribution(path: Path) -> object:
    from hanse.app import contributing

    return contributing.read(path)


def _instance(name: str, kind: Kind, *files: str) -> Reader:
    return Reader(name, kind, lambda: {one: samples.instance(one) for one in files}, _problem)


# --- machines ---------------------------------------------------------------------------------------------------------


def _aas(path: Path) -> object:
    from hanse.telemetry.aas import read_enterprise

    return read_enterprise(path, "E1", "E1")


def _log(path: Path) -> object:
    from hanse.telemetry.table import read_table

    return list(read_table(path))


def _payload(path: Path) -> object:
    from hanse.telemetry.sparkplug import Session, Topic, Unnamed

    session, data = Session(), path.read_bytes()
    try:
        return [session.readings(Topic("E1", kind, "line", "M1"), data) for kind in ("DBIRTH", "DDATA", "NDEATH")]
    except Unnamed:
        return None  # the node is asked for its birth


def _reading(path: Path) -> object:
    from hanse.telemetry.reading import read_content

    return read_content(path.read_bytes())


def _gateway(path: Path) -> object:
    from hanse.app.gateway import read_settings

    return read_settings(path)


def _names(path: Path) -> object:
    from hanse.app.gateway import read_names

    return read_names(path)


def _shop(path: Path) -> object:
    from hanse.app.shop.settings import read_settings

    return read_settings(path)


# --- evidence ---------------------------------------------------------------------------------------------------------


def _certificate(path: Path) -> object:
    """Decoded and judged: whatever decodes is refuted or true, and never stops the judge."""
    from hanse.ledger.certificates.certificate import Certificate
    from hanse.ledger.certificates.refute import refute
    from tests.ledger.certificates.liars import WHOLE

    return refute(WHOLE.problem, Certificate.decode(path.read_bytes()), None)


def _witness(path: Path) -> object:
    from hanse.ledger.certificates.rules import check_witness
    from hanse.ledger.certificates.witness import Witness
    from tests.ledger.certificates.liars import WHOLE

    return check_witness(WHOLE.root, WHOLE.honest().claim, Witness.decode(path.read_bytes()))


def _report(path: Path) -> object:
    from hanse.app.audit_report import verify

    return verify(path.read_bytes())


def _passport(path: Path) -> object:
    from hanse.app import passports
    from hanse.rights.passport import check

    said = passports.read(path)
    return check(said, [samples.known()])


def _records(path: Path) -> object:
    from hanse.app import passports
    from hanse.rights.proof import verify

    said = passports.read(path)
    if not isinstance(said, dict):
        raise InputError("this is no evidence", where=str(path))
    return verify(said.get("proof", {}), [samples.known()])


def _paper(path: Path) -> object:
    from hanse.app.bridge_papers import read_paper

    return read_paper(path)


def _proof(path: Path) -> object:
    from hanse.app.bridge_papers import read_proof

    return read_proof(path)


def _subject(path: Path) -> object:
    from hanse.app.bridge_subjects import of_file

    return of_file(path)


def _oracle(path: Path) -> object:
    from hanse.app import oracle

    data, of = path.read_bytes(), samples.ANCHORED
    with samples.content() as content:
        return oracle.examine(data, content, of)


def _feed(path: Path) -> object:
    from hanse.app import oracle

    return oracle.read_feed(path.read_bytes())


def _statement(path: Path) -> object:
    from hanse.app import oracle

    return oracle.read_statement(path.read_bytes())


def _backup(path: Path) -> object:
    """Nothing is there after a refusal."""
    from hanse.ledger.restore import restore

    target = path.parent / "restored"
    try:
        return restore(path, target)
    except HanseError:
        if target.exists() and any(target.iterdir()):
            raise Changed("a refused backup left files behind") from None
        raise
    finally:
        shutil.rmtree(target, ignore_errors=True)
        for name in path.parent.glob("*evil*"):
            raise Changed(f"a backup wrote {name.name} beside its place")


# --- identity and rights ----------------------------------------------------------------------------------------------


def _credential(path: Path) -> object:
    from hanse.app.identifying import read_text
    from hanse.identity import credential

    return credential.read(read_text(path)).claims


def _presentation(path: Path) -> object:
    """As the reader of what is shown reads it, up to asking the chain."""
    from hanse.app.identifying import read_text
    from hanse.identity import credential, keys

    shown, _, proof = read_text(path).rpartition("~")
    found = credential.read(shown + "~").claims
    try:
        return found, keys.read(proof)
    except keys.Unreadable as reason:
        raise EvidenceError(str(reason)) from None


def _did(path: Path) -> object:
    from hanse.identity.did import parse

    return parse(path.read_bytes().decode(errors="replace"))


def _sealed(path: Path) -> object:
    from hanse.rights.sealing import unseal

    return unseal(path.read_bytes(), samples.sealed()[1])


# --- the market's and the laboratory's papers -------------------------------------------------------------------------


def _slip(path: Path) -> object:
    from hanse.app.cli_market import _text
    from hanse.market.slip import read

    return read(_text(path))


def _json_of_market(read: Callable[[bytes], object]) -> Callable[[Path], object]:
    return lambda path: read(path.read_bytes())


def _promise(data: bytes) -> object:
    from hanse.market.quote import read_promise

    return read_promise(data)


def _assembly(data: bytes) -> object:
    from hanse.market.quote import read_assembly

    return read_assembly(data)


def _stance(data: bytes) -> object:
    from hanse.market.negotiation import read

    return read(data)


def _notice(data: bytes) -> object:
    from hanse.market.notice import parse

    return parse(data)


def _document(data: bytes) -> object:
    from hanse.app.documents import parse

    return parse(data, "hanse-order/1")


def _drawing(path: Path) -> object:
    from hanse.app.api.uploads import kind_of

    return kind_of(path.name, path.read_bytes())


def _study(path: Path) -> object:
    from hanse.lab.study import read_study

    return read_study(path)


def _advice(path: Path) -> object:
    from hanse.app.lab.chartering import read_advice

    return read_advice(path.read_bytes(), str(path))


def _market_json(path: Path) -> Any:
    from hanse.app.cli_market import _read

    return _read(path)


def _one(name: str, data: Callable[[], bytes]) -> Callable[[], Made]:
    return lambda: {name: data()}


READERS: tuple[Reader, ...] = (
    _instance("hanse JSON", "json", "two_shops.json", "league.json"),
    _instance("flexible job shop (.fjs)", "text", "small.fjs"),
    _instance("process planning (IPPS)", "text", "planning.txt"),
    _instance("graphs (Birgin)", "text", "graph.txt"),
    _instance("distributed flow shop", "text", "flow.txt"),
    _instance("transfer between factories", "json", "transfer.json"),
    _instance("tables, archive of CSV", "zip", "tables.zip"),
    _instance("tables, workbook", "zip", "tables.xlsx"),
    Reader("preview of tables", "zip", lambda: {"tables.zip": samples.instance("tables.zip")}, _preview),
    Reader("plan", "json", _one("plan.json", samples.plan), _plan),
    Reader("plan against its problem", "json", _one("plan.json", samples.plan), _checked),
    Reader("calendar of a plan", "json", _one("plan.json", samples.plan), _schedule),
    Reader("front of compromises", "json", _one("front.json", samples.front), _front, cost=2),
    Reader("contribution", "json", _one("contribution.json", samples.contribution), _contribution),
    Reader("AAS, JSON", "json", _one("plant.json", lambda: samples.shells(".json")), _aas),
    Reader("AAS, XML", "text", _one("plant.xml", lambda: samples.shells(".xml")), _aas),
    Reader("AAS, package", "zip", _one("plant.aasx", lambda: samples.shells(".aasx")), _aas),
    Reader("log of readings", "text", _one("log.csv", lambda: samples.LOG), _log),
    Reader("Sparkplug payload", "bytes", _one("payload", samples.payload), _payload),
    Reader("reading", "json", _one("reading", samples.reading), _reading),
    Reader("settings of a gateway", "text", _one("gateway.toml", lambda: samples.GATEWAY), _gateway),
    Reader("names of capabilities", "json", _one("names.json", lambda: b'{"https://x/milling": "milling"}'), _names),
    Reader("settings of a shop", "text", _one("shop.toml", lambda: samples.SHOP), _shop),
    Reader("certificate", "bytes", _one("plan.cert", samples.certificate), _certificate),
    Reader("witness", "bytes", lambda: samples.witnesses(), _witness),
    Reader("audit report, JSON", "json", _one("report.json", lambda: samples.report(False)), _report),
    Reader("audit report, page", "text", _one("report.html", lambda: samples.report(True)), _report),
    Reader("passport", "json", lambda: samples.of_league("passport.json"), _passport, True),
    Reader("evidence of records", "json", lambda: samples.of_league("passport.json"), _records, True),
    Reader("backup", "tar", lambda: samples.of_league("league.backup"), _backup, True, 10),
    Reader("paper of attestors", "json", _one("paper.json", samples.paper), _paper),
    Reader("proof for another chain", "json", _one("proof.json", samples.proof), _proof),
    Reader("subject of the bridge", "json", _one("plan.json", samples.plan), _subject),
    Reader("record of a feed", "json", _one("record.json", samples.record), _oracle),
    Reader("feed", "json", _one("feed.json", samples.feed), _feed),
    Reader("statement of a source", "json", _one("statement.json", samples.statement), _statement),
    Reader("credential", "token", _one("credential.txt", samples.credential), _credential),
    Reader("presentation", "token", _one("shown.txt", samples.presentation), _presentation),
    Reader("DID", "text", _one("did", lambda: b"did:ethr:0x107b:0x" + b"5f" * 20), _did),
    Reader("sealed file", "bytes", _one("sealed", lambda: samples.sealed()[0]), _sealed),
    Reader("slip of a bid", "json", _one("bid.json", samples.slip), _slip),
    Reader("file of the market", "json", _one("terms.json", samples.slip), _market_json),
    Reader("promise", "json", _one("promise.json", samples.promise), _json_of_market(_promise)),
    Reader("assembly of promises", "json", _one("assembly.json", samples.assembly), _json_of_market(_assembly)),
    Reader("stance", "json", _one("stance.json", samples.stance), _json_of_market(_stance)),
    Reader("notice", "json", _one("notice.json", samples.notice), _json_of_market(_notice)),
    Reader("document of the content store", "json", _one("order.json", samples.order), _json_of_market(_document)),
    Reader("drawing", "text", lambda: samples.drawings(), _drawing),
    Reader("study of the laboratory", "text", _one("study.toml", lambda: samples.STUDY), _study),
    Reader("advice of the laboratory", "json", _one("advice.json", samples.advice), _advice),
)


def reader_of(name: str) -> Reader:
    return next(one for one in READERS if one.name == name)


__all__ = ["READERS", "Changed", "Reader", "reader_of"]
