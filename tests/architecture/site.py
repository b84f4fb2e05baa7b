"""Two stores, people of every role, and one request of theirs after the other, each undone."""

import dataclasses
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import NamedTuple
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import models, transaction
from django.test import Client
from django.test.client import ClientHandler
from django.test.utils import override_settings
from django.urls import reverse

from dms.core.roles import ROLES
from dms.models import Store, User
from dms.web.backends import NameOrPhoneBackend
from dms.web.rights import PUBLIC, SIGNED_IN
from tests.architecture.rows import ROWS
from tests.architecture.url_table import Answer, Url


class Kept(NamedTuple):
    """A row that several cases are about, and where to go back to when it is not wanted any more."""

    key: tuple[str, int, int]
    point: str
    row: models.Model


@dataclasses.dataclass
class Site:
    """Two stores, and a signed-in person of every role in the first."""

    store: Store
    elsewhere: Store
    people: dict[str, User]
    outsider: User
    sessions: dict[str, str]
    handler: ClientHandler
    kept: Kept | None = None

    def client(self, role: str, *, part: bool = False) -> Client:
        """A browser of its own for each request, so that signing out ends nothing but itself; the site is one for all.

        ``part``: it asks for a part of a page, as a button does; a refusal then needs no page drawn around it.
        """
        client = Client(headers={"HX-Request": "true"} if part else None)
        client.handler = self.handler
        if role:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def row(self, url: Url, store: Store, owner: User) -> models.Model | None:
        """What the URL is about. The row of the case before is kept for this one, if it is the same; else it goes."""
        key = (url.of, store.pk, owner.pk)
        if self.kept is not None and self.kept.key == key:
            return self.kept.row
        if self.kept is not None:
            transaction.savepoint_rollback(self.kept.point)
            self.kept = None
        if url.of:
            point = transaction.savepoint()
            self.kept = Kept(key, point, ROWS[url.of](store=store, by=owner))
        return self.kept.row if self.kept else None


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is rolled back."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


@contextmanager
def unobserved() -> Iterator[None]:
    """Nobody reads what the log says of 5,000 refusals, nor which templates made a page, nor what another process caches."""
    logging.disable()
    try:
        with (
            pytest.MonkeyPatch.context() as patch,
            override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}),
        ):
            patch.setattr("django.test.client.store_rendered_templates", lambda *_told, **_more: None)
            yield
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def known(people: Iterable[User]) -> Iterator[None]:
    """Who comes by session is looked up once for all, with roles and stores: these thousands of requests ask for nothing else."""
    rows = {user.pk: NameOrPhoneBackend().get_user(user.pk) for user in people}
    for user in rows.values():
        assert user.own_stores
        assert user.rights
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NameOrPhoneBackend, "get_user", lambda _backend, pk: copy(rows[int(pk)]))
        yield


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend="dms.web.backends.NameOrPhoneBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def may(role: str, right: str) -> bool:
    return right in {PUBLIC, SIGNED_IN} or right in ROLES[role].rights


@dataclasses.dataclass
class Nowhere:
    """A row that never was: enough for whatever is answered before a row is looked for."""

    pk: int = 999_999_999


def nowhere(url: Url) -> Nowhere | None:
    return Nowhere() if url.of else None


def ask(
    url: Url,
    method: str,
    client: Client,
    about: models.Model | Nowhere | None,
    answer: Answer | None = None,
):
    data = dict(answer.data) if answer else {}
    word = about.pk if about is not None else url.key
    address = url.path or reverse(url.name, args=[word] if word else [])
    query = f"?{quote(url.query, safe='=&')}" if url.query else ""
    content = {"content_type": "application/json"} if url.is_api and method != "GET" else {}
    return getattr(client, method.lower())(address + query, data, **content)
