"""The command line, as its own help describes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main

from hanse.app.cli import app

INTRODUCTION = """# Commands

`hanse COMMAND --help` says the same in a terminal. `--json` prints one document for programs, `--quiet` only errors.

| exit code | means |
|---|---|
| 0 | done |
| 1 | checked, and found wrong |
| 2 | bad input; nothing was changed |
| 3 | no plan exists |
| 4 | the environment: disk, network, chain or a missing tool |
| 130 | interrupted |

"""


def page() -> str:
    """Every command with its arguments, options, defaults and variables."""
    sections = []
    for name, command, context in commands():
        usage = " ".join(command.collect_usage_pieces(context))
        about = (command.help or "").strip()
        sections.append(
            f"## hanse {name}\n\n{about}\n\n```text\nhanse {name} {usage}\n```\n\n{_table(command, context)}"
        )
    return INTRODUCTION + "\n".join(sections)


def commands() -> Iterator[tuple[str, Any, Any]]:
    """Name, command and context of each, groups opened."""
    root = typer.main.get_command(app)
    yield from sorted(_within("", root, root.make_context("hanse", [], resilient_parsing=True)), key=lambda one: one[0])


def _within(name: str, command: Any, context: Any) -> Iterator[tuple[str, Any, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield name, command, context
        return
    for child, its in children.items():
        inner = its.make_context(child, [], parent=context, resilient_parsing=True)
        yield from _within(f"{name} {child}".strip(), its, inner)


def _table(command: Any, context: Any) -> str:
    records = [parameter.get_help_record(context) for parameter in command.get_params(context)]
    rows = [_row(*record) for record in records if record is not None]
    return "| | |\n|---|---|\n" + "\n".join(rows) + "\n" if rows else ""


def _row(words: str, about: str) -> str:
    return f"| `{words.strip()}` | {about.strip().replace('|', chr(92) + '|')} |"
