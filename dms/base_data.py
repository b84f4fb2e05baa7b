"""What every installation starts with: reasons, number series and rates, from ``dms/data``; roles as groups.

The files say what a new installation gets. From then on the rows belong to the system and are edited in the configuration
site: loading again adds what is missing and changes nothing that is there.
"""

import json
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.contrib.auth.models import Group
from django.db.models import Count

from dms.core.roles import RIGHTS, ROLES
from dms.models import Role, RoleRight

DATA = Path(__file__).resolve().parent / "data"


def read(name: str) -> Any:
    """One of the data files."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def load(apps: Apps) -> None:
    """Add the reasons, number series and rates that are not there yet. ``apps`` is a migration's state, or the real ones."""
    reasons = [
        {"kind": kind, "code": code, "name": name, "name_en": name_en, "order": place * 10}
        for kind, rows in read("reasons.json").items()
        for place, (code, name, name_en) in enumerate(rows, start=1)
    ]
    series = [
        {"kind": kind, "name": name, "prefix": prefix, "digits": digits, "restart": restart}
        for kind, name, prefix, digits, restart in read("number_series.json")
    ]
    rates = [{"kind": kind, "value": value, "valid_from": day} for kind, value, day in read("rates.json")]
    for model_name, rows in (("Reason", reasons), ("NumberSeries", series), ("Rate", rates)):
        model = apps.get_model("dms", model_name)
        model.objects.bulk_create([model(**row) for row in rows], ignore_conflicts=True)


def keep_roles() -> None:
    """Every role of ``dms.core.roles`` is a group; a group that is no role any more goes when nobody holds it."""
    Group.objects.bulk_create([Group(name=code) for code in ROLES], ignore_conflicts=True)
    Group.objects.exclude(name__in=ROLES).annotate(people=Count("user")).filter(people=0).delete()
    keep_rights()


def keep_rights() -> None:
    """A right that this version brings is given as ``dms.core.roles`` says; what the dealership decided about the others stays."""
    roles = {role.name: role for role in Role.objects.filter(name__in=ROLES)}
    rows = [
        RoleRight(role=roles[code], right=right, granted=right in default.rights)
        for code, default in ROLES.items()
        for right in RIGHTS
    ]
    RoleRight.objects.bulk_create(rows, ignore_conflicts=True)
    RoleRight.objects.exclude(right__in=RIGHTS, role__in=list(roles.values())).delete()
