"""Sparkplug B payloads: an independent library writes them, ours reads them; rubbish is refused."""

from __future__ import annotations

import pysparkplug
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.telemetry.reading import Reading, Value
from hanse.telemetry.sparkplug import Session, Topic, Unnamed, encode

DATA = Topic("E1", "DDATA", "line", "M1")
BIRTH = Topic("E1", "DBIRTH", "line", "M1")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (pysparkplug.DataType.INT8, -5),
        (pysparkplug.DataType.INT16, -300),
        (pysparkplug.DataType.INT32, -70_000),
        (pysparkplug.DataType.INT64, -(1 << 40)),
        (pysparkplug.DataType.UINT8, 200),
        (pysparkplug.DataType.UINT32, 4_000_000_000),
        (pysparkplug.DataType.UINT64, 1 << 62),
        (pysparkplug.DataType.FLOAT, 0.5),
        (pysparkplug.DataType.DOUBLE, 0.1),
        (pysparkplug.DataType.BOOLEAN, True),
        (pysparkplug.DataType.STRING, "läuft"),
    ],
)
def test_what_another_library_writes_is_read(kind: pysparkplug.DataType, value: Value) -> None:
    metric = pysparkplug.Metric(timestamp=1_700, name="Spindle", datatype=kind, value=value)
    payload = pysparkplug.DData(timestamp=1_800, seq=3, metrics=(metric,)).encode(include_dtypes=True)

    (reading,) = Session().readings(DATA, payload)

    assert reading == Reading("E1/line", "M1", "Spindle", 1_700, value)
    assert type(reading.value) is type(value)


def test_aliases_mean_what_the_birth_said() -> None:
    named = pysparkplug.Metric(
        timestamp=1, name="Power", datatype=pysparkplug.DataType.INT32, value=-7, alias=4, is_historical=False
    )
    short = pysparkplug.Metric(timestamp=2, name=None, datatype=pysparkplug.DataType.INT32, value=-8, alias=4)
    birth = pysparkplug.DBirth(timestamp=1, seq=1, metrics=(named,)).encode()
    data = pysparkplug.DData(timestamp=2, seq=2, metrics=(short,)).encode(include_dtypes=False)
    session = Session()

    first, second = session.readings(BIRTH, birth), session.readings(DATA, data)

    assert [one.value for one in (*first, *second)] == [-7, -8]
    assert second[0].metric == "Power"


def test_an_alias_without_a_birth_asks_for_one() -> None:
    short = pysparkplug.Metric(timestamp=2, name=None, datatype=pysparkplug.DataType.INT32, value=8, alias=4)
    data = pysparkplug.DData(timestamp=2, seq=2, metrics=(short,)).encode(include_dtypes=False)

    with pytest.raises(Unnamed):
        Session().readings(DATA, data)


def test_a_birth_of_another_machine_explains_nothing() -> None:
    session = Session()
    session.readings(Topic("E1", "DBIRTH", "line", "M2"), encode(1, [("Power", 1)], sequence=0, alias=True))
    short = pysparkplug.Metric(timestamp=2, name=None, datatype=pysparkplug.DataType.INT32, value=8, alias=1)

    with pytest.raises(Unnamed):
        session.readings(DATA, pysparkplug.DData(timestamp=2, seq=2, metrics=(short,)).encode(include_dtypes=False))


def test_what_is_about_the_protocol_is_no_reading() -> None:
    payload = encode(5, [("bdSeq", 1), ("Node Control/Rebirth", False), ("Power", 2.5)], sequence=0)

    assert [one.metric for one in Session().readings(DATA, payload)] == ["Power"]


@pytest.mark.parametrize(
    "text",
    [
        "spBv1.0/E1/DDATA/line", "spBv1.0/E1/NDATA/line/M1", "spBv1.0/E1/NCMD/line", "spAv1.0/E1/NDATA/line",
        "spBv1.0/E1//line", "spBv1.0", "", "STATE/host", "spBv1.0/E1/DDATA/line/M1/x",
    ],
)  # fmt: skip
def test_topics_without_readings_are_none(text: str) -> None:
    assert Topic.parse(text) is None


def test_topics_are_read_back() -> None:
    for topic in (DATA, Topic("E1", "NDATA", "line")):
        assert Topic.parse(str(topic)) == topic


@given(st.lists(st.tuples(st.text("abc/", min_size=1, max_size=8), st.one_of(
    st.booleans(), st.integers(-(1 << 63), (1 << 63) - 1), st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8"), max_size=9),
)), max_size=5), st.integers(0, 1 << 47))  # fmt: skip
def test_what_we_write_we_read(metrics: list[tuple[str, Value]], measured: int) -> None:
    read = Session().readings(DATA, encode(measured, metrics, sequence=300))

    assert [(one.metric, one.value, one.measured) for one in read] == [(*metric, measured) for metric in metrics]


@given(st.binary(max_size=200))
def test_rubbish_is_refused_or_means_nothing_wrong(payload: bytes) -> None:
    try:
        read = Session().readings(DATA, payload)
    except (InputError, Unnamed):
        return
    assert all(isinstance(one, Reading) for one in read)


@given(st.data())
def test_a_mutated_payload_never_breaks_the_reader(data: st.DataObject) -> None:
    payload = bytearray(encode(7, [("Power", 2.5), ("State", "down"), ("Parts", 3)], sequence=1, alias=True))
    for _ in range(data.draw(st.integers(1, 4))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = Session().readings(BIRTH, bytes(payload))
    except (InputError, Unnamed):
        return
    assert all(one.machine == "M1" for one in read)


def test_a_giant_payload_is_refused_unread() -> None:
    with pytest.raises(InputError, match="at most"):
        Session().readings(DATA, bytes(300_000))
