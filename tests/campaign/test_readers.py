"""Whatever stands in a file, its reader takes it whole or refuses it in words. What campaigns found is here by name."""

from __future__ import annotations

import io
import json
import random
import tarfile
import time
from pathlib import Path

import pytest

import hanse
from hanse.app import documents
from hanse.app.api.uploads import kind_of
from hanse.errors import EvidenceError, HanseError, InputError
from hanse.instances import dpfsp, hanse_json, tables
from hanse.model.objective import Objective
from hanse.rights import passport
from hanse.telemetry.sparkplug import Session, Topic, encode
from tests.campaign.inputs import fault, read_many
from tests.campaign.mutate import Kind, mutated
from tests.campaign.readers import READERS, Reader
from tests.campaign.samples import instance, plan

HERE = [one for one in READERS if not one.of_league and one.cost == 1]
"""Readers whose samples are soon made, without a chain."""

every = pytest.mark.parametrize("reader", HERE, ids=[one.name for one in HERE])

HOSTILE = {
    "deeper than any parser goes": b"[" * 20_000,
    "objects deeper than any parser goes": b'{"a":' * 20_000,
    "no text": b"\xff\xfe\x00\xc3(",
    "a text cut in a letter": '{"format": "ü'.encode()[:-1],
    "nothing": b"",
    "zeros": bytes(5_000),
    "a number without end": b'{"a": ' + b"9" * 5_000 + b"}",
    "a setting without end": b"runs = " + b"9" * 5_000 + b"\n",
    "half of a pair": b'{"format": "\\ud800", "\\udfff": NaN}',
    "lines without end": b"1 " * 200_000,
    "comments without end": b'<?xml version="1.0"?>\n' + b"<!-- drawn -->\n" * 2_000,
    "an entity that grows": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    "a name that steers a terminal": b'{"\x1b[2J\\u001b[2J\\u202e": 1}',
}


@every
def test_mutated_files_are_taken_whole_or_refused_in_words(reader: Reader, tmp_path: Path) -> None:
    found = read_many(reader, random.Random(reader.name), tmp_path, 12)
    assert found.failures == ()


