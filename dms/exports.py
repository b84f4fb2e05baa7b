"""The lists of the core as spreadsheets: which columns an export of each has."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from dms.background import exports, jobs
from dms.core.scope import scoped_rows
from dms.formats.spreadsheets import Column
from dms.formats.wording import listed
from dms.models import Absence, Event, Job, Message, User, Variant
from dms.navigation import own_due_work
from dms.web import filters

if TYPE_CHECKING:
    from dms.models import Store


def _visible(model: type[Model], *related: str) -> "Callable[[User, Store | None], QuerySet[Model]]":
    """The rows a page of this model starts from."""

    def rows(user: User, store: "Store | None") -> QuerySet[Model]:
        visible = scoped_rows(model).visible_to(user).of_store(store)
        return visible.select_related(*related)

    return rows


def _people(user: User, store: "Store | None") -> QuerySet[User]:
    return User.objects.visible_to(user).of_store(store).select_related("deputy").prefetch_related("groups", "stores")


def register() -> None:
    """Make the core's lists exportable. Phone numbers leave masked: a spreadsheet is not logged when it is read."""
    exports.register(
        "people",
        _("Colleagues"),
        "dms.people",
        _people,
        [
            Column(_("Name"), "display_name"),
            Column(_("User name"), "username"),
            Column(_("Role"), "role_label"),
            Column(_("Store"), lambda person: listed(person.stores.all()), width=24),
            Column(_("Usual deputy"), "deputy"),
            Column(_("Last sign-in"), "last_login", "moment"),
        ],
        filterset=filters.UserFilter,
    )
    exports.register(
        "absences",
        _("Absences"),
        "dms.people",
        _visible(Absence, "user", "deputy"),
        [
            Column(_("Colleague"), "user"),
            Column(_("Kind"), "get_kind_display"),
            Column(_("First day"), "first_day", "date"),
            Column(_("Last day"), "last_day", "date"),
            Column(_("Days"), "days", "integer"),
            Column(_("Deputy"), "deputy"),
            Column(_("Note"), "note", width=30),
        ],
        filterset=filters.AbsenceFilter,
    )
    _messages()


def _messages() -> None:
    exports.register(
        "messages",
        _("Messages"),
        "dms.messages",
        _visible(Message, "store"),
        [
            Column(_("Posted"), "created_at", "moment"),
            Column(_("Channel"), "get_channel_display"),
            Column(_("To"), own_due_work.recipient, width=24),
            Column(_("Title"), "title", width=30),
            Column(_("Status"), "get_status_display"),
            Column(_("Attempts"), "attempts", "integer"),
            Column(_("Sent"), "sent_at", "moment"),
            Column(_("Store"), "store"),
            Column(_("Error"), "error", width=40),
        ],
        filterset=filters.MessageFilter,
    )
    _log_and_jobs()


def _log_and_jobs() -> None:
    exports.register(
        "events",
        _("Events"),
        "dms.events",
        _visible(Event, "by", "store"),
        exports.EVENT_COLUMNS,
        filterset=filters.EventFilter,
    )
    exports.register(
        "jobs",
        _("Jobs"),
        "dms.jobs",
        _visible(Job, "requested_by", "store"),
        [
            Column(_("Job"), lambda job: jobs.label_of(job.kind), width=24),
            Column(_("Status"), "get_status_display"),
            Column(_("Requested by"), "requested_by"),
            Column(_("Requested"), "requested_at", "moment"),
            Column(_("Ended"), "ended_at", "moment"),
            Column(_("Lines not taken"), "problems", "integer"),
            Column(_("Error"), "error", width=40),
        ],
        filterset=filters.JobFilter,
    )
    exports.register(
        "variants",
        _("Models"),
        "dms.catalogue",
        _visible(Variant, "series__brand"),
        [
            Column(_("Brand"), "series.brand"),
            Column(_("Series"), "series"),
            Column(_("Variant"), str, width=30),
            Column(_("Code"), "code"),
            Column(_("Model year"), "model_year", "integer"),
            Column(_("Energy"), "get_energy_display"),
            Column(_("List price (CNY)"), "list_price", "money"),
        ],
        filterset=filters.VariantFilter,
    )
