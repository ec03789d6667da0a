"""A record of one chain is proven on another, by two real chains with ids of their own; and whatever is none is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from hanse.app import bridge_subjects, bridging
from hanse.app.bridge_papers import Paper, Proof, read_paper, read_proof, write_paper, write_proof
from hanse.errors import EvidenceError, InputError
from hanse.instances import write_plan
from hanse.ledger.anchors import Anchors
from hanse.ledger.bridge import records
from hanse.ledger.bridge.beacon import Beacon
from hanse.ledger.bridge.records import Record
from hanse.ledger.bridge.statement import Retraction, Statement, digest, sign, signers
from hanse.ledger.chain import Call, Reverted
from hanse.ledger.contracts import contract
from tests.ledger.two_chains import OTHER_ID, Chains, a_sealed_reading, two_chains


@pytest.fixture(scope="module")
def chains(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chains]:
    with pytest.MonkeyPatch.context() as patch, two_chains(tmp_path_factory.mktemp("bridge"), patch) as made:
        yield made


def stated(chains: Chains, folder: Path, by: int = 2) -> Paper:
    """The next statement, signed by so many attestors, each after looking for itself."""
    paper = bridging.attest(chains.source, chains.beacon, 0)
    assert paper is not None
    for number, attestor in enumerate(chains.attestors[:by]):
        bridging.check(chains.source, chains.beacon, paper, 0)
        paper = bridging.signed(paper, attestor, folder / str(number))
    return paper


def post(chains: Chains, paper: Paper, at: Beacon | None = None) -> str:
    assert isinstance(paper.said, Statement)
    beacon = at or chains.beacon
    counted = signers(paper.said, paper.scope, paper.signatures, chains.trusted)
    return beacon.post(chains.sender.outbox, chains.sender.keys.account("relayer"), paper.said, counted)


def retract(chains: Chains, number: int, reason: bytes) -> None:
    """Two attestors take back what is from this number on."""
    said = Retraction(number, chains.beacon.place().revision, reason)
    signed = [sign(said, chains.beacon.scope, one) for one in chains.attestors[:2]]
    counted = signers(said, chains.beacon.scope, signed, chains.trusted)
    chains.beacon.retract(chains.sender.outbox, chains.sender.keys.account("relayer"), said, counted)


def refused(chains: Chains, said: Statement, signatures: tuple[bytes, ...]) -> None:
    """The contract does not take it for the next statement, whoever brings it."""
    counted = signers(said, chains.beacon.scope, signatures, chains.trusted)
    data = contract("Beacon").encode("post", said.words, tuple(counted.values()))
    with pytest.raises(Reverted, match="NotNext"):
        chains.sender.chain.call(Call(chains.trusted[0], chains.beacon.address, data))


def said_something(chains: Chains, number: int, what: bytes = b"\7" * 32) -> None:
    Anchors(chains.ledger.league).anchor("member", b"\5" * 32, number, what, key=f"say/{number}/{what.hex()}").wait()


@pytest.fixture(scope="module")
def anchored(chains: Chains, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A plan, a reading and a certificate of the league under the first statement on the other chain."""
    folder = tmp_path_factory.mktemp("subjects")
    files = {"plan": folder / "plan.json", "reading": a_sealed_reading(chains.ledger, folder)}
    write_plan(chains.plan, files["plan"])
    post(chains, stated(chains, folder))
    return files


def proof_of(chains: Chains, wanted: bridge_subjects.Wanted) -> Proof:
    return bridging.prove(chains.source, chains.beacon, wanted, "it")


def test_a_plan_a_reading_and_a_certificate_are_proven_on_the_other_chain_and_offline(
    chains: Chains, anchored: dict[str, Path], tmp_path: Path
) -> None:
    assert chains.ledger.chain_id != chains.sender.chain.chain_id() == OTHER_ID
    wanted = [bridge_subjects.of_file(file)[0] for file in anchored.values()]
    wanted.append(bridge_subjects.certificate(chains.ledger.league.address("member")))

    for one, told in zip(wanted, ("Appended", "Anchored", "Certified"), strict=True):
        write_proof(tmp_path / "proof.json", proof_of(chains, one))
        proof = read_proof(tmp_path / "proof.json")
        asked = bridging.verify(proof, [], 0, chains.beacon)
        offline = bridging.verify(proof, chains.trusted, 2)

        assert (asked.event.name, asked.on_chain, offline.on_chain) == (told, True, False)
        assert asked.event.values == offline.event.values
        assert set(offline.by) == set(chains.trusted[:2])
        assert one(offline.event, proof.record.log())


def test_the_contract_tells_what_it_was_shown_once_however_often_it_is_sent(
    chains: Chains, anchored: dict[str, Path]
) -> None:
    proof = proof_of(chains, bridge_subjects.of_file(anchored["plan"])[0])
    relayer = chains.sender.keys.account("relayer")
    words = (proof.statement.number, proof.record, proof.position, proof.siblings)

    first = chains.beacon.prove(chains.sender.outbox, relayer, *words)
    before = chains.sender.chain.nonce(relayer.address)
    again = chains.beacon.prove(chains.sender.outbox, relayer, *words)

    assert first == again
    assert chains.sender.chain.nonce(relayer.address) == before