@every
def test_hostile_files_are_refused_in_words(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / sorted(reader.samples())[0]
    for what, data in HOSTILE.items():
        file.write_bytes(data)
        assert fault(reader, file) == "", what


def test_the_same_chance_makes_the_same_inputs_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as folder:
        folder.addfile(tarfile.TarInfo("a"), io.BytesIO())
    samples: dict[Kind, bytes] = {
        "json": instance("two_shops.json"), "zip": instance("tables.zip"), "text": instance("small.fjs"),
        "tar": packed.getvalue(),
    }  # fmt: skip
    for kind, sample in samples.items():
        true = [sample]
        one = [mutated(random.Random(seed), true, kind) for seed in range(30)]
        with monkeypatch.context() as later:
            now = time.time() + 3600
            later.setattr("time.time", lambda now=now: now)
            other = [mutated(random.Random(seed), true, kind) for seed in range(30)]
        assert one == other
        assert len({*one, true[0]}) > 20


def test_a_reader_that_breaks_hangs_or_floods_is_found(tmp_path: Path) -> None:
    """Or a campaign without failures would say nothing."""

    def broken(path: Path) -> object:
        return json.loads(path.read_bytes())

    def flooding(_: Path) -> object:
        error = InputError("no")
        error.message = "no\n" * 1_000
        raise error

    def leaving(path: Path) -> object:
        path.with_suffix(f".{random.random()}").touch()
        return None

    sample = {"a.json": b'{"a": [1, 2, {"b": "c"}]}'}
    for number, read in enumerate((broken, leaving)):
        home = tmp_path / str(number)
        home.mkdir()
        assert read_many(Reader("broken", "json", lambda: sample, read), random.Random(1), home, 40).failures
    assert "lines" in fault(Reader("flooding", "json", lambda: sample, flooding), tmp_path)


# --- what was found ---------------------------------------------------------------------------------------------------


def test_a_count_of_a_thousand_digits_is_no_flow_shop() -> None:
    assert not dpfsp.recognises(b"2 3 2\n5 6 " + b"7" * 5_000 + b"\n1 2 3\n")


def test_a_flow_shop_of_more_factories_than_legs_between_them_find_room_is_refused() -> None:
    with pytest.raises(InputError, match="65536 sites are more than"):
        dpfsp.read_problem(b"2 3 65536\n5 6 7\n1 2 3\n")


def test_a_damaged_part_of_an_archive_is_refused() -> None:
    """Its directory and its checksum are right to the last byte; what is packed is not."""
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("league.csv", "setting,value\n" * 200)
    data = bytearray(out.getvalue())
    begin = data.index(b"league.csv") + len(b"league.csv")
    data[begin : begin + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(InputError, match="cannot be read"):
        tables.read_problem(bytes(data))


def test_a_cell_in_a_row_beyond_all_others_is_refused_soon() -> None:
    """A workbook says in which row a cell is: here the second stands in row 700,000,000, and before it nothing."""
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(instance("tables.xlsx"))) as true, zipfile.ZipFile(out, "w") as made:
        for one in true.infolist():
            data = true.read(one)
            if one.filename == "xl/worksheets/sheet1.xml":
                assert data.count(b'<row r="2"') == 1
                data = data.replace(b'<row r="2"', b'<row r="700000000"')
            made.writestr(one, data)
    with pytest.raises(InputError, match="row 1,000,001 is beyond"):
        tables.read_problem(out.getvalue())


def test_a_picture_of_comments_alone_is_none_and_that_is_seen_soon() -> None:
    assert kind_of("a.svg", HOSTILE["comments without end"] + b"<svg>") == "svg"
    with pytest.raises(InputError):
        kind_of("a.svg", HOSTILE["comments without end"])


@pytest.mark.parametrize("said", ["1" + " " * 200_000 + "!", "1" * 5_000 + " cost"])
def test_an_objective_of_blanks_or_of_a_weight_without_end_is_refused(said: str) -> None:
    with pytest.raises(InputError, match="cannot read"):
        Objective.parse(said)


def test_a_metric_whose_name_is_no_text_is_refused() -> None:
    payload = encode(1, [("Power", 367)], sequence=1).replace(b"Power", b"Pow\xffr")
    with pytest.raises(InputError, match="no text"):
        Session().readings(Topic("E1", "DDATA", "line", "M1"), payload)


@pytest.mark.parametrize("name", ["value", "lower_bound"])
def test_a_plan_of_more_than_any_amount_is_refused(name: str) -> None:
    for much in (1e308, 10**400, float("nan")):
        said = {**json.loads(plan()), name: much}
        with pytest.raises(InputError):
            hanse_json.read_plan(json.dumps(said).encode())


def test_alternatives_that_multiply_beyond_all_memory_are_refused(tmp_path: Path) -> None:
    """A node that has the same two ways out 2,000 times over: 2^2000 combinations in 16 kB."""
    file = tmp_path / "planning.txt"
    file.write_bytes(instance("planning.txt").replace(b"1 (3,4)\n", b"1 (3,4)\n" * 2_000))
    with pytest.raises(InputError, match="too many combinations"):
        hanse.read(file)


@pytest.mark.parametrize("value", ["NaN", "Infinity", '"\\ud800"'])
def test_documents_and_passports_that_cannot_be_spelled_are_refused(value: str) -> None:
    with pytest.raises(EvidenceError, match="not a canonical"):
        documents.parse(f'{{"format":"hanse-order/1","due":{value}}}'.encode(), "hanse-order/1")
    said = {
        "format": passport.FORMAT, "order": 1, "statement": {}, "proof": {},
        "documents": {"0x": {"a": json.loads(value)}}, "signature": {"by": "", "bytes": ""},
        "league": {"chain_id": 1, "contracts": dict.fromkeys(passport.PARTS, "0x")},
    }  # fmt: skip
    with pytest.raises(HanseError, match="of another form"):
        passport.check(said, [])
