"""Acts about roles: what they may do, as the administrators of this dealership decide."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dms.core.refusals import Refusal
from dms.core.roles import CONFIGURE, RIGHTS, ROLES
from dms.models import Role, RoleRight, User
from dms.records import events
from dms.records.own_events import ROLE_RIGHTS_CHANGED


@transaction.atomic
def change_rights(role: Role, *, rights: Collection[str], by: User) -> None:
    """From the next request on, whoever holds the role may do exactly this."""
    # Two administrators who each take the right to configure from another role wait for each other here.
    rows = RoleRight.objects.filter(Q(role=role) | Q(right=CONFIGURE)).lock_all()
    refuse_unknown(rights)
    refuse_lockout(role, rights)
    before = {row.right for row in rows if row.role_id == role.pk and row.granted}
    given, taken = sorted(set(rights) - before), sorted(before - set(rights))
    if not given and not taken:
        return
    RoleRight.objects.filter(role=role, right__in=given).update(granted=True)
    RoleRight.objects.filter(role=role, right__in=taken).update(granted=False)
    events.record(ROLE_RIGHTS_CHANGED, role, by=by, data={"given": given, "taken": taken})


def restore_default_rights(role: Role, *, by: User) -> None:
    """The role may again do what the table in ``dms.core.roles`` says."""
    change_rights(role, rights=ROLES[role.name].rights, by=by)


def refuse_unknown(rights: Collection[str]) -> None:
    for right in sorted(set(rights) - RIGHTS.keys()):
        raise Refusal(_("There is no right “%(right)s”.") % {"right": right}, code="right_unknown")


def refuse_lockout(role: Role, rights: Collection[str]) -> None:
    """Somebody must be left who may configure, or nobody could ever give the right back."""
    if CONFIGURE in rights:
        return
    others = RoleRight.objects.granted().filter(right=CONFIGURE).exclude(role=role)
    if not User.objects.filter(is_active=True, groups__in=others.values("role")).exists():
        sentence = _("Nobody else could configure the system any more: give this right to another role first.")
        raise Refusal(sentence, code="last_configuring_role")
