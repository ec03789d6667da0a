"""The file itself: whole, deterministic, safe whatever anybody is called, and written all or nothing."""

from __future__ import annotations

import errno
import json
import os
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanse.app.record import Voyage
from hanse.app.report import render, write
from hanse.app.report.data import data, embed
from hanse.errors import EnvironmentFault
from tests.app.report import voyages

NASTY = st.one_of(
    st.text(max_size=60),
    st.sampled_from(voyages.HOSTILE),
    st.text("<>/!-&'\"`\\scriptSCRIPT\u2028\u2029\0 =@", max_size=60),
)


class Tags(HTMLParser):
    """The elements of a page in their order, with their attributes, and the text of each script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": []}
        self.policy = self.inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.inside = tag
        if tag in self.texts:
            self.texts[tag].append("")
        if ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = dict(attrs)["content"] or ""

    def handle_data(self, data: str) -> None:
        if self.inside in self.texts:
            self.texts[self.inside][-1] += data

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self.inside = ""


@given(NASTY, NASTY, NASTY)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_name_becomes_markup(title: str, name: str, customer: str) -> None:
    voyage = voyages.hostile()
    nasty = replace(
        voyage,
        title=title,
        notes=(name, customer),
        members=tuple(replace(member, name=name) for member in voyage.members),
        orders=tuple(replace(order, customer=customer) for order in voyage.orders),
    )
    page = render(nasty)
    assert Tags(page).tags == Tags(render(voyage)).tags
    assert page.count("<!--") == 0
    page.encode()


@given(st.recursive(st.text() | st.integers() | st.none(), lambda inner: st.dictionaries(st.text(), inner, max_size=4)))
def test_embedded_values_come_back_whole(value: object) -> None:
    text = embed({"value": value})
    assert json.loads(text) == {"value": value}
    assert text.isascii()
    assert not set("<>&") & set(text)


@pytest.mark.parametrize("make", [voyages.small, voyages.agreed, voyages.late, voyages.hostile])
def test_the_page_holds_the_whole_record(make: Callable[[], Voyage]) -> None:
    voyage = make()
    held = json.loads(Tags(render(voyage)).texts["script"][0])
    assert held == json.loads(json.dumps(data(voyage)))
    assert held["parts"][0]["plan"]["root"] == voyage.parts[0].plan.root
    assert len(held["orders"]) == len(voyage.orders)


def test_the_same_voyage_gives_the_same_page() -> None:
    assert render(voyages.late()) == render(voyages.late())


def test_nothing_is_asked_of_any_network() -> None:
    page = render(voyages.small()).replace("http://www.w3.org/2000/svg", "")
    assert not re.findall(
        r"https?://|\bsrc\s*=|@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket|EventSource|import\(", page
    )
    assert [attributes for _, attributes in Tags(page).tags if "src" in attributes] == []


def test_the_policy_allows_this_script_and_this_style_alone() -> None:
    tags = Tags(render(voyages.small()))
    assert tags.policy.startswith("default-src 'none'")
    assert "unsafe" not in tags.policy
    for text in (tags.texts["script"][1], tags.texts["style"][0]):
        assert f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in tags.policy


def test_readers_without_scripts_get_the_first_screen() -> None:
    page = render(voyages.late())
    plain = page[page.index("<noscript>") : page.index("</noscript>")]
    assert "4 of 12 orders late" in plain
    assert "2 over budget" in plain


def test_words_of_the_ledger_live_behind_the_evidence() -> None:
    """No section but the last one speaks of gas, hashes or transactions."""
    folder = Path(render.__code__.co_filename).parent / "web"
    for name in ("summary", "gantt", "map", "orders", "matching", "agreements", "money", "tables"):
        shown = re.findall(r'"[^"]*"|`[^`]*`', (folder / f"{name}.js").read_text("utf-8"))
        assert not [text for text in shown if re.search(r"\b(gas|nonce|hash|transaction|contract)\b", text, re.I)], name


def test_writing_leaves_one_readable_file(tmp_path: Path) -> None:
    target = tmp_path / "new" / "report.html"
    write(voyages.small(), target)
    assert target.read_text("utf-8") == render(voyages.small())
    assert [path.name for path in target.parent.iterdir()] == ["report.html"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_the_earlier_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    target = tmp_path / "report.html"
    target.write_text("earlier")
    if step == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(EnvironmentFault) as caught:
        write(voyages.small(), target)
    assert "No space left" in caught.value.message
    assert caught.value.where == str(target)
    assert caught.value.hint
    assert target.read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_place_that_is_a_folder_is_an_environment_fault(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault):
        write(voyages.small(), tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert [path.name for path in tmp_path.parent.iterdir() if "unfinished" in path.name] == []
