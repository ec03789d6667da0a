"""The OpenAPI document, finished: an example for every body, put together from the examples of its fields, and the
problems that every route can answer with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from hanse.app.api.shapes import Problem

PROBLEMS = {
    "400": "The body is no JSON.",
    "401": "Nobody is signed in.",
    "403": "Whoever is signed in may not do this, or the CSRF token is missing.",
    "404": "There is no such thing, or the caller may not know of it.",
    "405": "This path does not do that.",
    "409": "It contradicts what is there, or a contract refused it.",
    "413": "The body is too large.",
    "421": "The service does not answer to this name.",
    "422": "The request is not of the described form, or its values cannot be used.",
    "423": "The caller's key is locked.",
    "429": "Too many requests.",
    "503": "The chain or the machine is not available now.",
}

Document = dict[str, Any]


def documented(app: FastAPI) -> Callable[[], Document]:
    """What makes the document, once."""

    def make() -> Document:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            schemas = made["components"]["schemas"]
            schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            for path, operations in made["paths"].items():
                for method, operation in operations.items():
                    _finish(path, method, operation, schemas)
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            app.openapi_schema = made
        return app.openapi_schema

    return make


def _finish(path: str, method: str, operation: Document, schemas: Document) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    for status, description in PROBLEMS.items():
        body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        answers[status] = {"description": description, "content": body}
    if method == "get" and path.startswith("/api/"):
        answers["304"] = {"description": "The version named in If-None-Match is still the newest."}
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for body in (*bodies, *answers.values()):
        for content in body.get("content", {}).values():
            if "example" not in content and "schema" in content:
                content["example"] = example(content["schema"], schemas)


def example(schema: Document, schemas: Document) -> Any:
    """A value of this schema, from the first example of each field."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return example(schema[word][0], schemas)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" in schema:
        return {name: example(one, schemas) for name, one in schema["properties"].items()}
    if schema.get("type") == "array":
        if "prefixItems" in schema:
            return [example(one, schemas) for one in schema["prefixItems"]]
        return [example(schema["items"], schemas)]
    return {"boolean": True, "string": "", "object": {}}.get(schema.get("type", ""))
