"""The OpenAPI document as a contract for programs: one text for everybody, every name deliberate, every key a number."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from dms import checks
from dms.api import docs
from dms.api.enum_names import ENUM_NAMES
from dms.core.updated_at import UpdatedAt

pytestmark = pytest.mark.django_db
SCHEMA = "/api/schema/?format=json"
NOT_NAMED_BY_US = {"BlankEnum"}
WORDS = {"request_id", "tax_id"}
"""Names that end like a key and are none."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    docs.document.cache_clear()
    return docs.document()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def properties(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in document["components"]["schemas"].items():
        for field, facts in schema.get("properties", {}).items():
            yield f"{name}.{field}", facts


def test_the_document_is_the_same_in_every_language(signed_in, cast):
    reader = cast.hire("adviser", language="zh-hans")
    asked = [
        (signed_in(reader), {}),
        (Client(), {"accept-language": "zh-CN"}),
        (Client(), {"accept-language": "en"}),
        (Client(), {"cookie": "dms_language=zh-hans"}),
    ]
    texts = set()
    for client, headers in asked:
        docs.document.cache_clear()
        with translation.override("zh-hans"):
            texts.add(client.get(SCHEMA, headers=headers).content)
    assert len(texts) == 1


def test_no_word_of_the_screen_is_part_of_the_contract(document):
    assert [where for where, facts in properties(document) if "title" in facts] == []
    assert not any("\u4e00" <= character <= "\u9fff" for character in str(document))


def test_every_operation_has_a_name_and_a_summary_of_its_own(document):
    names = [operation["operationId"] for _where, operation in operations(document)]
    summaries = [(operation.get("summary"), operation["tags"][0]) for _where, operation in operations(document)]
    assert len(names) == len(set(names))
    assert [summary for summary in summaries if not summary[0]] == []
    assert len(summaries) == len(set(summaries))


def test_choices_have_the_names_we_gave_them(document):
    named = {name for name, schema in document["components"]["schemas"].items() if "enum" in schema}
    assert named - NOT_NAMED_BY_US == ENUM_NAMES.keys()


def test_keys_are_numbers_everywhere(document):
    in_paths = [
        parameter["schema"]["type"]
        for _where, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "path"
    ]
    assert set(in_paths) == {"integer"}
    in_bodies = {
        where: facts.get("type")
        for where, facts in properties(document)
        if where.endswith((".id", "_id")) and where.partition(".")[2] not in WORDS
    }
    assert set(in_bodies.values()) == {"integer"}


def test_every_list_can_be_asked_for_what_changed_and_says_when(document):
    lacking = []
    for name, _path, pattern in checks.patterns():
        viewset, actions = getattr(pattern.callback, "cls", None), getattr(pattern.callback, "actions", None) or {}
        model = getattr(viewset, "model", None)
        if actions.get("get") == "list" and model is not None and not issubclass(model, UpdatedAt):
            lacking.append(name)
    assert lacking == []
    for where, operation in operations(document):
        asked = {parameter["name"] for parameter in operation.get("parameters", [])}
        if "updated_since" in asked:
            body = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
            page = document["components"]["schemas"][body.rpartition("/")[2]]
            row = page["properties"]["results"]["items"]["$ref"].rpartition("/")[2]
            assert "updated_at" in document["components"]["schemas"][row]["properties"], where


def test_reading_and_changing_one_row_name_its_version(document):
    lead = document["paths"]["/api/v1/sales/leads/{id}/"]["get"]
    assert "ETag" in lead["responses"]["200"]["headers"]
    assert "304" in lead["responses"]
    submit = document["paths"]["/api/v1/sales/orders/{id}/submit/"]["post"]
    assert "If-Match" in {parameter["name"] for parameter in submit["parameters"]}
    assert "412" in submit["responses"]


def test_the_document_is_drawn_without_a_warning():
    told = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null", stderr=told)
    assert told.getvalue() == ""
