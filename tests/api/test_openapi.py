"""The OpenAPI document, and a bounded fuzz of everything that it promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings, strategies
from racewalk.api.app import create_app
from racewalk.api.page import Page
from racewalk.api.settings import Settings
from racewalk.api.snapshot import Problem
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    folder: Path = tmp_path_factory.mktemp("page")
    app = create_app(Settings(compilations_per_minute=1_000_000, links_per_minute=1_000_000), page=Page(folder))
    with TestClient(app):  # its service lives as long as the tests of this module
        yield app


@pytest.fixture(scope="module")
def document(app: FastAPI) -> Any:
    return app.openapi()


def test_every_path_documents_its_problems_with_the_one_shape(document: Any) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for status, response in operation["responses"].items():
                if status == "200":
                    continue
                schema = response["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (path, method, status)


def test_every_operation_has_a_name_and_a_summary(document: Any) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["tags"]


PATHS = (
    ("GET", "/api/health"),
    ("GET", "/api/scenarios"),
    ("GET", "/api/scenarios/{id}"),
    ("GET", "/api/guide"),
    ("GET", "/api/mail"),
    ("GET", "/api/documents/{name}"),
    ("POST", "/api/compile"),
    ("POST", "/api/sources"),
    ("GET", "/api/templates"),
    ("POST", "/api/export"),
    ("POST", "/api/analyses"),
    ("POST", "/api/diff"),
    ("POST", "/api/links"),
    ("GET", "/api/links/{id}"),
)


def test_every_path_of_the_document_is_fuzzed(document: Any) -> None:
    documented = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}

    assert documented == set(PATHS)


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_no_request_breaks_what_the_document_promises(app: FastAPI, method: str, path: str) -> None:
    operation = schemathesis.openapi.from_asgi("/api/openapi.json", app)[path][method]

    @given(case=strategies.one_of([operation.as_strategy(mode) for mode in GenerationMode]))
    @settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def fuzz(case: Any) -> None:
        response = case.call()
        case.validate_response(response, checks=CHECKS.get_all())
        if response.status_code >= 400:
            Problem.model_validate_json(response.content)

    fuzz()
