"""The application's role of the database writes rows and can do nothing else: no rule is switched off by who writes."""

from contextlib import closing

import psycopg2
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from dms.checks import application_owns_nothing
from dms.core import database_roles
from dms.models import Store
from tests import owner

OWNERS_ALONE = (
    "ALTER TABLE crm_payment DISABLE TRIGGER ALL",
    "ALTER TABLE dms_event DISABLE TRIGGER dms_event_append_only",
    "ALTER TABLE sales_order DROP CONSTRAINT sales_order_pkey",
    "ALTER TABLE dms_store ADD COLUMN word text",
    "ALTER TABLE dms_store OWNER TO CURRENT_USER",
    "ALTER FUNCTION dms_append_only() OWNER TO CURRENT_USER",
    "DROP TRIGGER dms_event_append_only ON dms_event",
    "DROP TABLE dms_event",
    "DROP FUNCTION dms_append_only() CASCADE",
    "DROP INDEX dms_store_pkey",
    "TRUNCATE parts_reservation",
    "TRUNCATE dms_event CASCADE",
    "SET LOCAL session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', true)",
    "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    "CREATE OR REPLACE FUNCTION dms_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    "CREATE FUNCTION pg_temp.nothing() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE pg_temp.rows (id int)",
    "CREATE TABLE rows (id int)",
    "CREATE SCHEMA mine",
    "CREATE TRIGGER mine BEFORE INSERT ON dms_event FOR EACH ROW EXECUTE FUNCTION dms_append_only()",
    "CREATE RULE mine AS ON INSERT TO dms_event DO INSTEAD NOTHING",
    "CREATE ROLE mine SUPERUSER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "GRANT pg_write_all_data TO CURRENT_USER",
    "UPDATE pg_trigger SET tgenabled = 'D'",
    "COPY dms_store TO PROGRAM 'cat'",
    "SELECT pg_read_file('PG_VERSION')",
    "DELETE FROM django_migrations",
    "UPDATE django_migrations SET name = 'x'",
)


@pytest.mark.django_db
@pytest.mark.parametrize("statement", OWNERS_ALONE)
def test_the_application_is_refused_what_is_the_owners(statement):
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be (owner|able)|may alter|must be superuser"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
def test_the_application_cannot_become_somebody_else():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user, current_user = %s", [database_roles.application()["USER"]])
        assert cursor.fetchone() == (True, True)
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER')"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_of_every_table_the_application_writes_the_rows():
    """All but the record of migrations, of which it reads only how far they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, has_table_privilege(oid, 'SELECT'), has_table_privilege(oid, 'INSERT')"
            " AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'),"
            " has_table_privilege(oid, 'TRUNCATE') OR has_table_privilege(oid, 'TRIGGER')"
            " OR has_table_privilege(oid, 'REFERENCES')"
            " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        rights = {name: may for name, *may in cursor.fetchall()}
    assert rights.pop("django_migrations") == [True, False, False]
    assert len(rights) > 80
    assert {name: may for name, may in rights.items() if may != [True, True, False]} == {}


@pytest.mark.django_db
def test_a_table_that_is_made_later_is_granted_by_itself():
    owner.as_owner("CREATE TABLE made_later (id serial PRIMARY KEY)")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO made_later DEFAULT VALUES RETURNING id")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_migrating_again_goes_as_the_owner_and_leaves_the_connection_to_the_application(settings):
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (database_roles.application()["USER"],)
    assert Store.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_new_password_of_the_application_holds_after_the_next_migrate(settings):
    settings.DATABASE_URL = "postgresql://dms_renamed:first@nowhere/dms"
    for password in ("first", "second"):
        settings.DATABASE_URL = f"postgresql://dms_renamed:{password}@nowhere/dms"
        with database_roles.as_owner():
            database_roles.let_application_in()
        known = {**connection.get_connection_params(), "user": "dms_renamed", "password": password}
        with closing(psycopg2.connect(**known)) as postgres, postgres.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM dms_store")
    with database_roles.as_owner(), connection.cursor() as cursor:
        cursor.execute("DROP OWNED BY dms_renamed; DROP ROLE dms_renamed")


@pytest.mark.django_db(transaction=True)
def test_an_owner_is_not_let_in_as_the_application(settings):
    settings.DATABASE_URL = settings.OWNER_DATABASE_URL
    with pytest.raises(ImproperlyConfigured, match="may do more than write rows"), database_roles.as_owner():
        database_roles.let_application_in()


@pytest.mark.django_db
def test_the_checks_of_a_deployment_tell_of_a_role_that_may_too_much(settings):
    assert application_owns_nothing(databases=["default"]) == []
    settings.DATABASE_URL = settings.OWNER_DATABASE_URL
    assert [message.id for message in application_owns_nothing(databases=["default"])] == ["dms.W007"]
