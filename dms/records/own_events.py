"""What happens in the core itself, as the log calls it. One name for each: a slip is an import error."""

from django.utils.translation import gettext_lazy as _

from dms.core.event_words import event

USER_PROFILE_CHANGED = event("user.profile_changed", _("Profile changed"))
USER_PASSWORD_CHANGED = event("user.password_changed", _("Password changed"))
USER_SIGNED_IN = event("user.signed_in", _("Signed in"))
USER_SIGN_IN_FAILED = event("user.sign_in_failed", _("Sign-in failed"))
USER_CODE_FAILED = event("user.code_failed", _("Wrong code at sign-in"))
USER_SECOND_FACTOR_SET_UP = event("user.second_factor_set_up", _("Second factor set up"))
USER_SECOND_FACTOR_OFF = event("user.second_factor_off", _("Second factor switched off"))
USER_SECOND_FACTOR_RESET = event("user.second_factor_reset", _("Second factor reset"))
USER_RECOVERY_CODES_NEW = event("user.recovery_codes_new", _("New recovery codes"))
USER_UNLOCKED = event("user.unlocked", _("Sign-in unlocked"))
USER_REVEALS_AT_LIMIT = event("user.reveals_at_limit", _("As many numbers shown as one may see in an hour"))
USER_SWITCHED_OFF = event("user.switched_off", _("Colleague left"))
USER_SWITCHED_ON = event("user.switched_on", _("Colleague is back"))
USER_WORK_HANDED_OVER = event("user.work_handed_over", _("Work handed over"))
USER_PHONE_REVEALED = event("user.phone_revealed", _("Phone number revealed"))

ABSENCE_PLANNED = event("absence.planned", _("Absence planned"))
ABSENCE_CHANGED = event("absence.changed", _("Absence changed"))
ABSENCE_REMOVED = event("absence.removed", _("Absence removed"))

ROLE_SIGN_IN_CHANGED = event("role.sign_in_changed", _("Sign-in of a role changed"))
ROLE_RIGHTS_CHANGED = event("role.rights_changed", _("Rights of a role changed"))

TOKEN_CREATED = event("token.created", _("API token created"))
TOKEN_REVOKED = event("token.revoked", _("API token revoked"))

MESSAGE_CANCELLED = event("message.cancelled", _("Message cancelled"))
MESSAGE_RESENT = event("message.resent", _("Message sent again"))
MESSAGE_CORRECTED = event("message.corrected", _("Message corrected"))
MESSAGE_NOT_DELIVERED = event("message.not_delivered", _("Message not delivered"))
MESSAGE_FAILED = event("message.failed", _("Message failed"))

JOB_REQUESTED = event("job.requested", _("Long job requested"))
JOB_DONE = event("job.done", _("Long job done"))
JOB_FAILED = event("job.failed", _("Long job failed"))
JOB_CANCELLED = event("job.cancelled", _("Long job cancelled"))
JOB_RETRIED = event("job.retried", _("Long job started again"))

ATTACHMENT_STORED = event("attachment.stored", _("File stored"))

CONFIGURATION_CREATED = event("configuration.created", _("Configuration created"))
CONFIGURATION_CHANGED = event("configuration.changed", _("Configuration changed"))
CONFIGURATION_DELETED = event("configuration.deleted", _("Configuration deleted"))
