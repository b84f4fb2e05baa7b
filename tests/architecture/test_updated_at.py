"""Every row that the API lists says when it last changed, and the database alone says so."""

import pytest
from django.apps import apps
from django.db import connection

from dms.core.updated_at import UpdatedAt
from tests.architecture.test_models import APPEND_ONLY, triggers

pytestmark = pytest.mark.django_db

MODELS = [model for model in apps.get_models() if issubclass(model, UpdatedAt)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_the_database_stamps_every_update(model):
    table = model._meta.db_table
    assert f"{table}_stamp" in triggers(table) or table in APPEND_ONLY


PARTS = {
    "crm_phone": "crm_customer",
    "crm_contactperson": "crm_customer",
    "crm_ownership": "crm_vehicle",
    "crm_mileagereading": "crm_vehicle",
    "crm_cadence": "crm_cadencepreset",
    "crm_invoiceline": "crm_invoice",
    "crm_payment": "crm_invoice",
    "crm_refund": "crm_invoice",
    "sales_leadcontact": "sales_lead",
    "sales_quoteline": "sales_quote",
    "sales_signoff": "sales_deliverysheet",
    "aftersales_workline": "aftersales_workorder",
    "aftersales_checkin": "aftersales_workorder",
    "aftersales_authorisation": "aftersales_workorder",
    "aftersales_qualitycheck": "aftersales_workorder",
    "aftersales_settlement": "aftersales_workorder",
    "aftersales_gatepass": "aftersales_workorder",
    "parts_stockmove": "parts_stock",
    "parts_reservation": "parts_stock",
}
"""Rows shown within another: a change of theirs is a change of it."""


@pytest.mark.parametrize(("part", "whole"), PARTS.items())
def test_a_change_of_a_part_is_a_change_of_the_whole(part, whole):
    """Either the part's own trigger changes the whole (sums, stock), or it stamps it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE NOT tgisinternal AND tgrelid = %s::regclass",
            [part],
        )
        assert any(f"UPDATE {whole} SET" in source for (source,) in cursor.fetchall())
