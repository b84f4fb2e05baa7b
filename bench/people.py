"""The store of the measure and its colleagues, each with a browser session and a key to the API."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.cached_db import SessionStore
from django.utils import timezone

from bench.client import Person
from dms.formats import pinyin
from dms.models import ApiToken, Brand, Colour, Series, Store, User, Variant

WORDS: dict[str, Any] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
CREW = {
    "adviser": 24,
    "sales_manager": 12,
    "service_adviser": 24,
    "technician": 12,
    "parts_clerk": 24,
    "callback": 8,
    "cashier": 24,
    "gm": 8,
}
"""Enough that each stays below what the API lets one person call in a minute."""
PASSWORD = "bench-2026-bench"  # of a database that lives as long as the measure


@dataclass(frozen=True)
class Dealership:
    """Where everything happens, and who does it."""

    store: Store
    people: dict[str, list[User]]
    variants: list[Variant]
    colours: list[Colour]


def build() -> Dealership:
    """One store, one brand, and the crew."""
    code, name, name_en = WORDS["store"]
    store = Store.objects.create(code=code, name=name, name_en=name_en)
    store.refresh_from_db()
    brand = Brand.objects.create(**dict(zip(("code", "name", "name_en"), WORDS["brand"], strict=True)))
    brand.stores.add(store)
    variants = []
    for place, (key, title) in enumerate(WORDS["series"]):
        series = Series.objects.create(brand=brand, code=key, name=title)
        variants += [
            Variant(
                series=series, code=f"{key}-{grade}", name=words, list_price=128_000 + 40_000 * place + 15_000 * grade
            )
            for grade, words in enumerate(WORDS["variants"])
        ]
    colours = [Colour(brand=brand, code=f"C{place}", name=words) for place, words in enumerate(WORDS["colours"])]
    return Dealership(store, crew(store), Variant.objects.bulk_create(variants), Colour.objects.bulk_create(colours))


def crew(store: Store) -> dict[str, list[User]]:
    password = make_password(PASSWORD)
    groups = {group.name: group for group in Group.objects.filter(name__in=CREW)}
    people: dict[str, list[User]] = {}
    for role, count in CREW.items():
        names = [f"{WORDS['surnames'][place]}{WORDS['given'][place]}" for place in range(count)]
        people[role] = User.objects.bulk_create(
            User(username=f"{role}_{place}", display_name=name, name_key=pinyin.key(name), password=password)
            for place, name in enumerate(names)
        )
        in_group, in_store = User.groups.through, User.stores.through
        in_group.objects.bulk_create(in_group(user=user, group=groups[role]) for user in people[role])
        in_store.objects.bulk_create(in_store(user=user, store=store) for user in people[role])
    return people


def keys(people: list[User]) -> list[Person]:
    """What each signs in with: the cookie of a session, the key of the API."""
    return [
        Person(user=str(user.pk), username=user.username, session=session(user), token=token(user)) for user in people
    ]


def session(user: User) -> str:
    """A session as the sign-in page makes it."""
    made = SessionStore()
    made[SESSION_KEY], made[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[-1]
    made[HASH_SESSION_KEY] = user.get_session_auth_hash()
    made["seen"] = made["began"] = timezone.now().timestamp()
    made.create()
    return str(made.session_key)


def token(user: User) -> str:
    key, now = ApiToken.new_key(), timezone.now()
    ApiToken.objects.create(
        user=user, digest=ApiToken.digest_of(key), expires_at=now + timedelta(days=1), last_used_at=now
    )
    return key
