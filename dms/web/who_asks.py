"""Who asks: the person of a request, their rights and stores, remembered until something of it changes (docs/who_asks.md).

What is remembered is believed when two ways say that nothing has changed: the stream of announcements, read in this very
request, and the listener, which is awake. Where one of them is lost, and inside a transaction, the rows are read anew.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Exists, OuterRef, QuerySet
from django_otp.plugins.otp_totp.models import TOTPDevice
from redis.exceptions import RedisError

from dms.core.roles import RIGHTS, ROLES
from dms.models import ApiToken, RoleRight, RoleSignIn, Store, User
from dms.models.people import STORE_COLUMNS, STORE_ID, Row, Standing
from dms.web.listening import Listener
from dms.web.memory import COLUMNS, KEY_COLUMNS, OWNER, Key, Memory, Person

PeopleRows = QuerySet[User, Row]
SUPERUSER = COLUMNS.index("is_superuser")

memory = Memory()
listener = Listener(memory.forget)


def begin_anew() -> None:
    """A child has neither the thread of its parent nor a right to what it heard."""
    global memory, listener  # noqa: PLW0603 # one of each for a process
    memory = Memory()
    listener = Listener(memory.forget)


os.register_at_fork(after_in_child=begin_anew)


class Question(threading.local):
    """What the request of this thread has asked Redis already."""

    is_open = False
    answer: bool | None = None


question = Question()


@contextmanager
def one_question() -> Iterator[None]:
    """Inside, whoever loads the session has asked for the person too: one round trip for both."""
    question.is_open, question.answer = True, None
    try:
        yield
    finally:
        question.is_open, question.answer = False, None


def catch_up(name: str = "") -> tuple[bool, object]:
    """Whether what is remembered is true now, and the cached value of that name; a lost Redis answers neither."""
    try:
        is_true, value = memory.catch_up(name)
    except RedisError:
        return False, None
    return is_true and listener.is_awake(), value


def cached_session(name: str) -> object:
    """A session as Redis has it, and on the way what was announced; inside a transaction that is nobody's business."""
    if connection.in_atomic_block:
        return None
    is_true, value = catch_up(name)
    if question.is_open:
        question.answer = is_true
    return value


def is_true_now() -> bool:
    """Never inside a transaction: what is read there may never come to be, and what was written nobody was told."""
    if connection.in_atomic_block:
        return False
    return catch_up()[0] if question.answer is None else question.answer


def find(pk: int) -> Person | None:
    """Somebody as they are now."""
    return _find(pk, is_true=is_true_now())


def find_key(digest: str) -> Key | None:
    """The key with its owner, as they are now."""
    is_true = is_true_now()
    if is_true and (key := memory.find_key(digest)):
        return key
    forgotten = memory.forgotten
    row = key_rows().filter(digest=digest).first()
    if row is None or (owner := _find(cast("int", row[OWNER]), is_true=is_true)) is None:
        return None
    key = Key(row, owner)
    if is_true:
        memory.keep_key(digest, key, forgotten=forgotten)
    return key


def _find(pk: int, *, is_true: bool) -> Person | None:
    if is_true and (person := memory.find(pk)):
        return person
    forgotten = memory.forgotten
    person = read(pk, stores() if is_true else None)
    if is_true and person:
        memory.keep(pk, person, forgotten=forgotten)
    return person


def stores() -> tuple[Row, ...]:
    """All stores, by their codes."""
    known = memory.stores  # once: another thread may forget them
    if known is not None:
        return known
    forgotten = memory.forgotten
    rows = tuple(store_rows())
    memory.keep_stores(rows, forgotten=forgotten)
    return rows


def read(pk: int, house: tuple[Row, ...] | None) -> Person | None:
    """The person with their roles and rights, in one statement; where they are not to be remembered without their stores."""
    facts = people_rows().filter(pk=pk).first()
    if facts is None:
        return None
    row = facts[: len(COLUMNS)]
    roles, rights, store_ids, has_code, needs_code = cast(
        "tuple[list[str], list[str], list[int], bool, bool]", facts[len(COLUMNS) :]
    )
    own = None if house is None else tuple(store for store in house if store[STORE_ID] in store_ids)
    everywhere = row[SUPERUSER] or any(role in ROLES and ROLES[role].group_wide for role in roles)
    standing = Standing(
        roles=tuple(roles),
        rights=memory.share(frozenset(RIGHTS if row[SUPERUSER] else rights)),
        store_ids=tuple(store_ids),
        stores=own,
        visible_stores=house if everywhere else own,
        has_second_factor=has_code,
        needs_second_factor=needs_code,
    )
    return Person(row, standing, time.monotonic())


@cache
def people_rows() -> PeopleRows:
    """Put together once: the subqueries cost each request half a millisecond of processor otherwise."""
    roles = User.groups.through.objects.filter(user=OuterRef("pk")).values("group__name")
    rights = RoleRight.objects.granted().filter(role__user=OuterRef("pk")).order_by().values("right")
    store_ids = User.stores.through.objects.filter(user=OuterRef("pk")).values("store_id")
    people = User.objects.using(DEFAULT_DB_ALIAS).annotate(
        role_names=ArraySubquery(roles),
        right_names=ArraySubquery(rights),
        own_store_ids=ArraySubquery(store_ids),
        has_code=Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)),
        needs_code=Exists(RoleSignIn.objects.filter(role__user=OuterRef("pk"), needs_second_factor=True)),
    )
    names = ("role_names", "right_names", "own_store_ids", "has_code", "needs_code")
    return people.order_by().values_list(*COLUMNS, *names)


@cache
def key_rows() -> QuerySet[ApiToken, Row]:
    return ApiToken.objects.using(DEFAULT_DB_ALIAS).order_by().values_list(*KEY_COLUMNS)


def store_rows() -> QuerySet[Store, Row]:
    return Store.objects.using(DEFAULT_DB_ALIAS).order_by("code").values_list(*STORE_COLUMNS)
