"""Called by mkdocs while it builds the site: adds the pages that are made of the code, and puts links right."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

sys.path.insert(0, str(Path(__file__).parent.parent))

from handbook import commands, contracts, drawings, formats, outside, python, rest

_DRAWING = re.compile(r"^<!-- drawing: (\w+) -->$", re.MULTILINE)

REFERENCE = {
    "reference/commands.md": commands.page,
    "reference/contracts.md": contracts.page,
    "reference/formats.md": formats.page,
    "reference/python.md": python.page,
    "reference/rest.md": rest.page,
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Lists the decisions, in their order."""
    folder = Path(config.docs_dir, "decisions")
    pages = ["decisions/README.md", *(f"decisions/{path.name}" for path in sorted(folder.glob("[0-9]*.md")))]
    for section in config.nav or []:
        if "Decisions" in section:
            section["Decisions"] = pages
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the first page, the reference, and what pages point at outside docs/."""

    def add(uri: str, content: str) -> None:
        files.append(File.generated(config, uri, content=content))

    add("index.md", (outside.ROOT / outside.HOME).read_text(encoding="utf-8"))
    for uri, make in REFERENCE.items():
        add(uri, make())
    add("reference/openapi.json", json.dumps(rest.document(), ensure_ascii=False, indent=1))
    pages = [(outside.file_of(file.src_uri), file.content_string) for file in files.documentation_pages()]
    for path in sorted(outside.closure(pages)):
        add(outside.home_of(path), outside.page_of(path))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links as they must be on the site; pages under repository/ have them already."""
    del config, files
    uri = page.file.src_uri
    if uri.startswith("repository/"):
        return markdown
    return _DRAWING.sub(_drawn, outside.rewritten(markdown, outside.file_of(uri), uri))


def _drawn(mark: re.Match[str]) -> str:
    """The drawing a mark names, in one line: markdown would take a blank one for the end of it."""
    return f"<figure>{''.join(drawings.ALL[mark[1]]().splitlines())}</figure>"


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any) -> dict[str, Any]:
    """Nobody edits a page that is made."""
    del config, nav
    page.edit_url = None
    return context
