"""schemathesis asks the service everything its OpenAPI document allows, and much it does not: no 5xx, no undocumented
answer."""

from __future__ import annotations

import json
import re
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hanse.app.api.examples import example
from tests.app.api.house import Town

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


SKIPPED = {("GET", "/api/v1/events"), ("DELETE", "/api/v1/session")}
"""The stream has no end, and signing out would end all that follows; both have tests of their own."""

OFTEN = settings(
    max_examples=5,
    suppress_health_check=list(HealthCheck),
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
)


def test_whatever_is_asked_is_answered_as_documented(town: Town) -> None:
    """By somebody who holds every office, so that what is asked comes far."""
    client = town["all"]
    document = schemathesis.openapi.from_url(f"{town.house.url}/api/v1/openapi.json")
    cookies, asked, answers = dict(client._http.cookies), set(), Counter[int]()

    def one(operation: Any, mode: GenerationMode) -> None:
        @OFTEN
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            headers = {"X-Hanse-CSRF": client._csrf}
            if not (case.headers or {}).get("Idempotency-Key"):
                headers["Idempotency-Key"] = secrets.token_hex(8)
            response = case.call(headers=headers, cookies=cookies)
            case.validate_response(response, checks=CHECKS)
            answers[response.status_code // 100] += 1

        ask()

    for found in document.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        name = (operation.method.upper(), operation.path)
        if name not in SKIPPED:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                with suppress(Unsatisfiable):  # a route that takes nothing cannot be asked wrongly
                    one(operation, mode)
            asked.add(name)
    assert len(asked) > 60
    assert answers[2] > 40  # much of it was really done
    assert answers[5] == 0


def test_text_that_is_none_is_refused_wherever_it_stands(town: Town) -> None:
    client = town["all"]
    document = client._http.get("/api/v1/openapi.json").json()
    asked = 0
    for path, method, content in _bodies(document):
        for bad in _with_half_a_pair(content["example"]):
            sent = json.dumps(bad).encode()  # as an escape, which is good UTF-8
            headers = {"X-Hanse-CSRF": client._csrf, "Idempotency-Key": secrets.token_hex(8)}
            headers |= {"Content-Type": "application/json"}
            answer = client._http.request(method, re.sub(r"\{\w+\}", "1", path), content=sent, headers=headers)
            assert 400 <= answer.status_code < 500, (method, path, bad, answer.text)
            asked += 1
    assert asked > 200


def _bodies(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and JSON of every route that takes any."""
    for path, some in document["paths"].items():
        for method, told in some.items():
            content = told.get("requestBody", {}).get("content", {}).get("application/json")
            if content is not None:
                yield path, method, content


def _with_half_a_pair(value: Any) -> Iterator[Any]:
    """The value with one of its texts, or a name in it, spoilt; each once."""
    if isinstance(value, str):
        yield f"{value}\ud800"
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from ([*value[:at], bad, *value[at + 1 :]] for bad in _with_half_a_pair(one))
    elif isinstance(value, dict):
        yield {**value, "\udfff": 1}
        for name, one in value.items():
            yield from ({**value, name: bad} for bad in _with_half_a_pair(one))


def test_every_route_has_examples_that_fit_their_schema(town: Town) -> None:
    from jsonschema import Draft202012Validator

    document = town["all"]._http.get("/api/v1/openapi.json").json()
    count = 0
    for path, operations in document["paths"].items():
        for method, one in operations.items():
            bodies = [*one["responses"].values(), *([one["requestBody"]] if "requestBody" in one else [])]
            shown = [content for body in bodies for content in body.get("content", {}).values()]
            assert shown or one["responses"].get("204"), (method, path)
            for content in shown:
                assert "example" in content, (method, path)
                if "schema" in content:
                    whole = {**content["schema"], "components": document["components"]}
                    Draft202012Validator(whole).validate(content["example"])
                    count += 1
    assert count > 100
    assert example({"$ref": "#/components/schemas/Problem"}, document["components"]["schemas"])["status"] == 404
