"""What every model and migration owes the data: named constraints with words, one door to rows, append-only ledgers."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import BaseConstraint, UniqueConstraint
from django.test.utils import isolate_apps
from django.utils.functional import Promise

from tests.architecture.sources import APPS, BASE

APPEND_ONLY = {
    "aftersales_authorisation",
    "aftersales_promisechange",
    "aftersales_settlement",
    "aftersales_signedpaper",
    "crm_servicerecord",
    "crm_invoiceline",
    "crm_mileagereading",
    "crm_misreading",
    "crm_payment",
    "crm_refund",
    "dms_event",
    "parts_lostsale",
    "parts_stockmove",
    "reports_dailyfact",
    "sales_levelchange",
    "sales_quoteline",
    "sales_signoff",
}
"""Tables that are never updated, deleted from or emptied."""

NOT_BY_STORE = {
    "dms.Sending": "keys of what was sent, read when the same comes again from the same person",
    "dms.Heartbeat": "signs of life, read by the health page only",
    "dms.NumberSeries": "configuration, the admin site only",
    "dms.NumberCounter": "configuration, the admin site only",
    "dms.HolidayOverride": "configuration, the admin site only",
    "dms.Reason": "base data of the group, chosen by kind",
    "dms.Role": "configuration, the admin site only",
    "dms.RoleRight": "configuration, the admin site only",
    "dms.RoleSignIn": "configuration, the admin site only",
}


def house_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in APPS]


NAMES = re.compile(r"^[a-z][a-z0-9_]+$")


def nameless(model: type[models.Model]) -> list[str]:
    """Rules of the model that the database would have to name itself, or whose name does not say whose they are."""
    return [
        *(f"{model.__name__}: unique_together" for _ in model._meta.unique_together),
        *(
            f"{model.__name__}: {constraint.name}"
            for constraint in model._meta.constraints
            if not NAMES.match(constraint.name) or constraint.name.endswith(("_uniq", "_check"))
        ),
        *(f"{model.__name__}: {index.name}" for index in model._meta.indexes if not NAMES.match(index.name)),
    ]


def test_every_constraint_and_index_has_a_name_of_its_own():
    assert [rule for model in house_models() for rule in nameless(model)] == []


@isolate_apps()
def test_a_nameless_rule_is_noticed():
    class Thing(models.Model):
        a = models.IntegerField()
        b = models.IntegerField()

        class Meta:
            app_label = "dms"
            unique_together = [("a", "b")]
            constraints = [UniqueConstraint(fields=["a"], name="dms_thing_a_3f2_uniq")]

    assert nameless(Thing) == ["Thing: unique_together", "Thing: dms_thing_a_3f2_uniq"]


def test_names_of_constraints_are_given_once():
    names = [rule.name for model in house_models() for rule in (*model._meta.constraints, *model._meta.indexes)]
    assert sorted(names) == sorted(set(names))


MET_BY_PROGRAMS = re.compile(r"_(status_known|has_lease|has_time|in_range|unique|positive|range)$")
MET_IN_ACTIONS = {
    "finding_answered_by_somebody",
    "promisechange_told_how",
    "signedpaper_addendum_of_consent",
    "signedpaper_one_of_its_kind",
    "workorder_promised_when_signed",
    "appointment_slot_is_its_time",
    "appointment_stay_begins_at_its_time",
    "authorisation_of_work_order",
    "deliverysheet_confirmed_by_name",
    "gatepass_used_by_somebody",
    "invoice_of_its_document",
    "lead_of_customer",
    "variant_of_series",
    "order_in_store",
    "order_signed_has_invoice",
    "quote_of_lead",
    "recallcampaign_with_month",
    "vehicle_with_vin",
    "workline_amount_is_product",
    "workorder_in_store",
    "allocation_one_live_per_car",
    "allocation_one_live_per_order",
    "authorisation_names_giver",
    "authorisation_not_negative",
    "bay_unique_in_store",
    "bookedhour_of_one_bay",
    "bookedhour_once",
    "customer_not_merged_into_itself",
    "dailyfact_correction_differs",
    "deliverysheet_confirmation_is_whole",
    "hold_one_at_a_time",
    "invoice_credit_is_whole",
    "invoice_total_not_negative",
    "invoiceline_not_zero",
    "lead_loss_requested_has_reason",
    "leadcontact_review_is_whole",
    "move_cost_not_negative",
    "move_sign_follows_kind",
    "order_cancelled_has_reason",
    "ownercard_one_per_owner_and_car",
    "ownership_once",
    "phone_one_primary",
    "promisechange_has_reason",
    "qualitycheck_once_per_round",
    "quote_one_live_version",
    "quoteline_one_car",
    "quoteline_sign",
    "reservation_once_per_line",
    "rota_once_a_day",
    "settlement_adds_up",
    "showroomvisit_party",
    "signoff_once_per_department",
    "stock_one_row_per_part",
    "stockcar_delivered_has_vehicle",
    "stockcar_here_has_arrival",
    "workline_amounts_plausible",
    "workline_kind_has_its_row",
    "workorder_dispatched_has_technician",
    "workorder_promise_is_kept_frozen",
}
"""Rules that no form can break: the action keeps them, the database only makes sure."""


def test_a_rule_that_people_can_meet_has_a_sentence():
    wordless = {
        rule.name
        for model in house_models()
        for rule in model._meta.constraints
        if rule.violation_error_message == BaseConstraint.default_violation_error_message
        if not MET_BY_PROGRAMS.search(rule.name)
    }
    assert wordless - MET_IN_ACTIONS == set()


def test_every_model_has_a_name_for_people():
    bare = [model._meta.label for model in house_models() if not isinstance(model._meta.verbose_name, Promise)]
    assert bare == []


def has_door(model: type[models.Model]) -> bool:
    return hasattr(model._default_manager, "visible_to")


def is_part_of_a_visible_row(model: type[models.Model]) -> bool:
    """A line of a document, a phone of a customer: reached through the row it belongs to."""
    return any(
        isinstance(field, models.ForeignKey) and not field.null and has_door(field.related_model)
        for field in model._meta.fields
    )


def test_rows_have_one_door():
    """Pages and API reach rows by ``visible_to(user)``; models without it are parts of such rows, or listed with the reason."""
    doorless = {
        model._meta.label for model in house_models() if not has_door(model) and not is_part_of_a_visible_row(model)
    }
    assert doorless - NOT_BY_STORE.keys() == set()
    assert NOT_BY_STORE.keys() <= {model._meta.label for model in house_models()}


PER_PIECE = {"average_cost", "unit_cost"}
"""Costs of one piece keep more digits, or the cents of a hundred pieces would drift."""


def test_money_is_numeric_14_2():
    offenders = [
        f"{model.__name__}.{field.name}"
        for model in house_models()
        for field in model._meta.fields
        if isinstance(field, models.FloatField)
        or (re.search("price|amount|cost", field.name) and field.name not in PER_PIECE and not is_money(field))
    ]
    assert offenders == []


def is_money(field: models.Field) -> bool:
    return isinstance(field, models.DecimalField) and (field.max_digits, field.decimal_places) == (14, 2)


def test_moments_are_not_filled_behind_ones_back():
    """``auto_now`` would change a row without its act."""
    offenders = [
        f"{model.__name__}.{field.name}"
        for model in house_models()
        for field in model._meta.fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]
    assert offenders == []


def triggers(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = %s::regclass", [table])
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_ledgers_have_their_triggers(table):
    assert triggers(table) >= {f"{table}_append_only", f"{table}_no_truncate"}


@pytest.mark.django_db
def test_every_append_only_table_is_listed_here():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_append\\_only'")
        assert {table for (table,) in cursor.fetchall()} == APPEND_ONLY


@pytest.mark.django_db
def test_the_database_knows_every_constraint_of_the_models():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
            " UNION SELECT regexp_replace(tgname, '_(insert|update|delete|chosen)$', '') FROM pg_trigger"
        )
        known = {name for (name,) in cursor.fetchall()}
    declared = {rule.name for model in house_models() for rule in (*model._meta.constraints, *model._meta.indexes)}
    assert declared - known == set()


def badly_named(names: list[str]) -> list[str]:
    """Migrations that Django named by the clock, or that share a number."""
    numbers = [name[:4] for name in names]
    return [
        name
        for name in names
        if not re.match(r"^\d{4}_[a-z][a-z0-9_]+\.py$", name)
        or re.search(r"_auto_|_initial\.py$|_and_more\.py$", name)
        or numbers.count(name[:4]) > 1
    ]


@pytest.mark.parametrize("app", APPS)
def test_migrations_say_what_they_do(app):
    names = [path.name for path in Path(BASE / app).glob("migrations/[0-9]*.py")]
    assert badly_named(names) == []


def test_a_migration_named_by_the_clock_is_noticed():
    names = ["0001_foundation.py", "0002_auto_20261121_0800.py", "0003_a.py", "0003_b.py", "0004_x_and_more.py"]
    assert badly_named(names) == names[1:]
