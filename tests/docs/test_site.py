"""The documentation site: built strictly, complete, without a broken link, and asking nobody else for anything."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from handbook import commands, contracts, drawings, example, outside, python, rest

import hanse
from hanse.app.api.application import described
from hanse.ledger.certificates.rules import check_witness
from hanse.ledger.certificates.witness import Lie
from hanse.ledger.contracts import contract
from tests.docs.play import blocks

ROOT = Path(__file__).parent.parent.parent
ASSETS = {
    ("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("video", "src"), ("audio", "src"),
    ("embed", "src"), ("object", "data"), ("use", "href"), ("image", "href"),
}  # fmt: skip
"""What a browser fetches by itself; of links, see `Page`."""

FETCHED = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "preconnect", "dns-prefetch", "manifest"}


@dataclass
class Page(HTMLParser):
    """What one page links to, fetches, and can be linked to at."""

    links: list[str] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        self.classes |= set(found.get("class", "").split())
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag == "link" and FETCHED & set(found.get("rel", "").split()):
            self.assets.append(found["href"])
        self.assets += [value for name, value in found.items() if (tag, name) in ASSETS]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `make docs` builds it."""
    if shutil.which("node") is None:
        pytest.skip("no node on this machine: the contracts' words come from the compiler")
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    read = {}
    for path in site.rglob("*.html"):
        read[path] = Page()
        read[path].feed(path.read_text(encoding="utf-8"))
    return read


def test_no_link_leads_nowhere(site: Path, pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links + page.assets:
            target, anchor = urldefrag(unquote(link))
            if re.match(r"[a-z]+:", link) or path.name == "404.html":  # which is shown at any address
                continue
            there = (path.parent / target).resolve() if target else path
            there = there / "index.html" if there.is_dir() else there
            if not there.is_file() or (anchor and there.suffix == ".html" and anchor not in pages[there].anchors):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []


def test_nothing_is_fetched_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        assert [asset for asset in page.assets if re.match(r"[a-z]*:?//", asset)] == [], path
        assert "mermaid" not in page.classes, "the theme would fetch its drawing library"
    for style in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*['\"]?(https?:)?//", style.read_text(encoding="utf-8")), style


def test_every_command_is_in_the_reference(pages: dict[Path, Page], site: Path) -> None:
    anchors = pages[site / "reference" / "commands.html"].anchors
    names = [name for name, _, _ in commands.commands()]
    assert {"serve", "backup", "restore", "round open", "telemetry listen"} <= set(names)
    assert [name for name in names if f"hanse-{name.replace(' ', '-')}" not in anchors] == []


def test_every_option_of_a_command_is_in_the_reference() -> None:
    text = commands.page()
    for name, command, _ in commands.commands():
        section = text.partition(f"## hanse {name}\n")[2].partition("\n## ")[0]
        for parameter in command.params:
            assert all(word in section for word in parameter.opts), (name, parameter.opts)


def test_every_contract_with_all_its_parts_is_in_the_reference(pages: dict[Path, Page], site: Path) -> None:
    path = site / "reference" / "contracts.html"
    text = path.read_text(encoding="utf-8")
    for name in contracts.names():
        assert name.lower() in pages[path].anchors
        section = text.partition(f'<h2 id="{name.lower()}">')[2].partition("<h2 ")[0]
        for item in contract(name).abi:
            assert f"{item.get('name', 'constructor')}(" in section, (name, item.get("name"))
    assert "Places an order of the caller" in text, "the authors' own words are missing"


def test_every_promised_name_is_in_the_reference(pages: dict[Path, Page], site: Path) -> None:
    anchors = pages[site / "reference" / "python.html"].anchors
    assert [name for name in hanse.__all__ if f"hanse.{name}" not in anchors] == []
    missing = [name for name in dir(hanse.Client) if name[0] != "_" and f"hanse.Client.{name}" not in anchors]
    assert missing == []
    text = (site / "reference" / "python.html").read_text(encoding="utf-8")
    assert "time_limit" in text, "the signature of solve is missing"


def test_every_route_is_in_the_reference(site: Path) -> None:
    text = rest.page()
    document = described().openapi()
    assert json.loads((site / "reference" / "openapi.json").read_text(encoding="utf-8")) == document
    for path, operations in document["paths"].items():
        for method in operations:
            assert f"### `{method.upper()} {path}`" in text


def test_a_name_that_is_not_listed_fails_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hanse, "__all__", [*hanse.__all__, "Novelty"])
    with pytest.raises(LookupError, match="Novelty"):
        python.page()


def test_what_a_page_points_at_outside_is_a_page(pages: dict[Path, Page], site: Path) -> None:
    texts = [
        (path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in ROOT.glob("docs/**/*.md")
    ]
    found = outside.closure(texts)
    assert "contracts/GAS.md" in found
    assert "examples/cast.py" in found
    for path in found:
        assert (site / outside.home_of(path)).with_suffix(".html") in pages or path.endswith("README.md"), path


def test_links_out_of_docs_are_put_right_but_not_in_code() -> None:
    text = "[a](../LICENSE#b)\n```\n[a](../LICENSE)\n```\n[c](rounds.md#time) [d](https://x.example) [e](../README.md)"
    changed = outside.rewritten(text, "docs/x.md", "x.md").splitlines()
    assert changed[0] == "[a](repository/LICENSE.md#b)"
    assert changed[2] == "[a](../LICENSE)"
    assert changed[4] == "[c](rounds.md#time) [d](https://x.example) [e](index.md)"


def test_the_pictures_of_certificates_are_true() -> None:
    """What the page says in words about its example, held against the code that judges claims."""
    page = (ROOT / "docs" / "explanation" / "certificates.md").read_text(encoding="utf-8")
    claim, witness = example.liar()
    root = example.problem().rows.tree.root
    assert check_witness(root, claim.claim, witness)
    assert not check_witness(root, example.honest().claim, witness)
    assert witness.lie is Lie.CAPACITY
    assert f"{len(witness.encode())} bytes" in page
    assert f"claim of {len(example.honest().claim.encode())} bytes" in page
    assert f"{len(Lie)} lies" in page
    assert example.honest().claim.cost == example.honest().claim.bound == claim.claim.cost == 280
    named = set(re.findall(r"<!-- drawing: (\w+) -->", page))
    assert named == set(drawings.ALL)
    for draw in drawings.ALL.values():
        assert draw().startswith("<svg")


def test_commands_that_pages_show_exist() -> None:
    """In every block of shell on every page: no command that was renamed or taken away, no option that is unknown."""
    known = {
        name: {"--help", "--version", *(word for one in command.params for word in (*one.opts, *one.secondary_opts))}
        for name, command, _ in commands.commands()
    }
    for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]:
        for language, code in blocks(path.read_text(encoding="utf-8")):
            if language != "sh":
                continue
            for line in code.splitlines():
                for call in re.findall(
                    r"(?:^\s*|[;&|(]\s*|\b(?:if|do|then) )hanse ([a-z][^#|;&)$]*)", line.partition("  #")[0]
                ):
                    words = call.split()
                    name = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in known), None)
                    assert name is not None, f"{path.name}: hanse {call}"
                    options = {word.partition("=")[0] for word in words if word.startswith("--")}
                    assert options <= known[name], f"{path.name}: hanse {call}"
