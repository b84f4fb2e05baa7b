"""The log of what happened."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_stubs_ext import StrOrPromise

from dms import cells
from dms.core.scope import scoped_rows
from dms.models import Event, User
from dms.navigation import event_details, registry
from dms.views.lists import BaseListView
from dms.web.columns import Column, Table
from dms.web.filters import EventFilter


class Events(BaseListView):
    """Who did what to which row, newest first."""

    model = Event
    right = "dms.events"
    filterset_class = EventFilter
    template_name = "dms/events.html"
    export_key = "events"
    related: ClassVar[tuple[str, ...]] = ("by", "store", "subject_type")
    columns = (
        Column(pgettext_lazy("moment", "Time"), "at", "moment", sort="at", phone=True, look="text-secondary"),
        Column(gettext_lazy("Event"), "words", phone=True, look="fw-medium", width=24),
        Column(
            gettext_lazy("Subject"), cells.subject_words, cell=cells.event_subject, phone=True, look="cut-s", width=30
        ),
        Column(gettext_lazy("By"), "by"),
        Column(gettext_lazy("Store"), "store"),
        Column(gettext_lazy("Details"), "facts", cell=cells.event_facts, look="text-truncate text-secondary", width=60),
    )
    words: ClassVar[Mapping[str, StrOrPromise]] = {
        "heading": gettext_lazy("Log of events"),
        "search_hint": gettext_lazy("Subject, person"),
        "empty_title": gettext_lazy("Nothing has happened yet"),
        "empty_text": gettext_lazy("Every act leaves a line here: who did what, to which row, when."),
    }

    @staticmethod
    def prepare(rows: list[Any]) -> None:
        """What changed, in one line."""
        known = event_details.reasons()
        for event in rows:
            event.facts = event_details.one_line(event, known)

    def table(self, rows: list[Any]) -> Table:
        links = subject_links(rows, self.request.user)
        for event in rows:
            event.url = links.get((event.subject_type_id, event.subject_id), "")
        return super().table(rows)


def subject_links(events: Sequence[Event], user: User) -> dict[tuple[int | None, int | None], str]:
    """Where the subjects' pages are: only of rows that still exist and that the person may open."""
    subjects: dict[int, set[int]] = defaultdict(set)
    for event in events:
        if event.subject_type_id and event.subject_id:
            subjects[event.subject_type_id].add(event.subject_id)
    links: dict[tuple[int | None, int | None], str] = {}
    for type_pk, pks in subjects.items():
        model = ContentType.objects.get_for_id(type_pk).model_class()
        url_name, right = registry.subject_pages.get(model, ("", "")) if model else ("", "")
        if not (model and url_name and user.has_perm(right)):
            continue
        for pk in scoped_rows(model).visible_to(user).filter(pk__in=pks).values_list("pk", flat=True):
            links[type_pk, pk] = reverse(url_name, args=[pk])
    return links
