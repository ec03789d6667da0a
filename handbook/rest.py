"""The REST API, from the service's own OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

from hanse.app.api.application import described
from hanse.app.api.examples import PROBLEMS

INTRODUCTION = """# REST API

A running service gives this as a document at `/api/v1/openapi.json`; [the same document](openapi.json) is part of this
site. What all requests have in common (sessions, idempotency, errors) is told in [the service](../serve.md).

Every request can be answered with a problem:

| status | |
|---|---|
"""


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    found: dict[str, Any] = described().openapi()
    return found


def page() -> str:
    """Every route by subject, with its parameters, and an example of what is asked and answered."""
    told = document()
    subjects: dict[str, list[str]] = {}
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            text = _operation(method.upper(), path, operation)
            subjects.setdefault((operation.get("tags") or ["other"])[0], []).append(text)
    problems = "\n".join(f"| {status} | {words} |" for status, words in PROBLEMS.items())
    body = "\n".join(f"## {name.capitalize()}\n\n" + "\n".join(texts) for name, texts in subjects.items())
    return f"{INTRODUCTION}{problems}\n\n{body}"


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parts = [f"### `{method} {path}`\n", operation.get("description") or operation.get("summary", ""), ""]
    parameters = operation.get("parameters", [])
    if parameters:
        parts += ["| parameter | in | |", "|---|---|---|"]
        parts += [f"| `{one['name']}` | {one['in']} | {_about(one)} |" for one in parameters]
        parts.append("")
    parts += _example("Asked with", operation.get("requestBody"))
    for status, answer in operation["responses"].items():
        if status not in PROBLEMS:
            parts += _example(f"Answered with {status}", answer, answer.get("description", ""))
    return "\n".join(parts) + "\n"


def _about(parameter: dict[str, Any]) -> str:
    schema = parameter.get("schema", {})
    kinds = [one.get("type", "") for one in schema.get("anyOf", [schema])]
    words = [parameter.get("description", ""), "" if parameter.get("required") else "optional"]
    words.append(" or ".join(f"`{kind}`" for kind in kinds if kind and kind != "null"))
    return "; ".join(word for word in words if word).replace("|", "\\|")


def _example(title: str, body: dict[str, Any] | None, words: str = "") -> list[str]:
    """Lines that show a body, if there is one."""
    if body is None:
        return []
    lines = [f"{title}{': ' + words if words and words != 'Successful Response' else ''}", ""]
    for kind, content in body.get("content", {}).items():
        if "example" not in content:
            continue
        example = content["example"]
        text = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=1)
        lines += [f'```{"json" if "json" in kind else "text"} title="{kind}"', text.rstrip(), "```", ""]
    return lines
