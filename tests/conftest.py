"""The cast: people of every role in one store, a colleague of another, and the things they work with."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models.signals import post_migrate
from django.http import HttpRequest
from django.template.backends.jinja2 import Template
from django.test import Client
from django.test.signals import template_rendered
from pytest_django import DjangoDbBlocker

from dms import translations
from dms.core.roles import ROLES
from dms.models import NumberSeries, Store, User


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes a minute begins first, so that no worker stands alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tests over real connections are cleaned by TRUNCATE, which ledgers refuse: here, and only here, they allow it.

    At the end a browser's last connection may still be closing: the database goes all the same.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname LIKE '%%\\_no\\_truncate'")
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        keep_base_data()
    *_others, last = apps.get_app_configs()
    post_migrate.connect(restore_base_data, sender=last)  # emptying the tables ends with this signal
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _compiled_catalogue() -> None:
    translations.compile_if_older(translations.catalogue_path())


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
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in BASE_DATA.items():
            cursor.execute(f"DELETE FROM {table}")
            cursor.copy_expert(f"COPY {table} FROM STDIN", BytesIO(rows))


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def store(db: None) -> Store:
    return Store.objects.create(code="JJ01", name="锦江店", name_en="Jinjiang")


@pytest.fixture
def other_store(db: None) -> Store:
    return Store.objects.create(code="GX01", name="高新店", name_en="Gaoxin")


@pytest.fixture
def person(store: Store) -> Callable[..., User]:
    """``person("adviser")`` works in the store; ``person("adviser", store=other)`` elsewhere."""

    def make(role: str, *, name: str = "", store: Store = store, **fields: object) -> User:
        user = User(
            username=name or f"{role}_{User.objects.count()}", display_name=fields.pop("display_name", "白芷"), **fields
        )
        user.set_unusable_password()
        user.save()
        if role:
            assert role in ROLES
            user.groups.add(Group.objects.get_or_create(name=role)[0])
        user.stores.add(store)
        return User.objects.get(pk=user.pk)

    return make


@pytest.fixture
def adviser(person: Callable[..., User]) -> User:
    return person("adviser", name="adviser")


@pytest.fixture
def manager(person: Callable[..., User]) -> User:
    return person("sales_manager", name="sales_manager")


@pytest.fixture
def admin_user(person: Callable[..., User]) -> User:
    return person("admin", name="admin")


@pytest.fixture
def outsider(person: Callable[..., User], other_store: Store) -> User:
    """An adviser of another store."""
    return person("adviser", name="outsider", store=other_store)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser session of a person."""

    def open_session(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="dms.web.backends.NameOrPhoneBackend")
        return client

    return open_session
