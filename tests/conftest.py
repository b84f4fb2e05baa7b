"""The database of a test, the store and the people who play in it, and how a refusal is expected."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models.signals import post_migrate
from django.http import HttpRequest
from django.template.backends.jinja2 import Template
from django.test import Client
from django.test.signals import template_rendered
from pytest_django import DjangoDbBlocker

from dms import translations
from dms.core import database_roles
from dms.core.refusals import Refusal
from dms.models import NumberSeries, Store, User
from dms.web import who_asks
from tests import owner, ready_database, session_state
from tests.factories import Cast, StoreFactory


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes a minute begins first, so that no worker stands alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The owner makes the database, and takes it away."""
    with database_roles.as_owner():
        with django_db_blocker.unblock():
            ready_database.prepare()
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In between everything is done by the application's role; what that may not do is in ``tests/owner.py``.

    At the end a browser's last connection may still be closing: the database goes all the same.
    """
    with django_db_blocker.unblock():
        owner.allow_emptying()
        keep_base_data()
    *_others, last = apps.get_app_configs()
    post_migrate.connect(restore_base_data, sender=last)  # emptying the tables ends with this signal
    with owner.tables_are_emptied_by_the_owner(), owner.stands_aside():
        yield
    who_asks.listener.stop()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _compiled_catalogue() -> None:
    translations.compile_if_older(translations.catalogue_path())


@pytest.fixture(scope="session", autouse=True)
def _nothing_stays_on_a_connection() -> Iterator[None]:
    """Behind PgBouncer it would be somebody else's, or gone: see tests/dms/test_pooler.py."""
    with session_state.watched():
        yield


class PageContext(dict[str, object]):
    """What the page is given; the client's copy of it sees what the context processors add."""

    def __copy__(self) -> "PageContext":
        return self


@pytest.fixture(scope="session", autouse=True)
def _pages_tell_their_context() -> Iterator[None]:
    """Django's test client learns a page's template and context by a signal, which only its own engine sends."""
    render = Template.render

    def observed(self: Template, context: dict[str, object] | None = None, request: HttpRequest | None = None) -> str:
        given = PageContext(context or {})
        template_rendered.send(sender=self, template=self.template, context=given)
        return render(self, given, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", observed)
        yield


BASE_DATA: dict[str, bytes] = {}
"""Rows that migrations put in, per table: cleaning by TRUNCATE takes them away, and puts them back at once."""
NOT_BASE_DATA = ("django_", "auth_permission")


def keep_base_data() -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")
            if cursor.fetchone()[0] and not table.startswith(NOT_BASE_DATA):
                copy = BytesIO()
                cursor.copy_expert(f"COPY {table} TO STDOUT", copy)
                BASE_DATA[table] = copy.getvalue()


def restore_base_data(**_signal: object) -> None:
    if NumberSeries.objects.exists():
        return  # the end of a migration, not of a cleaning
    with transaction.atomic(), connection.cursor() as cursor:
        owner.let_triggers_sleep()
        for table, rows in BASE_DATA.items():
            cursor.execute(f"DELETE FROM {table}")
            cursor.copy_expert(f"COPY {table} FROM STDIN", BytesIO(rows))


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@contextmanager
def refuses(code: str, *, match: str = "") -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """Inside, an act is refused, with this code, and if asked for with these words in its sentence."""
    with pytest.raises(Refusal, match=match or None) as refusal:
        yield refusal
    assert refusal.value.code == code


@pytest.fixture
def store(db: None) -> Store:
    """The store in which the tests play."""
    return StoreFactory.create()


@pytest.fixture
def other_store(db: None) -> Store:
    return StoreFactory.create(code="GX01", name="高新店", name_en="Gaoxin")


@pytest.fixture
def cast(store: Store) -> Cast:
    """The people of the store."""
    return Cast(store)


@pytest.fixture
def elsewhere(other_store: Store) -> Cast:
    """The people of another store."""
    return Cast(other_store)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser session of a person."""

    def open_session(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="dms.web.backends.NameOrPhoneBackend")
        return client

    return open_session
