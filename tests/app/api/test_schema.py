"""schemathesis asks the service everything its OpenAPI document allows, and much it does not: no 5xx, no undocumented answer."""

from __future__ import annotations

import secrets
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from hanse.app.api.examples import example
from tests.app.api.conftest import Town

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


@pytest.fixture
def document(town: Town) -> Any:
    schema = schemathesis.openapi.from_url(f"{town.house.url}/api/v1/openapi.json")
    # The stream has no end, and signing out would end all that follows; both have tests of their own.
    return schema.exclude(path="/api/v1/events").exclude(path="/api/v1/session", method="DELETE")


schema = schemathesis.pytest.from_fixture("document")


@schema.parametrize()
@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None, derandomize=True)
def test_whatever_is_asked_is_answered_as_documented(case: Any, town: Town) -> None:
    client = town["all"]
    headers = {"X-Hanse-CSRF": client._csrf}
    if "Idempotency-Key" not in (case.headers or {}):
        headers["Idempotency-Key"] = secrets.token_hex(8)
    cookies = dict(client._http.cookies)
    case.call_and_validate(headers=headers, cookies=cookies, checks=CHECKS, excluded_checks=[unsupported_method])


def test_every_route_has_examples_that_fit_their_schema(town: Town) -> None:
    from jsonschema import Draft202012Validator

    document = httpx.get(f"{town.house.url}/api/v1/openapi.json").json()
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
