"""Links that lead out of docs/: on the site the files they name are pages under repository/."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = "docs/"
HOME = "README.md"
"""The site's first page."""

LANGUAGES = {
    ".py": "python",
    ".sol": "solidity",
    ".toml": "toml",
    ".yaml": "yaml",
    ".json": "json",
    ".mjs": "javascript",
}
MOST = 200_000
"""Bytes of a file that becomes a page."""

_LINK = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\])\(([^()\s]+)\)")
_ELSEWHERE = re.compile(r"[a-z]+:|#|/")


def home_of(path: str) -> str:
    """The site's page of a file of the repository, both with slashes and relative to their roots."""
    if path == HOME:
        return "index.md"
    if path.startswith(DOCS):
        return path.removeprefix(DOCS)
    return f"repository/{path}" if path.endswith(".md") else f"repository/{path.rstrip('/')}.md"


def file_of(page: str) -> str:
    """The file of the repository that a page of docs/ is made of."""
    return HOME if page == "index.md" else DOCS + page


def targets(text: str, file: str) -> set[str]:
    """Files and folders of the repository outside docs/ that a file points at."""
    found = (_resolved(match[2], file) for line in prose(text) for match in _LINK.finditer(line))
    return {target for target in found if target is not None and not target.startswith(DOCS) and target != HOME}


def rewritten(text: str, file: str, page: str) -> str:
    """The text of a file, with its links as they must be on its page."""
    here = posixpath.dirname(page)

    def replace(match: re.Match[str]) -> str:
        target = _resolved(match[2], file)
        if target is None:
            return match[0]
        anchor = match[2].partition("#")[1] + match[2].partition("#")[2]
        return f"{match[1]}({posixpath.relpath(home_of(target), here or '.')}{anchor})"

    lines, code = [], False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            code = not code
        lines.append(line if code else _LINK.sub(replace, line))
    return "\n".join(lines) + "\n"


def page_of(path: str) -> str:
    """Markdown that shows a file, or what is in a folder. Raises OSError, ValueError if it cannot be shown."""
    source = ROOT / path
    if source.is_dir():
        readme = source / "README.md"
        if readme.is_file():
            return rewritten(readme.read_text(encoding="utf-8"), f"{path.rstrip('/')}/README.md", home_of(path))
        names = sorted(each.name + ("/" if each.is_dir() else "") for each in source.iterdir())
        return f"# {path}\n\n" + "\n".join(f"* `{name}`" for name in names) + "\n"
    if source.stat().st_size > MOST:
        raise ValueError(f"{path} is too long for a page: link to something shorter")
    text = source.read_text(encoding="utf-8")
    if path.endswith(".md"):
        return rewritten(text, path, home_of(path))
    if path.endswith(".ipynb"):
        return rewritten(_notebook(text), path, home_of(path))
    return f"# {path}\n\n````{LANGUAGES.get(source.suffix, 'text')}\n{text.rstrip()}\n````\n"


def _notebook(text: str) -> str:
    """The cells of a notebook: words as they are, code as code."""
    cells = [("".join(cell["source"]), cell["cell_type"]) for cell in json.loads(text)["cells"]]
    return "\n\n".join(said if kind == "markdown" else f"```python\n{said}\n```" for said, kind in cells) + "\n"


def closure(texts: Iterable[tuple[str, str]]) -> set[str]:
    """All files outside docs/ that pages point at, also by way of each other. texts: file and its text."""
    found: set[str] = set()
    waiting = [target for file, text in texts for target in targets(text, file)]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        source = ROOT / path / "README.md" if (ROOT / path).is_dir() else ROOT / path
        if source.suffix == ".md" and source.is_file():
            name = source.relative_to(ROOT).as_posix()
            waiting += targets(source.read_text(encoding="utf-8"), name)
    return found


def prose(text: str) -> list[str]:
    """The lines that are no code."""
    lines, code = [], False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            code = not code
        elif not code:
            lines.append(line)
    return lines


def _resolved(link: str, file: str) -> str | None:
    """The file a link of a file means; None for another site, a place on the same page, or an address."""
    if _ELSEWHERE.match(link):
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file), link.partition("#")[0]))
    return None if path.startswith("..") else path