def test_a_changed_record_path_place_or_signature_proves_nothing(chains: Chains, anchored: dict[str, Path]) -> None:
    proof = proof_of(chains, bridge_subjects.of_file(anchored["plan"])[0])
    flipped = bytes([proof.siblings[0][0] ^ 1]) + proof.siblings[0][1:]
    lies = [
        replace(proof, record=replace(proof.record, data=proof.record.data[:-1] + b"\7")),
        replace(proof, record=replace(proof.record, emitter=chains.ledger.league.addresses.token)),
        replace(proof, record=replace(proof.record, height=proof.record.height + 1)),
        replace(proof, position=proof.position ^ 1),
        replace(proof, siblings=(flipped, *proof.siblings[1:])),
        replace(proof, siblings=proof.siblings[:-1]),
        replace(proof, statement=replace(proof.statement, root=b"\1" * 32)),
    ]

    for lie in lies:
        words = (lie.statement.number, lie.record, lie.position, lie.siblings)
        if lie.statement.root == proof.statement.root:
            assert not chains.beacon.holds(*words)
        with pytest.raises(EvidenceError):
            bridging.verify(lie, chains.trusted, 2)
    # A root that the liar made itself, with a path that fits: nobody signed it.
    own = replace(proof.record, data=b"my own")
    forged = replace(
        proof, record=own, position=0, siblings=(), statement=replace(proof.statement, root=records.root([own]))
    )
    with pytest.raises(EvidenceError, match="0 of the attestors"):
        bridging.verify(forged, chains.trusted, 2)
    with pytest.raises(EvidenceError, match="does not find"):
        bridging.verify(forged, chains.trusted, 2, chains.beacon)


def test_a_reading_that_was_changed_vouches_for_nothing(anchored: dict[str, Path], tmp_path: Path) -> None:
    lie = tmp_path / "lie.json"
    lie.write_text(anchored["reading"].read_text().replace('"Power", 2, 4', '"Power", 2, 5'))
    assert lie.read_text() != anchored["reading"].read_text()

    with pytest.raises(EvidenceError, match="not under the seal"):
        bridge_subjects.of_file(lie)


def test_python_and_the_contract_agree_on_what_is_signed(chains: Chains) -> None:
    said = Statement(3, 1, b"\1" * 32, 5, 9, b"\2" * 32, b"\3" * 32)

    assert chains.beacon.digest(said) == digest(said, chains.beacon.scope)


@pytest.mark.usefixtures("anchored")
def test_a_minority_is_not_believed(chains: Chains, tmp_path: Path) -> None:
    said_something(chains, 1)
    lonely = stated(chains, tmp_path, by=1)
    stranger = lonely.with_signature(sign(lonely.said, lonely.scope, Account.from_key(b"\x77" * 32)))
    twice = lonely.with_signature(lonely.signatures[0])

    for paper in (lonely, stranger, twice):
        with pytest.raises(InputError, match="1 attestors have signed, 2 must"):
            chains.beacon.enough(paper.said, paper.signatures)
        with pytest.raises(Reverted, match="TooFew"):
            post(chains, paper)


@pytest.mark.usefixtures("anchored")
def test_a_signature_means_nothing_at_another_contract_chain_or_league(chains: Chains) -> None:
    proof, place = proof_of(chains, lambda *_: True), chains.beacon.place()
    another = chains.another_beacon()
    first = Paper(chains.beacon.scope, proof.statement, proof.signatures)
    assert (first.said.number, first.said.revision) == (another.place().number, 0)

    with pytest.raises(Reverted, match=r"TooFew|SignersNotAscending"):
        post(chains, first, at=another)
    with pytest.raises(InputError, match="another league, chain or contract"):
        bridging.check(chains.source, another, first, 0)
    for scope in (
        replace(proof.scope, target=OTHER_ID + 1),
        replace(proof.scope, source=1),
        replace(proof.scope, beacon=another.address),
        replace(proof.scope, league=another.address),
    ):
        assert not signers(proof.statement, scope, proof.signatures, chains.trusted)
        with pytest.raises(EvidenceError):
            bridging.verify(replace(proof, scope=scope), chains.trusted, 2)
        with pytest.raises(EvidenceError):
            bridging.verify(replace(proof, scope=scope), [], 0, chains.beacon)
    assert chains.beacon.place() == place


@pytest.mark.usefixtures("anchored")
def test_a_stale_statement_is_not_believed_again(chains: Chains) -> None:
    old = chains.beacon.posted()[1]
    refused(chains, old.statement, old.signatures)


def test_an_attestor_signs_one_statement_for_one_place_even_after_it_was_killed(chains: Chains, tmp_path: Path) -> None:
    said_something(chains, 2)
    place = chains.beacon.place()
    paper = bridging.attest(chains.source, chains.beacon, 0)
    assert paper is not None
    assert isinstance(paper.said, Statement)
    signed = bridging.signed(paper, chains.attestors[0], tmp_path)
    other = replace(paper, said=replace(paper.said, root=b"\1" * 32))

    with pytest.raises(InputError, match="has signed another"):
        bridging.signed(other, chains.attestors[0], tmp_path)
    assert bridging.signed(paper, chains.attestors[0], tmp_path) == signed
    assert chains.beacon.place() == place


