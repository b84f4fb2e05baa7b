"""The base data of the demo: stores, catalogue, people. Written in sets, found again by their codes."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from dms import base_data, demo
from dms.actions import people as people_actions
from dms.core import demo_mode
from dms.core.roles import ROLES
from dms.demo.stage import Stage
from dms.formats import pinyin
from dms.models import Absence, Brand, Colour, Series, Store, User, Variant

Coded = TypeVar("Coded", Brand, Store)
"""What has a code of its own."""

SWITCHERS = {"sales_manager", "cs_manager"}
"""These work in two stores, to show the switch in the top bar."""
FIRST, SECOND = "JJ01", "GX01"


def by_code(model: type[Coded]) -> dict[str, Coded]:
    return {row.code: row for row in model._default_manager.all()}  # noqa: SLF001 # Django's public name for it is missing


@demo.step("stores", of_group=True)
def stores(_stage: Stage) -> None:
    """Three stores and an outlet."""
    rows = base_data.read("demo/stores.json")
    # Stores first: an outlet is written with the key of its parent.
    for kind in (Store.Kind.STORE, Store.Kind.OUTLET):
        there = by_code(Store)
        of_kind = [row for row in rows if row["kind"] == kind]
        Store.objects.bulk_create(
            [Store(**{**row, "parent": there.get(row.get("parent", ""))}) for row in of_kind], ignore_conflicts=True
        )


@demo.step("catalogue", of_group=True)
def catalogue(_stage: Stage) -> None:
    """Three brands with their colours, series and variants; each brand is sold in its store."""
    rows = base_data.read("demo/catalogue.json")
    named = ("code", "name", "name_en")
    Brand.objects.bulk_create([Brand(**{key: row[key] for key in named}) for row in rows], ignore_conflicts=True)
    brands, stores = by_code(Brand), by_code(Store)
    sold = [(brands[row["code"]], stores[code]) for row in rows for code in row["stores"]]
    through = Brand.stores.through
    through.objects.bulk_create([through(brand=brand, store=store) for brand, store in sold], ignore_conflicts=True)
    colours = [
        Colour(brand=brands[row["code"]], **dict(zip(named, colour, strict=True)))
        for row in rows
        for colour in row["colours"]
    ]
    Colour.objects.bulk_create(colours, ignore_conflicts=True)
    series = [(brands[row["code"]], entry) for row in rows for entry in row["series"]]
    Series.objects.bulk_create(
        [Series(brand=brand, **{key: entry[key] for key in named}) for brand, entry in series], ignore_conflicts=True
    )
    there = {(row.brand_id, row.code): row for row in Series.objects.all()}
    Variant.objects.bulk_create(
        [variant(there[brand.pk, entry["code"]], facts) for brand, entry in series for facts in entry["variants"]],
        ignore_conflicts=True,
    )


def variant(series: Series, facts: Sequence[Any]) -> Variant:
    code, name, name_en, year, energy, displacement, price = facts
    return Variant(
        series=series,
        code=code,
        name=name,
        name_en=name_en,
        model_year=year,
        energy=energy,
        displacement=displacement,
        list_price=price,
        # No oil to change: a battery car comes half as often.
        service_km=20_000 if energy == Variant.Energy.BEV else 10_000,
    )


@demo.step("people", of_group=True)
def people(_stage: Stage) -> None:
    """A demo sign-in for each role in the first store, and colleagues in all of them."""
    data = base_data.read("demo/people.json")
    staff = [(code, data["logins"][code][0], code, FIRST, data["logins"][code][1]) for code in ROLES]
    staff += [tuple(row) for row in data["colleagues"]]
    known = User.objects.filter(username="admin").values_list("password", flat=True).first() or ""
    # Hashing is slow on purpose: one hash for all, and none where the password is still the same.
    secret = known if known and check_password(demo_mode.password(), known) else make_password(demo_mode.password())
    User.objects.bulk_create(
        [
            User(
                username=username,
                display_name=name,
                name_key=pinyin.key(name),
                phone=f"1380000{number:04}",
                password=secret,
                # A domain that never exists (RFC 2606): nothing of the demo reaches a mailbox.
                email=f"{username}@example.invalid",
                skills=data["skills"].get(username, []),
            )
            for number, (username, name, _role, _store, _deputy) in enumerate(staff, start=1)
        ],
        update_conflicts=True,
        unique_fields=["username"],
        update_fields=["password"],
    )
    place(staff)


def place(staff: Iterable[Sequence[str]]) -> None:
    """Give people their roles, stores and usual deputies."""
    users = {user.username: user for user in User.objects.all()}
    groups, stores = {group.name: group for group in Group.objects.all()}, by_code(Store)
    in_group, in_store = User.groups.through, User.stores.through
    in_group.objects.bulk_create(
        [in_group(user=users[name], group=groups[role]) for name, _n, role, _s, _d in staff], ignore_conflicts=True
    )
    places = [(name, store) for name, _n, _r, store, _d in staff] + [(name, SECOND) for name in SWITCHERS]
    in_store.objects.bulk_create(
        [in_store(user=users[name], store=stores[store]) for name, store in places], ignore_conflicts=True
    )
    with_deputy = [(users[name], users[deputy]) for name, _n, _r, _s, deputy in staff if deputy]
    for user, deputy in with_deputy:
        user.deputy = deputy
    User.objects.bulk_update([user for user, _deputy in with_deputy], ["deputy"])


@demo.step("absences", of_group=True)
def absences(_stage: Stage) -> None:
    """Who is away around today, planned as people plan it."""
    if Absence.objects.exists():
        return
    today, planner = timezone.localdate(), User.objects.get(username="admin")
    users = {user.username: user for user in User.objects.select_related("deputy")}
    for username, kind, first, last, note in base_data.read("demo/people.json")["absences"]:
        people_actions.plan_absence(
            users[username],
            kind=kind,
            first_day=today + timedelta(days=first),
            last_day=today + timedelta(days=last),
            note=note,
            by=planner,
        )
