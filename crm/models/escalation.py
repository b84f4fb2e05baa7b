"""Who hears of late work, and after how many hours: two levels for each role, as rows."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.care import CALLER_ROLES
from dms.core.roles import ROLES
from dms.core.scope import GroupWide

TOLD_ROLES = [(code, role.label) for code, role in ROLES.items() if "crm.manage" in role.rights]
"""Who may look after other people's contacts."""


class EscalationStep(models.Model):
    """What somebody of a role did not do in time comes to a manager, and later to the next. No role: every role that has no row."""

    class Level(models.IntegerChoices):
        FIRST = 1, pgettext_lazy("escalation", "first")
        SECOND = 2, pgettext_lazy("escalation", "second")

    role = models.CharField(
        _("late is"), max_length=16, choices=CALLER_ROLES, blank=True, help_text=_("Empty: all others.")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    to_role = models.CharField(_("told is"), max_length=16, choices=TOLD_ROLES)
    after_hours = models.PositiveSmallIntegerField(
        _("after (hours)"), default=0, help_text=_("First level: of lateness. Second: after the first was told.")
    )

    objects = GroupWide["EscalationStep"].as_manager()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["role", "level"]
        constraints = [
            # Two people told at one level would each leave it to the other.
            models.UniqueConstraint(
                fields=["role", "level"],
                name="escalationstep_once_a_level",
                violation_error_message=_("This level of the role is there already. Change that row."),
            ),
            # A third level would never be looked at.
            models.CheckConstraint(
                name="escalationstep_level_known",
                condition=Q(level__in=[1, 2]),
                violation_error_message=_("Choose the level from the list."),
            ),
            # Who is late would be told of it, and nobody else.
            models.CheckConstraint(
                name="escalationstep_to_another",
                condition=~Q(role=F("to_role")),
                violation_error_message=_("Choose another role: nobody is told of their own lateness."),
            ),
        ]

    def __str__(self) -> str:
        late = self.get_role_display() if self.role else _("all others")
        return f"{late} → {self.get_to_role_display()}"