def test_an_attestor_that_signed_two_statements_for_one_place_is_struck(chains: Chains) -> None:
    said_something(chains, 3)
    true = bridging.attest(chains.source, chains.beacon, 0)
    assert true is not None
    assert isinstance(true.said, Statement)
    false = replace(true, said=replace(true.said, root=b"\1" * 32))
    liar = chains.attestors[2]
    papers = [one.with_signature(sign(one.said, one.scope, liar)) for one in (true, false)]
    with pytest.raises(EvidenceError, match="does not say so"):  # no honest attestor joins in
        bridging.check(chains.source, chains.beacon, papers[1], 0)

    first, second, who = bridging.contradiction(*papers)
    chains.beacon.expose(chains.sender.outbox, chains.sender.keys.account("relayer"), first, second)

    assert who == liar.address
    assert not chains.beacon.is_attestor(liar.address)
    with pytest.raises(InputError, match="no attestor has signed both"):
        bridging.contradiction(papers[0], papers[0])


def test_what_is_not_deep_enough_is_not_stated(chains: Chains) -> None:
    said_something(chains, 4)
    before = bridging.attest(chains.source, chains.beacon, 0)
    deep = bridging.attest(chains.source, chains.beacon, chains.source.chain.height() + 1)

    assert deep is None
    assert before is not None
    with pytest.raises(EvidenceError, match="lie above it"):
        bridging.check(chains.source, chains.beacon, before, 50)


def test_a_root_of_a_turned_chain_is_found_taken_back_and_told_anew(chains: Chains, tmp_path: Path) -> None:
    said_something(chains, 5)
    snapshot = chains.ask("evm_snapshot")
    said_something(chains, 6, b"\x61" * 32)
    lost = stated(chains, tmp_path)
    post(chains, lost)
    assert isinstance(lost.said, Statement)
    proof = proof_of(chains, lambda event, _: event.values.get("root") == b"\x61" * 32)
    assert bridging.turned(chains.source, chains.beacon) is None

    chains.ask("evm_revert", snapshot)  # and the chain goes on otherwise
    said_something(chains, 7, b"\x62" * 32)
    chains.ask("anvil_mine", hex(3))

    assert bridging.turned(chains.source, chains.beacon) == lost.said
    with pytest.raises(EvidenceError, match="not what the league's chain says"):
        proof_of(chains, lambda *_: True)
    paper = bridging.retraction(chains.source, chains.beacon)
    assert paper is not None
    assert isinstance(paper.said, Retraction)
    bridging.check(chains.source, chains.beacon, paper, 0)
    retract(chains, paper.said.number, paper.said.reason)

    assert not chains.beacon.holds(proof.statement.number, proof.record, proof.position, proof.siblings)
    with pytest.raises(EvidenceError, match="does not find"):
        bridging.verify(proof, [], 0, chains.beacon)
    refused(chains, lost.said, lost.signatures)
    post(chains, stated(chains, tmp_path))
    anew = proof_of(chains, lambda event, _: event.values.get("root") == b"\x62" * 32)
    assert bridging.verify(anew, [], 0, chains.beacon).on_chain
    assert not chains.beacon.holds(proof.statement.number, proof.record, proof.position, proof.siblings)


def test_a_paper_survives_its_file_and_a_damaged_one_is_refused(chains: Chains, tmp_path: Path) -> None:
    said = Statement(3, 1, b"\1" * 32, 5, 9, b"\2" * 32, b"\3" * 32)
    paper = Paper(chains.beacon.scope, said, (sign(said, chains.beacon.scope, chains.attestors[0]),))
    back = replace(paper, said=Retraction(3, 1, b"\4" * 32))
    for one in (paper, back):
        write_paper(tmp_path / "paper.json", one)
        assert read_paper(tmp_path / "paper.json") == one
    text = (tmp_path / "paper.json").read_text()

    for bad in (text[:-20], text.replace("0x04", "0y04"), "[]", "{}", text.replace("paper/1", "paper/2")):
        (tmp_path / "bad.json").write_text(bad)
        with pytest.raises(InputError):
            read_paper(tmp_path / "bad.json")


RECORDS = st.builds(
    Record,
    st.integers(0, 2**40), st.integers(0, 2**20), st.just("0x" + "ab" * 20),
    st.lists(st.binary(min_size=32, max_size=32), max_size=4).map(tuple), st.binary(max_size=100),
)  # fmt: skip


@given(st.lists(RECORDS, min_size=1, max_size=20), st.data())
def test_every_record_has_a_path_to_the_root_and_no_other_place(every: list[Record], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(every) - 1))
    path = records.path(every, place)

    assert records.holds(every[place], place, path, records.root(every))
    for other in range(1 << len(path)):
        if other != place and (other >= len(every) or every[other] != every[place]):
            assert not records.holds(every[place], other, path, records.root(every))
    assert not records.holds(every[place], place + (1 << len(path)), path, records.root(every))
