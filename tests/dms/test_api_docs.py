"""The document, its page, and what guards the API as a whole."""

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from rest_framework.test import APIClient

from dms.actions import people
from dms.api.errors import handle
from dms.api.throttling import ApiThrottle
from dms.models import Absence, Store

pytestmark = pytest.mark.django_db
ME = "/api/v1/dms/me/"


def test_the_page_of_the_api_is_open_and_needs_no_inline_script_or_style():
    page = Client().get("/api/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "<style" not in text
    assert "style=" not in text
    assert "<script>" not in text
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    script = Client().get("/api/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert "SwaggerUIBundle" in script.content.decode()


def test_the_document_names_the_right_of_every_operation_and_its_refusals():
    document = Client().get("/api/schema/?format=json").json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) > 60
    for operation in operations:
        assert any(word in operation["description"] for word in ("Right: `", "signed in", "everybody"))
        assert "`None`" not in operation["description"]
        assert {"401", "404", "429"} <= set(operation["responses"])
    cancel = document["paths"]["/api/v1/dms/jobs/{id}/cancel/"]["post"]
    assert {"200", "403", "409"} <= set(cancel["responses"])
    assert "requestBody" not in cancel


def test_a_race_that_only_the_database_sees_is_409_with_the_sentence_of_the_constraint(cast):
    days = {"user": cast.adviser, "first_day": "2026-12-01", "last_day": "2026-12-03"}
    Absence.objects.create(**days)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Absence.objects.create(**days)
    answer = handle(caught.value, {})
    assert answer.status_code == 409
    assert answer.data["code"] == "absence_no_overlap"
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Store.objects.create(code="JJ01", name="x")
    assert handle(caught.value, {}).data["code"] == "conflict"


def key_of(user) -> APIClient:
    return APIClient(headers={"authorization": f"Token {people.create_token(user, by=user)[1]}"})


@time_machine.travel("2026-11-21 10:00:30+08:00", tick=False)
def test_too_many_calls_of_one_person_are_429_and_hinder_nobody_else(cast, monkeypatch):
    monkeypatch.setattr(ApiThrottle, "per_minute", 2)
    client = key_of(cast.adviser)
    assert [client.get(ME).status_code for _call in range(3)] == [200, 200, 429]
    refused = client.get(ME)
    assert (refused.json()["code"], refused["Retry-After"]) == ("throttled", "30")
    assert key_of(cast.sales_manager).get(ME).status_code == 200


def test_a_lost_redis_does_not_stop_the_api(cast, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    assert key_of(cast.adviser).get(ME).status_code == 200
