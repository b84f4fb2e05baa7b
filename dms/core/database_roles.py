"""Two roles of the database: the owner makes tables, the application writes rows.

A trigger protects only from whoever cannot switch it off. Web, worker and beat therefore sign in as a role that owns nothing:
rows are all that it may touch. ``migrate`` and ``restore`` go as the owner, who is named by ``DMS_OWNER_DATABASE_URL`` where
they run and nowhere else. What is made later is granted by default privileges, and once more after each ``migrate``.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from dms.core import databases

LOGIN = ("USER", "PASSWORD", "HOST", "PORT")
ROWS = "SELECT, INSERT, UPDATE, DELETE"
MAINTAIN_SINCE = 170000
"""The version of Postgres that has a right to ANALYZE apart from owning the table; before it autovacuum does that."""

RIGHTS = """
REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE {database} TO {application};
GRANT USAGE ON SCHEMA public TO {application};
GRANT {rows} ON ALL TABLES IN SCHEMA public TO {application};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {application};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rows} ON TABLES TO {application};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {application};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {application};
"""
MORE = """
SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
    OR EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND pg_has_role(pg_roles.oid, relowner, 'MEMBER'))
FROM pg_roles WHERE rolname = %s
"""


def owner_is_apart() -> bool:
    return bool(settings.OWNER_DATABASE_URL)


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside, the default connection is the owner's; where none is named it stays what it is."""
    if not owner_is_apart():
        yield
        return
    owner = databases.database(settings.OWNER_DATABASE_URL)
    connection = connections[DEFAULT_DB_ALIAS]
    before = {name: connection.settings_dict[name] for name in LOGIN}
    sign_in(connection, {name: owner[name] for name in LOGIN})
    try:
        yield
    finally:
        sign_in(connection, before)


def sign_in(connection: BaseDatabaseWrapper, login: dict[str, str]) -> None:
    """From its next statement on the connection is this role's."""
    connection.close()
    connection.settings_dict.update(login)


def let_application_in() -> None:
    """For the owner: the application's role exists, knows its password, and may write rows and nothing else."""
    login, connection = application(), connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        if not _can_sign_in(connection, login):
            _make_role(connection, login)
        # An older Postgres does not know the word MAINTAIN, and would refuse the whole grant.
        cursor.execute("SELECT current_setting('server_version_num')::int")
        (version,) = cursor.fetchone()
        names = {
            "application": connection.ops.quote_name(login["USER"]),
            "database": connection.ops.quote_name(str(connection.settings_dict["NAME"])),
            "rows": f"{ROWS}, MAINTAIN" if version >= MAINTAIN_SINCE else ROWS,
        }
        # At each migrate anew: the tables that came with it have given nobody a right yet.
        cursor.execute(RIGHTS.format(**names))
    if may_do_more():
        raise ImproperlyConfigured("The role that DATABASE_URL names may do more than write rows: name another.")


def may_do_more() -> bool:
    """Whether the application's role owns tables, itself or through another, or may make itself the owner of some."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        # Whoever owns a table, or may become its owner, can drop the triggers that keep its rows true.
        cursor.execute(MORE, [application()["USER"]])
        return bool(cursor.fetchone() != (False,))


def application() -> dict[str, str]:
    """The role of web, worker and beat, and its password."""
    named = databases.database(settings.DATABASE_URL)
    return {"USER": str(named["USER"]), "PASSWORD": str(named["PASSWORD"])}


def _can_sign_in(connection: BaseDatabaseWrapper, login: dict[str, str]) -> bool:
    known = connection.get_connection_params()
    try:
        psycopg2.connect(**{**known, "user": login["USER"], "password": login["PASSWORD"]}).close()
    except psycopg2.OperationalError:
        return False
    return True


def _make_role(connection: BaseDatabaseWrapper, login: dict[str, str]) -> None:
    """Or give it the password that it is to have by now."""
    role = connection.ops.quote_name(login["USER"])
    with connection.cursor() as cursor:
        # Roles are the server's, not the database's: another installation may have made this one.
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [login["USER"]])
        verb = "ALTER" if cursor.fetchone() == (True,) else "CREATE"
        try:
            cursor.execute(f"{verb} ROLE {role} LOGIN PASSWORD %s", [login["PASSWORD"]])
        except DatabaseError:  # another migrate on this server was quicker
            if not _can_sign_in(connection, login):
                raise
