"""The document describes every operation, and refers to nothing that is missing."""

import json
import re

import pytest

from largesse.app import handlers
from largesse.http import openapi
from largesse.http.operation import put
from tests.http.operations import OPERATIONS


def described(found):
    return json.loads(openapi.document([handler.opt["operation"] for handler in found]))


@pytest.fixture(scope="module")
def everything():
    return described(handlers())


def test_every_operation_is_described(everything):
    operations = [handler.opt["operation"] for handler in handlers()]
    paths = everything["paths"]
    for operation in operations:
        found = paths[openapi.public_path(operation.path)][operation.method.lower()]
        assert found["summary"], f"{operation.name} has no docstring"


def test_operations_have_names_of_their_own(everything):
    names = [
        operation["operationId"]
        for item in everything["paths"].values()
        for operation in item.values()
    ]
    assert sorted(names) == sorted(set(names))


def test_twins_are_told_apart():
    def found():
        """Find."""

    operations = [
        put(f"/{version}/x/{count}", open=True)(found).opt["operation"]
        for version in ("v1", "v2")
        for count in range(3)
    ]
    paths = json.loads(openapi.document(operations))["paths"]
    names = [operation["operationId"] for item in paths.values() for operation in item.values()]
    assert names[0] == "found"
    assert len(set(names)) == len(operations)


def test_every_reference_leads_somewhere(everything):
    schemas = everything["components"]["schemas"]
    for reference in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(everything)):
        assert reference in schemas


def test_paths_declare_each_of_their_names(everything):
    for path, item in everything["paths"].items():
        for operation in item.values():
            declared = {given["name"] for given in operation["parameters"] if given["in"] == "path"}
            assert declared == set(re.findall(r"{(\w+)}", path))


def test_no_parameter_is_declared_twice(everything):
    for item in everything["paths"].values():
        for operation in item.values():
            names = [(given["in"], given["name"].lower()) for given in operation["parameters"]]
            assert sorted(names) == sorted(set(names))


def test_signatures_become_parameters_bodies_and_answers():
    document = described(OPERATIONS)
    schemas = document["components"]["schemas"]
    assert schemas["Item"]["properties"]["price"] == {"type": "number"}
    query = document["paths"]["/query"]["get"]["parameters"]
    found = {(given["in"], given["name"], given["required"]) for given in query}
    assert found == {
        ("query", "pageSize", False),
        ("query", "skip", False),
        ("query", "sort", False),
        ("query", "name", False),
        ("query", "tags", False),
        ("query", "dryRun", False),
        ("query", "amount", False),
        ("query", "when", False),
        ("header", "X-Flag", False),
    }
    shaped = document["paths"]["/struct"]["put"]
    body = shaped["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Body"}
    assert shaped["responses"]["200"]["content"]["application/json"]["schema"] == body
    assert document["paths"]["/applications/{applicationId}"]["get"]["security"] == [
        {"management": []}
    ]


def test_the_page_lists_operations_and_needs_no_other_host():
    page = openapi.page([handler.opt["operation"] for handler in OPERATIONS]).decode()
    assert "PUT /struct" in page
    assert "http:" not in page
    assert "https:" not in page
